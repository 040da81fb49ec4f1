"""What a network will take, told before it is made, is what it takes in the page, by Python's own count."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page

MEASURE = """
import json, tracemalloc
import numpy as np
import nncore as nn
from nncore.footprint import training_bytes

recipe = nn.Recipe.from_dict(nn.Recipe().to_dict() | json.loads(SETTINGS))
images = np.zeros((2 * max(recipe.batch_size, recipe.test_batch_size), 28, 28), np.uint8)
data = nn.Dataset(images, np.zeros(len(images), np.int64))
tracemalloc.start()
trainer = recipe.build_trainer(data)
for _ in range(2):
    trainer.advance()
nn.evaluate(trainer.model, trainer.criterion, data, recipe.test_batch_size)
peak = tracemalloc.get_traced_memory()[1]
tracemalloc.stop()
del trainer, data, images
peak / training_bytes(recipe, (28, 28), 10)
"""


@pytest.mark.parametrize(
    "settings",
    [
        {"hidden": [1024, 1024], "optimizer": "adam"},
        {"hidden": [64], "test_batch_size": 5000},
        {"model": "cnn", "channels": [8, 16], "hidden": [64]},
        {"model": "cnn", "channels": [32, 64], "hidden": [64], "batch_size": 512},
        {"model": "cnn", "channels": [16, 32, 32], "hidden": [64], "test_batch_size": 256},
    ],
    ids=lambda settings: ", ".join(f"{name} {value}" for name, value in settings.items()),
)
def test_training_takes_about_what_was_foretold(shared_page: Page, settings: dict[str, object]) -> None:
    [worker] = shared_page.workers
    code = MEASURE.replace("SETTINGS", repr(json.dumps(settings)))
    ratio = worker.evaluate("(code) => pyodide.runPython(code)", code)
    assert 0.6 < ratio < 1.2
