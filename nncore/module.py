"""`Module` and `Sequential`: what layers have in common, and how they are chained."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar, overload

import numpy as np
from numpy.typing import DTypeLike

from nncore.errors import DTypeError, ShapeError
from nncore.ops import Array
from nncore.parameter import Parameter
from nncore.registry import Registry

Saved = TypeVar("Saved")
Part = TypeVar("Part")


class Module:
    """Base class of layers and models.

    A layer implements `forward`, which may remember what the backward pass needs, and the two halves of the
    backward pass: `backward_input` (chain rule) and, if it has parameters, `backward_params`.
    """

    training: bool = True
    name: str = ""
    buffer_names: tuple[str, ...] = ()  # arrays that belong to the state but are not trained

    # ------------------------------------------------------------------------------- computation

    def forward(self, x: Array) -> Array:
        """Output for a batch `x`; the first axis counts the samples."""
        raise NotImplementedError

    def backward_input(self, grad_output: Array) -> Array:
        """Gradient of the loss in the input of the last `forward`, given that in its output."""
        raise NotImplementedError

    def backward_params(self, grad_output: Array) -> None:
        """Add the gradients of the loss in the parameters to their `grad`, input gradient left out."""

    def backward(self, grad_output: Array) -> Array:
        """Add to the parameters' `grad` and return the input's gradient, given that of the output."""
        self.backward_params(grad_output)
        return self.backward_input(grad_output)

    def __call__(self, x: Array) -> Array:
        return self.forward(x)

    def fuse(self, following: Sequence[Module]) -> tuple[Module, int]:
        """What computes this layer and the first few of those that follow it in one go, and how many of them.

        A `Sequential` runs that instead.  By default the layer itself, and none.
        """
        return self, 0

    # ------------------------------------------------------------------------- parts and parameters

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """Direct submodules with their names: attributes, and the items of lists, tuples and dicts."""
        for name, value in vars(self).items():
            yield from _parts(name, value, Module)

    def named_modules(self, prefix: str = "", seen: set[int] | None = None) -> Iterator[tuple[str, Module]]:
        """The module itself and all below it, each once, with dotted names, in the order of computation."""
        seen = set() if seen is None else seen
        if id(self) in seen:
            return
        seen.add(id(self))
        yield prefix, self
        for name, child in self.named_children():
            yield from child.named_modules(f"{prefix}.{name}" if prefix else name, seen)

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """All parameters, each once, with dotted names such as '1.weight'."""
        seen: set[int] = set()
        for prefix, module in self.named_modules():
            for attribute, value in vars(module).items():
                for name, parameter in _parts(attribute, value, Parameter):
                    if id(parameter) not in seen:
                        seen.add(id(parameter))
                        yield (f"{prefix}.{name}" if prefix else name), parameter

    def is_trained(self) -> bool:
        """Whether the module has a parameter that is not frozen."""
        return any(parameter.requires_grad for _, parameter in self.named_parameters())

    def twin(self) -> Module:
        """A module with the very same parameters and buffers that remembers a forward pass of its own."""
        shared: list[Any] = self.parameters()
        for _, module in self.named_modules():
            shared += [getattr(module, name) for name in module.buffer_names]
            shared += [rng for rng in vars(module).values() if isinstance(rng, np.random.Generator)]
        return copy.deepcopy(self, {id(each): each for each in shared})

    def parameters(self) -> list[Parameter]:
        """All parameters, in the order of computation."""
        return [parameter for _, parameter in self.named_parameters()]

    def num_parameters(self) -> int:
        """How many trainable numbers the module holds."""
        return sum(parameter.data.size for parameter in self.parameters())

    def requires_grad_(self, requires_grad: bool = True) -> Module:
        """Freeze all parameters (False: no gradient, so no step), or train them again; returns self."""
        for parameter in self.parameters():
            parameter.requires_grad = requires_grad
        return self

    def zero_grad(self) -> None:
        """Forget all gradients."""
        for parameter in self.parameters():
            parameter.zero_grad()

    def train(self, mode: bool = True) -> Module:
        """Switch to training behaviour (dropout on, batch statistics); returns self."""
        for _, module in self.named_modules():
            module.training = mode
        return self

    def eval(self) -> Module:
        """Switch to evaluation behaviour; returns self."""
        return self.train(False)

    def to(self, dtype: DTypeLike) -> Module:
        """Convert parameters and buffers to float32 or float64, dropping gradients; returns self."""
        for parameter in self.parameters():
            parameter.data = parameter.data.astype(dtype)
            parameter.grad = None
        for _, module in self.named_modules():
            for name in module.buffer_names:
                setattr(module, name, getattr(module, name).astype(dtype))
        return self

    # ------------------------------------------------------------------------------------- state

    def _state_arrays(self) -> dict[str, Array]:
        arrays = {name: parameter.data for name, parameter in self.named_parameters()}
        for prefix, module in self.named_modules():
            for name in module.buffer_names:
                arrays[f"{prefix}.{name}" if prefix else name] = getattr(module, name)
        return arrays

    def state_dict(self) -> dict[str, Array]:
        """Copies of all parameters and buffers by name."""
        return {name: array.copy() for name, array in self._state_arrays().items()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Copy arrays of the same names and shapes into the parameters and buffers, converting the dtype.

        Nothing is changed unless everything fits.  Raises ShapeError or KeyError otherwise.
        """
        own = self._state_arrays()
        if different := sorted(own.keys() ^ state.keys()):
            raise KeyError(
                f"state_dict has {sorted(state)}, expected {sorted(own)}; they differ in {different}. "
                "Build the model with the settings it was saved with."
            )
        for name, array in own.items():
            if np.shape(state[name]) != array.shape:
                raise ShapeError(
                    f"{name}: got an array of shape {np.shape(state[name])}, expected {array.shape}. "
                    "Build the model with the settings it was saved with."
                )
        for name, array in own.items():
            array[...] = state[name]

    # -------------------------------------------------------------------------------------- words

    def extra_repr(self) -> str:
        """The arguments shown by `repr`."""
        return ""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.extra_repr()})"

    @property
    def label(self) -> str:
        """The module as errors call it: its place in the model, if it has one, and its repr."""
        return f"layer {self.name}, {self!r}" if self.name else repr(self)

    @property
    def expects(self) -> str:
        """The input's shape in words, for errors."""
        return "any shape"

    def check(self, x: Array, ok: bool = True, dtype: DTypeLike | None = None) -> None:
        """Raise ShapeError unless `ok`, DTypeError unless `x` is a float array (of `dtype`, if given)."""
        if not ok:
            raise ShapeError(f"{self.label}: got input of shape {x.shape}, expected {self.expects}")
        if x.dtype.kind != "f" or (dtype is not None and x.dtype != dtype):
            expected = "float32 or float64" if dtype is None else np.dtype(dtype)
            raise DTypeError(
                f"{self.label}: got input of dtype {x.dtype}, expected {expected}; "
                "convert the input with x.astype, or the model with model.to"
            )

    def check_grad(self, grad_output: Array, shape: tuple[int, ...]) -> None:
        """Raise ShapeError unless `grad_output` has the shape of the last output."""
        if grad_output.shape != shape:
            raise ShapeError(
                f"{self.label}: got an output gradient of shape {grad_output.shape}, expected {shape}, the "
                "shape of the last output"
            )

    def saved(self, value: Saved | None) -> Saved:
        """What `forward` remembered, or RuntimeError if it has not run."""
        if value is None:
            raise RuntimeError(f"{self.label}: backward was called before forward; call the layer on a batch")
        return value


#: The layers that networks are made of, by the names of their classes.  Activations have their own registry.
LAYERS: Registry[Module] = Registry("layer")


class Sequential(Module):
    """Layers applied one after the other; indexing and iteration give the layers.

    A layer given a second time shares its parameters with the first, and remembers its own forward pass.

    Shape: whatever the first layer takes -> whatever the last one gives.
    """

    def __init__(self, *layers: Module) -> None:
        self.layers: list[Module] = []
        for layer in layers:
            known = {id(module) for _, module in self.named_modules()}
            again = any(id(module) in known for _, module in layer.named_modules())
            self.layers.append(layer.twin() if again else layer)
        for name, module in self.named_modules():
            module.name = name
        self._steps = self.layers  # what the last forward pass ran, and the backward pass runs back

    def named_children(self) -> Iterator[tuple[str, Module]]:
        for index, layer in enumerate(self.layers):
            yield str(index), layer

    def forward(self, x: Array) -> Array:
        self._steps = list(_steps(self.layers))
        for step in self._steps:
            x = step(x)
        return x

    def backward_input(self, grad_output: Array) -> Array:
        for step in reversed(self._steps):
            grad_output = step.backward_input(grad_output)
        return grad_output

    def backward_params(self, grad_output: Array) -> None:
        """As `backward`, but stop at the first layer with parameters: nobody needs its input gradient."""
        first = next((i for i, step in enumerate(self._steps) if step.is_trained()), len(self._steps))
        for step in reversed(self._steps[first + 1 :]):
            grad_output = step.backward(grad_output)
        for step in self._steps[first : first + 1]:
            step.backward_params(grad_output)

    def backward(self, grad_output: Array) -> Array:
        for step in reversed(self._steps):
            grad_output = step.backward(grad_output)
        return grad_output

    def __len__(self) -> int:
        return len(self.layers)

    @overload
    def __getitem__(self, index: int) -> Module: ...
    @overload
    def __getitem__(self, index: slice) -> Sequential: ...
    def __getitem__(self, index: int | slice) -> Module:
        """One layer; or, for a slice, a Sequential of the same layers."""
        if not isinstance(index, slice):
            return self.layers[index]
        part = copy.copy(self)
        part.layers = part._steps = self.layers[index]
        return part

    def __iter__(self) -> Iterator[Module]:
        return iter(self.layers)

    def __repr__(self) -> str:
        lines = (f"  ({index}): {layer!r}" for index, layer in enumerate(self.layers))
        return "\n".join(["Sequential(", *lines, ")"])


def _parts(name: str, value: object, kind: type[Part]) -> Iterator[tuple[str, Part]]:
    """`value` if it is of `kind`, or its items that are, if it is a list, tuple or dict; with their names."""
    if isinstance(value, kind):
        yield name, value
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _parts(f"{name}.{index}", item, kind)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _parts(f"{name}.{key}", item, kind)


def _steps(layers: Sequence[Module]) -> Iterator[Module]:
    """What a `Sequential` runs: its layers, some of them as one (`Module.fuse`)."""
    index = 0
    while index < len(layers):
        step, taken = layers[index].fuse(layers[index + 1 :])
        yield step
        index += 1 + taken
