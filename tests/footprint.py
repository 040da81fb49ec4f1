"""What training really takes; runs natively and in the page."""

from __future__ import annotations

import tracemalloc

import numpy as np

import nncore as nn


def taken(recipe: nn.Recipe) -> int:
    """Bytes at most while two batches of 28x28 images are learnt and two tested, by Python's own count."""
    images = np.zeros((2 * max(recipe.batch_size, recipe.test_batch_size), 28, 28), np.uint8)
    data = nn.Dataset(images, np.zeros(len(images), np.int64))
    tracemalloc.start()
    trainer = recipe.build_trainer(data)
    for _ in range(2):
        trainer.advance()
    nn.evaluate(trainer.model, trainer.criterion, data, recipe.test_batch_size)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak
