"""Options that all suites share."""

import os

import hypothesis
import pytest

# Read when NumPy is imported, which is later. On a busy machine a product on two threads waits for the one
# that does not get a core, and takes many times as long as on one.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

hypothesis.settings.register_profile("nncore", deadline=None)  # a busy machine proves nothing
hypothesis.settings.load_profile("nncore")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="also run the tests that take minutes")
    parser.addoption("--faults", action="store_true", help="run the catalogue of faults")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # Browsers last: while Playwright is at work, no test can run an event loop of its own.
    items.sort(key=lambda item: item.path.is_relative_to(config.rootpath / "tests" / "e2e"))
    reasons = {
        "slow": "takes minutes: add --slow",
        "faults": "its own suite: python3 build.py test faults",
    }
    for marker, reason in reasons.items():
        if not config.getoption(f"--{marker}"):
            for item in items:
                if item.get_closest_marker(marker):
                    item.add_marker(pytest.mark.skip(reason=reason))
