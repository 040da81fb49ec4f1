"""Optimisers.  Those with a name in `OPTIMIZERS` are the choices of the setting `optimizer`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from nncore import ops
from nncore.arrays import Array, stretches, without_traces
from nncore.parameter import Parameter
from nncore.registry import Registry

CLEARING = 100  # steps between two looks for what has faded in an optimiser's arrays


class Optimizer:
    """Base class: changes parameters by their gradients.

    Attributes
    ----------
    lr : float          base learning rate; may be set while training
    lr_factor : float   what a schedule makes of it: a step uses `lr * lr_factor`
    steps : int         steps taken so far
    slot_names : tuple of str
        the arrays it may keep for each parameter, such as 'momentum'; see `slot`
    """

    slot_names: tuple[str, ...] = ()

    def __init__(self, params: Sequence[Parameter], lr: float) -> None:
        self.params = list(params)
        if not self.params:
            raise ValueError(f"{type(self).__name__}: got no parameters, expected model.parameters()")
        self.lr = lr
        self.lr_factor = 1.0
        self.steps = 0
        self.slots: dict[str, list[Array]] = {}  # arrays kept per parameter, such as 'momentum'

    @property
    def lr(self) -> float:
        return self._lr

    @lr.setter
    def lr(self, value: float) -> None:
        if not (np.isfinite(value) and value >= 0):
            raise ValueError(f"{type(self).__name__}: got lr={value}, expected a finite number of at least 0")
        self._lr = float(value)

    @property
    def effective_lr(self) -> float:
        """The learning rate the next step uses."""
        return self.lr * self.lr_factor

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for parameter in self.params:
            parameter.zero_grad()

    def step(self) -> None:
        """Change every parameter that has a gradient and is not frozen."""
        self.steps += 1
        for index, parameter in enumerate(self.params):
            if parameter.requires_grad and parameter.has_grad:
                ops.backend().update(self, index, parameter)
        if self.steps % CLEARING == 0:
            # The means of a unit that gets no gradient any more shrink, but rounding never lets them reach 0.
            for array in (array for name in self.slot_names for array in self.slots.get(name, ())):
                for [part] in stretches(array):  # a large one has no room beside it for as large a mask
                    without_traces(part)

    def update(self, index: int, parameter: Parameter) -> None:
        """Change parameter number `index`, which has a gradient."""
        raise NotImplementedError

    def slot(self, name: str) -> list[Array]:
        """One array per parameter, zeros at first."""
        if name not in self.slots:
            self.slots[name] = [np.zeros_like(parameter.data) for parameter in self.params]
        return self.slots[name]

    def state_dict(self) -> dict[str, Array]:
        """Arrays that, with the same settings, continue the optimiser to the bit."""
        state: dict[str, Array] = {"steps": np.asarray(self.steps), "lr": np.asarray(self.lr)}
        for name, arrays in self.slots.items():
            state |= {f"{name}.{index}": array.copy() for index, array in enumerate(arrays)}
        return state

    def load_state_dict(self, state: Mapping[str, Array]) -> None:
        """Take over what `state_dict` of an optimiser of the same kind and model returned."""
        slots: dict[str, list[Array]] = {}
        names = {key.partition(".")[0] for key in state if "." in key}
        if self.slot_names and not names <= set(self.slot_names):  # one of one's own need not declare any
            raise ValueError(
                f"{type(self).__name__}: got the state of an optimiser that keeps {sorted(names)}, expected "
                f"one that keeps {list(self.slot_names)}"
            )
        for name in names:
            arrays = [np.array(state[f"{name}.{index}"]) for index in range(len(self.params))]
            shapes = [array.shape for array in arrays]
            expected = [parameter.data.shape for parameter in self.params]
            if shapes != expected:
                raise ValueError(f"{type(self).__name__}: got state of shapes {shapes}, expected {expected}")
            if any(array.dtype.kind != "f" for array in arrays):
                raise ValueError(
                    f"{type(self).__name__}: got state of dtype {arrays[0].dtype}, expected floats"
                )
            slots[name] = [array.astype(p.data.dtype) for array, p in zip(arrays, self.params, strict=True)]
        steps, lr = state["steps"], state["lr"]
        if steps.shape or steps.dtype.kind not in "iu" or steps < 0 or lr.shape or lr.dtype.kind != "f":
            raise ValueError(f"{type(self).__name__}: got steps={steps} and lr={lr}, expected two numbers")
        self.steps, self.lr, self.slots = int(steps), float(lr), slots


def clip_grad_norm(params: Sequence[Parameter], max_norm: float) -> float:
    """Shorten the gradients, all by one factor, to a Euclidean norm of at most `max_norm` together.

    `g *= max_norm / norm` where `norm = sqrt(sum of all g**2)` is larger (Pascanu, Mikolov & Bengio 2013).
    Returns the norm as it was; a norm that is not finite changes nothing.
    """
    grads = [grad for parameter in params if (grad := parameter.grad) is not None]
    norm = float(np.sqrt(sum(float(np.vdot(grad, grad)) for grad in grads)))
    if np.isfinite(norm) and norm > max_norm:
        for grad in grads:
            grad *= grad.dtype.type(max_norm / norm)
    return norm


#: The optimisers that a recipe can name.
OPTIMIZERS: Registry[Optimizer] = Registry("optimizer")


@OPTIMIZERS.add("sgd", "SGD", "lr", "momentum", "nesterov", "weight_decay")
class SGD(Optimizer):
    """Stochastic gradient descent, with momentum (Polyak), Nesterov's variant and weight decay.

    g = grad + weight_decay * p
    b = momentum * b + g            zeros at first
    p -= lr * d                     with d = g without momentum, g + momentum * b if nesterov, else b
    """

    slot_names = ("momentum",)

    def __init__(
        self,
        params: Sequence[Parameter],
        lr: float = 0.1,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, lr)
        self.momentum, self.nesterov, self.weight_decay = momentum, nesterov, weight_decay

    def update(self, index: int, parameter: Parameter) -> None:
        buf = self.slot("momentum")[index] if self.momentum else None
        for p, g, b in stretches(parameter.data, parameter.grad, buf):
            if self.weight_decay:
                g = g + self.weight_decay * p
            if b is not None:
                b *= self.momentum
                b += g
                g = g + self.momentum * b if self.nesterov else b
            p -= self.effective_lr * g


@OPTIMIZERS.add("adam", "Adam", "lr", "weight_decay")
class Adam(Optimizer):
    """Adam (Kingma & Ba 2015): each weight's step is its mean gradient over the root of its mean square.

        g = grad + weight_decay * p
        m = b1 * m + (1 - b1) * g;      v = b2 * v + (1 - b2) * g**2
        p -= lr / (1 - b1**step) * m / (sqrt(v / (1 - b2**step)) + eps)

    m and v start as zeros, `step` counts from 1, for all parameters alike.  See `AdamW` for a weight decay
    that is no gradient.
    """

    slot_names = ("mean", "square")
    decoupled = False

    def __init__(
        self,
        params: Sequence[Parameter],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, lr)
        self.betas, self.eps, self.weight_decay = betas, eps, weight_decay

    def update(self, index: int, parameter: Parameter) -> None:
        b1, b2 = self.betas
        rate = self.effective_lr / (1 - b1**self.steps)
        root = (1 - b2**self.steps) ** 0.5
        slots = self.slot("mean")[index], self.slot("square")[index]
        for p, g, m, v in stretches(parameter.data, parameter.grad, *slots):
            if self.weight_decay and self.decoupled:
                p *= 1 - self.effective_lr * self.weight_decay
            elif self.weight_decay:
                g = g + self.weight_decay * p
            m *= b1
            m += (1 - b1) * g
            v *= b2
            v += (1 - b2) * (g * g)
            p -= rate * (m / (np.sqrt(v) / root + self.eps))


@OPTIMIZERS.add("adamw", "AdamW", "lr", "weight_decay")
class AdamW(Adam):
    """Adam with decoupled weight decay, `p *= 1 - lr * weight_decay` (Loshchilov & Hutter 2019)."""

    decoupled = True

    def __init__(
        self,
        params: Sequence[Parameter],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay)


@OPTIMIZERS.add("rmsprop", "RMSprop", "lr", "momentum", "weight_decay")
class RMSprop(Optimizer):
    """RMSprop (Tieleman & Hinton 2012): each weight's step is its gradient over the root of its mean square.

    g = grad + weight_decay * p;  v = alpha * v + (1 - alpha) * g**2;  d = g / (sqrt(v) + eps)
    b = momentum * b + d;         p -= lr * (b with momentum, else d)
    """

    slot_names = ("momentum", "square")

    def __init__(
        self,
        params: Sequence[Parameter],
        lr: float = 0.01,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
    ) -> None:
        super().__init__(params, lr)
        self.alpha, self.eps, self.weight_decay, self.momentum = alpha, eps, weight_decay, momentum

    def update(self, index: int, parameter: Parameter) -> None:
        buf = self.slot("momentum")[index] if self.momentum else None
        for p, g, v, b in stretches(parameter.data, parameter.grad, self.slot("square")[index], buf):
            if self.weight_decay:
                g = g + self.weight_decay * p
            v *= self.alpha
            v += (1 - self.alpha) * (g * g)
            d = g / (np.sqrt(v) + self.eps)
            if b is not None:
                b *= self.momentum
                b += d
                d = b
            p -= self.effective_lr * d
