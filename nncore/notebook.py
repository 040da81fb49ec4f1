"""What the notebook did otherwise: its smoothed targets and its own update rule."""

from __future__ import annotations

from collections.abc import Sequence

from nncore.activations import Log, Softmax
from nncore.arrays import stretches
from nncore.losses import LOSSES, NLLLoss
from nncore.optim import OPTIMIZERS, Optimizer
from nncore.parameter import Parameter


@LOSSES.add("softmax_log_nll", "softmax, log, NLL with smoothed targets, as in the notebook")
def notebook_loss() -> NLLLoss:
    """`NLLLoss` after softmax and log, and with a target of 1e-6 for the other classes."""
    loss = NLLLoss(off_target=1e-6)
    loss.head = (Softmax, Log)
    return loss


@OPTIMIZERS.add("notebook", "the notebook's update", "lr")
class NotebookSGD(Optimizer):
    """The notebook's update, written as step sizes on true gradients.

    The notebook sends `-target * loss` back, where the gradient of its loss is `-target / n`: everything it
    computes is the true gradient times `n * loss`.  Weights move by `lr` times that; biases by its mean over
    the batch, without a learning rate.  With G the true gradient of the mean loss over n samples:

        weights (2-D):   W -= (lr * n * loss) * G
        biases (1-D):    b -= loss * G

    So the step shrinks as the loss falls, weights take n times the written rate, and biases a rate near 1.
    """

    def __init__(self, params: Sequence[Parameter], lr: float = 0.0003) -> None:
        super().__init__(params, lr)
        self.observe_batch(1.0, 1)

    def observe_batch(self, loss: float, batch_size: int) -> None:
        """What the Trainer tells before each step: mean loss and size of the batch behind the gradients."""
        self.loss, self.batch_size = loss, batch_size

    def rate(self, parameter: Parameter) -> float:
        """What its gradient is multiplied by."""
        is_bias = parameter.data.ndim == 1
        return self.loss * (self.lr_factor if is_bias else self.batch_size * self.effective_lr)

    def update(self, index: int, parameter: Parameter) -> None:
        for p, g in stretches(parameter.data, parameter.grad):
            p -= self.rate(parameter) * g
