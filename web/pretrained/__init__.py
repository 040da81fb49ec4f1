"""The network that answers before anything was trained, and how it was made."""

from __future__ import annotations

from pathlib import Path

from nncore import checkpoint
from nncore.module import Sequential

#: Weights made by `python -m web.pretrained.train`, float16.
WEIGHTS = Path(__file__).with_name("cnn.npz")


def load_ready_made() -> Sequential:
    """The ready-made network in evaluation mode: float32 (N, 1, 28, 28) in 0..1 to logits (N, 10)."""
    return checkpoint.load(WEIGHTS).build_model()
