"""Which optimisers' steps are kernels, and steps that take a weight's gradient as the product it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nncore.arrays import Array
from nncore.notebook import NotebookSGD
from nncore.optim import SGD, Adam, AdamW
from nncore.parameter import Parameter

if TYPE_CHECKING:
    from web.kernels import KernelOps


@dataclass(frozen=True)
class Product:
    """A weight's gradient as the promise of `x.T @ grad`: a step may take it as it is."""

    backend: KernelOps
    x: Array
    grad: Array
    weight: Parameter

    def __call__(self) -> Array:
        return self.backend.linear_grad_weight(self.x, self.grad, self.weight.memory())


def _sgd(backend: KernelOps, optimizer: SGD, index: int, parameter: Parameter) -> bool:
    return _take(
        backend.sgd_step,
        backend.linear_sgd_step,
        parameter,
        optimizer.slot("momentum")[index] if optimizer.momentum else None,
        lr=optimizer.effective_lr,
        momentum=optimizer.momentum,
        nesterov=optimizer.nesterov,
        weight_decay=optimizer.weight_decay,
    )


def _adam(backend: KernelOps, optimizer: Adam, index: int, parameter: Parameter) -> bool:
    return _take(
        backend.adam_step,
        backend.linear_adam_step,
        parameter,
        optimizer.slot("mean")[index],
        optimizer.slot("square")[index],
        lr=optimizer.effective_lr,
        betas=optimizer.betas,
        eps=optimizer.eps,
        weight_decay=optimizer.weight_decay,
        decoupled=optimizer.decoupled,
        step=optimizer.steps,
    )


def _notebook(backend: KernelOps, optimizer: NotebookSGD, index: int, parameter: Parameter) -> bool:
    return _take(backend.sgd_step, backend.linear_sgd_step, parameter, None, lr=optimizer.rate(parameter))


def _take(
    plain_step: Callable[..., bool],
    product_step: Callable[..., bool],
    parameter: Parameter,
    *slots: Array | None,
    **settings: Any,
) -> bool:
    """The step with the product if the gradient is still one and that is offered, else with the gradient."""
    promise = parameter.promise
    if isinstance(promise, Product) and product_step(
        parameter.data, promise.x, promise.grad, *slots, **settings
    ):
        return True
    return plain_step(parameter.data, parameter.grad, *slots, **settings)


#: By the optimiser's very class: one derived from it may do something else.
STEPS: dict[type, Callable[[KernelOps, Any, int, Parameter], bool]] = {
    SGD: _sgd,
    Adam: _adam,
    AdamW: _adam,
    NotebookSGD: _notebook,
}


def sgd_numbers(
    *, lr: float, momentum: float = 0.0, nesterov: bool = False, weight_decay: float = 0.0
) -> tuple[float, ...]:
    """SGD's settings in the kernels' order."""
    return lr, momentum, weight_decay, nesterov


def adam_numbers(
    *,
    lr: float,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 0.0,
    decoupled: bool = False,
    step: int,
) -> tuple[float, ...]:
    """Adam's settings as the kernels take them, bias corrections included.

    `rate / (sqrt(v / c) + eps) = rate * sqrt(c) / (sqrt(v) + eps * sqrt(c))` with `c = 1 - b2**step`.
    """
    b1, b2 = betas
    root = (1 - b2**step) ** 0.5
    l2, keep = (0.0, 1 - lr * weight_decay) if decoupled else (weight_decay, 1.0)
    return lr / (1 - b1**step) * root, b1, 1 - b1, b2, 1 - b2, eps * root, l2, keep
