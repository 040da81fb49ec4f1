"""Data sets, batches and augmentation."""

from nncore.data.dataset import Dataset
from nncore.data.digits import load_digits
from nncore.data.idx import load_idx, parse_idx
from nncore.data.loader import DataLoader
from nncore.data.mnist import load_mnist
from nncore.data.own import load_npz
from nncore.data.planar import load_planar
from nncore.data.sets import DATASETS, load_data

__all__ = [
    "DATASETS",
    "DataLoader",
    "Dataset",
    "load_data",
    "load_digits",
    "load_idx",
    "load_mnist",
    "load_npz",
    "load_planar",
    "parse_idx",
]
