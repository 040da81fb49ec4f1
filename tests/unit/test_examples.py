"""The examples in the README and in docstrings do what they say."""

import contextlib
import doctest
import importlib
import io
import re

import pytest

from web.site.paths import ROOT

BLOCKS = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)


def test_the_plain_training_loop_of_the_readme_learns() -> None:
    loop = BLOCKS[0]
    assert len(loop[: loop.index("print(")].strip().splitlines()) <= 12
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(loop, {})
    share = re.fullmatch(r"(\d+)% of the test digits\n", printed.getvalue())
    assert share
    assert int(share[1]) >= 95


def test_the_other_examples_of_the_readme_run() -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        for block in BLOCKS[1:]:
            exec(block, {})
    assert printed.getvalue()


@pytest.mark.parametrize(
    "module", ["nncore.custom", "nncore.gradcheck", "nncore.preprocess", "nncore.registry"]
)
def test_docstrings(module: str) -> None:
    result = doctest.testmod(importlib.import_module(module), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert result.attempted
    assert not result.failed
