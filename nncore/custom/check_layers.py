"""Layers and whole networks: shape, dtype and gradient."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from nncore.activations import ACTIVATIONS
from nncore.custom.build import build_model
from nncore.custom.faults import BATCH, FaultError, expect_array, expect_gradient
from nncore.custom.parts import Part
from nncore.custom.program import Program
from nncore.data.dataset import Dataset
from nncore.gradcheck import gradcheck
from nncore.module import Module
from nncore.ops import Array
from nncore.recipe import Recipe
from nncore.text import Text


def small(recipe: Recipe) -> Recipe:
    """The recipe with few units, so that finite differences take no time."""
    return recipe.replace(
        hidden=(7,) * len(recipe.hidden),
        channels=(2,) * len(recipe.channels),
        batch_size=BATCH,
        drop_last=True,
    )


def check_layer(part: Part, program: Program, recipe: Recipe, data: Dataset) -> str:
    """Shape, dtype and gradient of a layer, as it occurs in a network."""
    for candidate in (recipe, *_with_other_layers(recipe)):
        model = build_model(small(candidate), program, data.sample_shape, data.num_classes)
        at = [index for index, layer in enumerate(model) if type(layer) is part.value]
        if at:
            x = data.inputs(slice(0, BATCH))
            for layer in list(model)[: at[0]]:
                x = layer(x)
            text = check_module(model[at[0]], x, program, same_shape=part.kind == "activation")
            if candidate is recipe:
                return text
            return Text("{text}. The network that the settings ask for has none", text=text)
    return Text(
        "it runs, but no network of the settings has such a layer: give it the name of the one it replaces, "
        "or write network(inputs, classes) that uses it"
    )


def _with_other_layers(recipe: Recipe) -> Iterator[Recipe]:
    yield recipe.replace(model="mlp", batch_norm=True, dropout=0.5, loss="softmax_log_nll")
    yield recipe.replace(model="cnn", loss="nll")
    for activation in ACTIVATIONS:
        yield recipe.replace(model="mlp", activation=activation)


def check_module(layer: Module, x: Array, program: Program, *, same_shape: bool = False) -> str:
    """Raise FaultError unless the layer maps the float32 batch `x` as layers do, its gradient included."""
    layer.train()
    before = x.copy()
    with program.guard():
        y = layer(x)
    expect_array("forward", y, None, x.dtype)
    if len(y) != len(x) or y.ndim == 0:
        raise FaultError(
            Text(
                "forward: got an output of shape {shape} for a batch of {n}, expected a row per "
                "sample: ({n}, ...). Does it sum or index over the batch?",
                shape=y.shape,
                n=len(x),
            )
        )
    if same_shape and y.shape != x.shape:
        raise FaultError(
            Text(
                "forward: got shape {shape} for input of shape {input}, expected the same shape",
                shape=y.shape,
                input=x.shape,
            )
        )
    if not np.array_equal(x, before):
        raise FaultError(
            Text("forward: it changed its input x in place; compute a new array (x = x + 1, not x += 1)")
        )
    grad = np.ones_like(y)
    with program.guard():
        back = layer.backward(grad)
    if not np.array_equal(grad, np.ones_like(y)):
        raise FaultError(Text("backward: it changed the gradient it was given in place; compute a new array"))
    expect_array("backward", back, x.shape, x.dtype)
    for name, parameter in layer.named_parameters():
        if parameter.grad is None:
            raise FaultError(
                Text(
                    "backward: {name}.grad is still None, expected the loss's gradient in self.{name}",
                    name=name,
                )
            )
        expect_array(f"backward: {name}.grad", parameter.grad, parameter.data.shape, parameter.data.dtype)
    for name, value in vars(layer).items():
        if isinstance(value, np.ndarray) and name.lower() in ("w", "b", "weight", "weights", "bias"):
            raise FaultError(
                Text(
                    "self.{name} is a plain array, which no optimiser sees; make it self.{name} = "
                    "Parameter(...)",
                    name=name,
                )
            )
    checked = expect_gradient(lambda: gradcheck(layer, x.astype(np.float64)), program)
    return Text(
        "{before} -> {after}, {dtype}; {checked}",
        before=x.shape,
        after=y.shape,
        dtype=y.dtype,
        checked=checked,
    )


def check_network(part: Part, program: Program, recipe: Recipe, data: Dataset) -> str:
    """Images go in, one number per class comes out, and the gradient is right as far as the loss."""
    model = build_model(recipe, program, data.sample_shape, data.num_classes)
    x = data.inputs(slice(0, BATCH))
    with program.guard():
        output = model(x)
    expect_array("network", output, (BATCH, data.num_classes), x.dtype)
    if not model.parameters():
        raise FaultError(Text("network: it has no parameters, so there is nothing to train"))
    checked = expect_gradient(lambda: gradcheck(model, x.astype(np.float64), samples=3), program)
    return Text(
        "{layers} layers, {parameters:,} parameters; {checked}",
        layers=len(model),
        parameters=model.num_parameters(),
        checked=checked,
    )
