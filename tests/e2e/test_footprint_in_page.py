"""What a network will take, told before it is made, is what it takes in the page, by Python's own count."""

from __future__ import annotations

import inspect
import json

import pytest
from playwright.sync_api import Page

from tests import footprint

# Reads the shared measure as a module of its own: `from __future__` stands first in it.
MEASURE = """
import json
import nncore as nn
from nncore.footprint import training_bytes

shared = {}
exec(SOURCE, shared)
recipe = nn.Recipe.from_dict(nn.Recipe().to_dict() | json.loads(SETTINGS))
shared["taken"](recipe) / training_bytes(recipe, (28, 28), 10)
"""


@pytest.mark.parametrize(
    "settings",
    [
        {"hidden": [1024, 1024], "optimizer": "adam"},
        {"hidden": [64], "test_batch_size": 5000},
        {"model": "cnn", "channels": [8, 16], "hidden": [64]},
        {"model": "cnn", "channels": [32, 64], "hidden": [64], "batch_size": 512},
        {"model": "cnn", "channels": [16, 32, 32], "hidden": [64], "test_batch_size": 256},
        {"hidden": [512, 512], "activation": "gelu", "batch_size": 2048},
        {"hidden": [512, 512], "batch_norm": True, "batch_size": 2048},
        {"model": "cnn", "channels": [16, 32], "hidden": [64], "batch_size": 512, "activation": "gelu"},
        {"model": "cnn", "channels": [16, 32], "hidden": [64], "batch_size": 512, "batch_norm": True},
    ],
    ids=lambda settings: ", ".join(f"{name} {value}" for name, value in settings.items()),
)
def test_training_takes_about_what_was_foretold(shared_page: Page, settings: dict[str, object]) -> None:
    [worker] = shared_page.workers
    code = MEASURE.replace("SOURCE", repr(inspect.getsource(footprint))).replace(
        "SETTINGS", repr(json.dumps(settings))
    )
    ratio = worker.evaluate("(code) => pyodide.runPython(code)", code)
    assert 0.6 < ratio < 1.2
