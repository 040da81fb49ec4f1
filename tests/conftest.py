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


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--slow"):
        return
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.skip(reason="takes minutes: add --slow"))
