"""Errors that say what was got, what was expected and what to do about it."""

from __future__ import annotations

from nncore.text import Text


class ShapeError(ValueError):
    """An array has the wrong shape for the layer or loss that received it."""


class DTypeError(TypeError):
    """An array has the wrong dtype for the layer or loss that received it."""


class LabelError(ValueError):
    """A label lies outside `0 .. num_classes - 1`, or is no integer."""


class RecipeError(ValueError):
    """A setting is unknown, of the wrong type, out of its range, or does not go with the data."""


class DataError(ValueError):
    """A data file is missing, damaged, or not what its name promises."""


class CheckpointError(ValueError):
    """A checkpoint is damaged, foreign, or does not fit the model."""


class DivergenceError(ArithmeticError):
    """The loss is no longer a finite number, so training cannot go on.

    Attributes
    ----------
    layer : str      the first layer whose weights or output are not finite
    step : int       the global step (counted from 1) at which it was noticed
    loss : float     the loss at that step
    """

    def __reduce__(self) -> tuple[type[DivergenceError], tuple[str, int, float]]:
        return DivergenceError, (self.layer, self.step, self.loss)  # so that a process pool can pass it on

    def __init__(self, layer: str, step: int, loss: float) -> None:
        self.layer, self.step, self.loss = layer, step, loss
        super().__init__(
            Text(
                "training diverged at step {step}: the loss is {loss}, expected a finite number; the first "
                "layer with values that are not finite is {layer}. Lower the learning rate (a tenth is a "
                "good start), or use a smaller initialisation, and reset the run.",
                step=step,
                loss=loss,
                layer=layer,
            )
        )


#: All of them.
ERRORS = (ShapeError, DTypeError, LabelError, RecipeError, DataError, CheckpointError, DivergenceError)
