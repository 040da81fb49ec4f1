"""The table of all settings of a recipe: words, ranges, and when each applies.

Defaults stand in `Recipe`.
"""

from __future__ import annotations

from nncore.activations import ACTIVATIONS
from nncore.data.sets import DATASETS
from nncore.init import INITIALIZERS
from nncore.losses import LOSSES
from nncore.networks import NETWORKS
from nncore.optim import OPTIMIZERS
from nncore.schedules import SCHEDULES
from nncore.setting import Setting

# fmt: off
_TABLE = (
    Setting("dataset", "choice", "Data", "Data set",
            "What is learnt: the embedded UCI digits, MNIST and others like it, or data of your own.",
            choices=DATASETS.labels),
    Setting("batch_size", "int", "Data", "Batch size",
            "Samples per step. Larger batches give steadier, fewer steps.",
            minimum=1, maximum=4096, log=True),
    Setting("test_batch_size", "int", "Data", "Test batch size",
            "Samples evaluated at a time; changes no result.",
            minimum=1, maximum=10_000, log=True),
    Setting("shuffle", "choice", "Data", "Shuffle",
            "When the training samples are put in a new order.",
            choices={"epoch": "before every epoch", "once": "once, at the start", "never": "never"}),
    Setting("drop_last", "bool", "Data", "Drop the last batch",
            "Leave out the last batch of an epoch if it is not full."),
    Setting("model", "choice", "Network", "Network",
            "Fully connected layers, or convolutions that keep the picture's shape.",
            choices=NETWORKS.labels),
    Setting("channels", "widths", "Network", "Channels",
            "Feature maps of each 3x3 convolution. The first two are followed by pooling.",
            minimum=1, maximum=256, max_length=4, takers=NETWORKS),
    Setting("hidden", "widths", "Network", "Hidden units",
            "Width of each hidden layer; empty for none.",
            minimum=1, maximum=4096, max_length=5),
    Setting("activation", "choice", "Network", "Activation",
            "The nonlinearity after each hidden layer.",
            choices=ACTIVATIONS.labels),
    Setting("batch_norm", "bool", "Network", "Batch norm",
            "Normalise each hidden layer's sums over the batch."),
    Setting("dropout", "float", "Network", "Dropout",
            "Share of hidden values zeroed at random while training.",
            minimum=0, maximum=0.9),
    Setting("init", "choice", "Network", "Initial weights",
            "Distribution the weights are drawn from.",
            choices=INITIALIZERS.labels),
    Setting("loss", "choice", "Learning", "Loss",
            "What is made small.",
            choices=LOSSES.labels),
    Setting("label_smoothing", "float", "Learning", "Label smoothing",
            "Share of the target spread over all classes.",
            minimum=0, maximum=0.5, takers=LOSSES),
    Setting("optimizer", "choice", "Learning", "Optimiser",
            "How gradients become steps.",
            choices=OPTIMIZERS.labels),
    Setting("lr", "float", "Learning", "Learning rate",
            "Length of a step along the gradient.",
            minimum=0, maximum=100, log=True, live=True),
    Setting("momentum", "float", "Learning", "Momentum",
            "Share of the last step carried into the next.",
            minimum=0, maximum=0.999, live=True, takers=OPTIMIZERS),
    Setting("nesterov", "bool", "Learning", "Nesterov",
            "Look ahead along the momentum.",
            live=True, takers=OPTIMIZERS),
    Setting("weight_decay", "float", "Learning", "Weight decay",
            "Pull of the weights towards zero.",
            minimum=0, maximum=1, log=True, live=True, takers=OPTIMIZERS),
    Setting("schedule", "choice", "Learning", "Schedule",
            "How the learning rate changes over the run.",
            choices=SCHEDULES.labels),
    Setting("step_epochs", "int", "Learning", "Epochs per drop",
            "Epochs between two drops of the learning rate.",
            minimum=1, maximum=1_000, takers=SCHEDULES),
    Setting("gamma", "float", "Learning", "Drop factor",
            "What each drop multiplies the learning rate by.",
            minimum=0.001, maximum=1, takers=SCHEDULES),
    Setting("warmup", "float", "Learning", "Rising part",
            "Share of the run during which the learning rate rises.",
            minimum=0.01, maximum=0.9, takers=SCHEDULES),
    Setting("epochs", "int", "Learning", "Epochs",
            "Passes through the training data.",
            minimum=1, maximum=10_000, live=True),
    Setting("patience", "int", "Learning", "Patience",
            "Stop after this many epochs without a better test accuracy; 0 never stops.",
            minimum=0, maximum=1_000, live=True),
    Setting("shift", "float", "Augmentation", "Shift",
            "Moves each image by up to this share of its side.",
            minimum=0, maximum=0.3, live=True),
    Setting("rotate", "float", "Augmentation", "Rotate",
            "Turns each image by up to this many degrees.",
            minimum=0, maximum=45, live=True),
    Setting("scale", "float", "Augmentation", "Scale",
            "Grows or shrinks each image by up to this share.",
            minimum=0, maximum=0.5, live=True),
    Setting("shear", "float", "Augmentation", "Slant",
            "Slants each image by up to this share of its height.",
            minimum=0, maximum=0.5, live=True),
    Setting("thickness", "float", "Augmentation", "Stroke thickness",
            "Thickens or thins strokes with up to this strength.",
            minimum=0, maximum=1, live=True),
    Setting("elastic", "float", "Augmentation", "Elastic",
            "Bends each image by about this many hundredths of its side.",
            minimum=0, maximum=10, live=True),
    Setting("seed", "int", "Run", "Seed",
            "Fixes every random choice: the same seed gives the same run.",
            minimum=0, maximum=2**31 - 1),
)
# fmt: on

#: All settings by name, in the order of presentation.
SETTINGS: dict[str, Setting] = {setting.name: setting for setting in _TABLE}
