"""nncore: small neural networks in NumPy, to be read.

The names are PyTorch's.  Train the embedded digits:

>>> from nncore import PRESETS, load_digits
>>> train, test = load_digits()
>>> trainer = PRESETS["corrected"].recipe.build_trainer(train, test)
>>> for event in trainer.events():
...     pass
"""

from nncore import checkpoint, metrics, ops, schedules
from nncore.activations import (
    ACTIVATIONS,
    GELU,
    Activation,
    LeakyReLU,
    Log,
    LogSoftmax,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
)
from nncore.batch_norm import BatchNorm1d, BatchNorm2d
from nncore.conv import Conv2d
from nncore.data import DATASETS, DataLoader, Dataset, load_data, load_digits, load_idx, load_mnist, load_npz
from nncore.data.augment import Augmentation
from nncore.errors import (
    CheckpointError,
    DataError,
    DivergenceError,
    DTypeError,
    LabelError,
    RecipeError,
    ShapeError,
)
from nncore.evaluate import Evaluation, evaluate, input_gradient, predict
from nncore.events import EpochEvent, Event, FinishedEvent, StepEvent, TestEvent
from nncore.gradcheck import gradcheck
from nncore.layers import Dropout, Flatten
from nncore.linear import Linear
from nncore.losses import LOSSES, CrossEntropyLoss, Loss, MSELoss, NLLLoss
from nncore.module import LAYERS, Module, Sequential
from nncore.networks import NETWORKS
from nncore.notebook import NotebookSGD
from nncore.optim import OPTIMIZERS, SGD, Adam, AdamW, Optimizer, RMSprop, clip_grad_norm
from nncore.parameter import Parameter
from nncore.pooling import MaxPool2d
from nncore.presets import PRESETS, Preset
from nncore.recipe import SETTINGS, Recipe
from nncore.registry import Registry
from nncore.schedules import SCHEDULES
from nncore.trainer import EarlyStopping, Trainer

__version__ = "0.1.0"

__all__ = [
    "ACTIVATIONS",
    "DATASETS",
    "GELU",
    "LAYERS",
    "LOSSES",
    "NETWORKS",
    "OPTIMIZERS",
    "PRESETS",
    "SCHEDULES",
    "SETTINGS",
    "SGD",
    "Activation",
    "Adam",
    "AdamW",
    "Augmentation",
    "BatchNorm1d",
    "BatchNorm2d",
    "CheckpointError",
    "Conv2d",
    "CrossEntropyLoss",
    "DTypeError",
    "DataError",
    "DataLoader",
    "Dataset",
    "DivergenceError",
    "Dropout",
    "EarlyStopping",
    "EpochEvent",
    "Evaluation",
    "Event",
    "FinishedEvent",
    "Flatten",
    "LabelError",
    "LeakyReLU",
    "Linear",
    "Log",
    "LogSoftmax",
    "Loss",
    "MSELoss",
    "MaxPool2d",
    "Module",
    "NLLLoss",
    "NotebookSGD",
    "Optimizer",
    "Parameter",
    "Preset",
    "RMSprop",
    "ReLU",
    "Recipe",
    "RecipeError",
    "Registry",
    "Sequential",
    "ShapeError",
    "Sigmoid",
    "Softmax",
    "StepEvent",
    "Tanh",
    "TestEvent",
    "Trainer",
    "checkpoint",
    "clip_grad_norm",
    "evaluate",
    "gradcheck",
    "input_gradient",
    "load_data",
    "load_digits",
    "load_idx",
    "load_mnist",
    "load_npz",
    "metrics",
    "ops",
    "predict",
    "schedules",
]
