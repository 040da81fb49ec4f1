"""Options that all suites share."""

import hypothesis
import pytest

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
