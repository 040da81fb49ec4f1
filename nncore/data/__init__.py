"""Data sets, batches and augmentation."""

from nncore.data.dataset import Dataset
from nncore.data.digits import load_digits
from nncore.data.idx import load_idx, load_npz, parse_idx
from nncore.data.loader import DataLoader
from nncore.data.mnist import load_mnist

__all__ = ["DataLoader", "Dataset", "load_digits", "load_idx", "load_mnist", "load_npz", "parse_idx"]
