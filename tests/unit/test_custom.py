"""Code of one's own: run, limited, checked with words, and trained in place of nncore's parts."""

from __future__ import annotations

import types

import numpy as np
import pytest

import nncore
import nncore as nn
from nncore import EpochEvent, Recipe, StepEvent, custom, load_digits
from nncore.custom import CodeError, Finding, Program, Shown

RECIPE = Recipe(hidden=(16,), epochs=1)

TANH = """
class Tanh(Module):
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, grad_output):
        return {gradient}
"""
LINEAR = """
class Linear(Module):
    def __init__(self, in_features, out_features):
        scale = np.sqrt(2 / (in_features + out_features))
        self.weight = Parameter(np.random.normal(0, scale, (in_features, out_features)))
        self.bias = Parameter(np.zeros(out_features))

    def forward(self, x):
        self.x = x
        return {forward}

    def backward(self, grad_output):
        self.weight.grad = {weight}
        self.bias.grad = {bias}
        return {back}
"""
RIGHT_LINEAR = {
    "forward": "x @ self.weight.data + self.bias.data",
    "weight": "self.x.T @ grad_output",
    "bias": "grad_output.sum(axis=0)",
    "back": "grad_output @ self.weight.data.T",
}


def finding(text: str, recipe: Recipe = RECIPE) -> Finding:
    """What the check says about the only part of the text."""
    (found,) = custom.check(Program(text).run(), recipe)
    return found


def error(text: str) -> CodeError:
    with pytest.raises(CodeError) as caught:
        Program(text, seconds=0.3).run()
    return caught.value


# ------------------------------------------------------------------------------------- running


def test_what_is_printed_and_shown_is_kept_in_order() -> None:
    program = Program("print('a', 1)\nshow(np.eye(3), 'unit')\nprint('b')").run()
    first, picture, last = program.output.parts
    assert (first.text, last.text) == ("a 1\n", "b\n")
    assert isinstance(picture, Shown)
    assert picture.title == "unit"
    np.testing.assert_array_equal(picture.array, np.eye(3))


def test_endless_printing_is_cut() -> None:
    output = Program("for i in range(30): print('x' * 10_000)").run().output
    assert output.cut
    assert len(output.text) == custom.output.MAX_CHARACTERS


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("x = 1\nif x\n    pass", 2, "expected ':'"),
        ("def f():\n    return y\n\nf()", 2, "name 'y' is not defined"),
        ("a = np.ones(3)\nb = a @ np.ones(4)", 2, "ValueError"),
        ("f = lambda n: f(n + 1)\nf(0)", 1, "calls itself without end"),
        ("big = np.zeros((10**6, 10**7))", 1, "too large for the memory"),
        ("raise SystemExit", 1, "SystemExit"),
        ("show('text')", 1, "expected numbers of shape"),
        ("import numpy\nIn [2]:\nx = 1", 2, "a notebook's prompt"),
        ("%matplotlib inline", 1, "leave it out"),
        ("x = np.ones(3)\nif x > 1: pass", 2, "`np.where`"),
        ("a = np.ones((2, 3))\n\na @ a", 3, "Shapes in this line: `a` (2, 3)"),
    ],
)
def test_errors_name_the_line(text: str, line: int, words: str) -> None:
    caught = error(text)
    assert caught.line == line
    assert words in str(caught)
    assert str(caught).startswith(f"line {line}: ")


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n    while True:\n        pass\nf()",
        "def f():\n  while True:\n    try:\n      1 / 0\n    except Exception:\n      pass\nf()",
        "any(i < 0 for i in iter(int, 1))",
    ],
)
def test_a_loop_without_end_is_stopped(text: str) -> None:
    caught = error(text)
    assert "still running after 0.3 seconds" in str(caught)
    assert caught.line in range(1, 8)


def test_a_script_pauses_in_its_outer_loops() -> None:
    program = Program(
        "seen = []\nfor i in range(4):\n    for j in range(2):\n        seen.append(i)\nlast = i"
    )
    steps = program.steps()
    for _ in range(5):
        next(steps)
    assert 0 < len(program.namespace["seen"]) < 8
    for _ in steps:
        pass
    assert program.namespace["seen"] == [0, 0, 1, 1, 2, 2, 3, 3]
    assert program.namespace["last"] == 3


def test_a_long_script_with_pauses_outlives_the_limit_of_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = types.SimpleNamespace(now=0.0)
    monkeypatch.setattr(custom.limit, "perf_counter", lambda: clock.now)
    modules: dict = {"clock": types.SimpleNamespace(clock=clock)}
    text = """
from clock import clock
def work():
    for j in range(40):
        clock.now += 0.005
for i in range(6):
    work()
"""
    Program(text, seconds=0.3, modules=modules).run()
    assert clock.now == pytest.approx(1.2)
    with pytest.raises(CodeError, match="still running"):
        Program(text.replace("0.005", "0.01"), seconds=0.3, modules=modules).run()


def test_nothing_runs_before_it_is_told_to() -> None:
    program = Program("raise ValueError")
    assert not program.parts


def test_modules_can_be_given_that_do_not_exist() -> None:
    mnist = types.ModuleType("keras.datasets")
    mnist.answer = 42  # type: ignore[attr-defined]
    program = Program("from keras.datasets import answer", modules={"keras.datasets": mnist}).run()
    assert program.namespace["answer"] == 42


# ------------------------------------------------------------------------------------- checking


def test_right_layers_pass() -> None:
    assert finding(LINEAR.format(**RIGHT_LINEAR)).ok
    found = finding(TANH.format(gradient="(1 - self.y ** 2) * grad_output"))
    assert found.ok
    assert found.table == ()
    assert found.line == 2


def test_a_wrong_gradient_is_shown_as_a_table() -> None:
    found = finding(TANH.format(gradient="grad_output"))
    assert not found.ok
    assert "gradient of the input differs" in found.text
    assert {sample.name for sample in found.table} == {"input"}
    assert any(sample.relative_error > 0.01 for sample in found.table)
    assert found.line == 7  # of its `backward`


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"forward": "self.weight.data.T @ x"}, "ValueError: matmul"),
        ({"weight": "grad_output.T @ self.x"}, "It is the transpose"),
        (
            {"weight": "self.x.T @ grad_output / len(self.x)"},
            "by the factor 0.2 (1 / 5, and the check has 5 samples: a mean",
        ),
        ({"weight": "-(self.x.T @ grad_output)"}, "the sign is wrong"),
        ({"bias": "grad_output"}, "bias.grad: got shape (5, 16), expected (16,)"),
        ({"bias": "None"}, "bias.grad is still None"),
        ({"back": "None"}, "is there a return?"),
        ({"forward": "x.astype(np.float64) @ self.weight.data"}, "got dtype float64 from float32"),
        ({"forward": "np.full((len(x), 16), np.nan, np.float32)"}, "not finite"),
        ({"forward": "(x @ self.weight.data).sum(axis=0)"}, "expected a row per sample"),
    ],
)
def test_usual_mistakes_in_a_layer_are_told_in_words(changes: dict[str, str], words: str) -> None:
    found = finding(LINEAR.format(**{**RIGHT_LINEAR, **changes}), Recipe(hidden=(16,)))
    assert not found.ok
    assert words.replace("16", "7") in found.text.replace("16", "7")


def test_changes_in_place_are_told() -> None:
    text = TANH.format(gradient="(1 - self.y ** 2) * grad_output").replace(
        "self.y = np.tanh(x)", "x *= 0.5; self.y = np.tanh(x)"
    )
    assert "changed its input x in place" in finding(text).text
    assert (
        "changed the gradient"
        in finding(TANH.format(gradient="np.multiply(grad_output, 1 - self.y ** 2, out=grad_output)")).text
    )


def test_a_parameter_that_no_optimiser_sees_is_told() -> None:
    text = LINEAR.format(**RIGHT_LINEAR).replace(
        "Parameter(np.zeros(out_features))", "np.zeros(out_features, np.float32)"
    )
    text = text.replace("self.bias.data", "self.bias").replace("self.bias.grad = ", "self.bias_grad = ")
    assert "which no optimiser sees" in finding(text).text


STEP = "class SGD(Optimizer):\n def step(self):\n  for p in self.params: "
NETWORK = "def network(inputs, classes):\n "


@pytest.mark.parametrize(
    ("text", "ok", "words"),
    [
        (
            "class CrossEntropyLoss(Loss):\n def forward(self, output, target):\n  return output.sum(axis=1)",
            False,
            "expected one finite number",
        ),
        (STEP + "p.data -= self.effective_lr * p.grad", True, "downhill"),
        (STEP + "p.data += self.effective_lr * p.grad", False, "uphill"),
        (STEP + "pass", False, "no parameter changed"),
        ("def halving(done, epochs):\n return 0.5 ** done", True, "from 1 to"),
        ("def cosine(final=0.1):\n return lambda done, epochs: -1", False, "got -1 after 0 of 10 epochs"),
        ("def mirror(images, rng):\n return images[:, :, ::-1]", True, "same shape"),
        ("def noise(images, rng):\n return images + rng.random(images.shape)", False, "float64"),
        ("def blank(images, rng):\n images[:] = 0\n return images", False, "in place"),
        ("model = Sequential(Flatten(), Linear(64, 12), ReLU(), Linear(12, 10))", True, "910 parameters"),
        (NETWORK + "return Sequential(Flatten(), Linear(inputs, classes))", True, "2 layers"),
        (NETWORK + "pass", False, "is there a return?"),
        ("model = Sequential(Flatten(), Linear(64, 9))", False, "expected (5, 10)"),
        ("model = Sequential(Flatten(), Linear(64, 9), Linear(12, 10))", False, "got input of shape (5, 9)"),
    ],
)
def test_other_kinds_of_parts(text: str, ok: bool, words: str) -> None:
    found = finding(text)
    assert (found.ok, words in found.text) == (ok, True), found.text


ORIGINALS = [
    *(nncore.Linear, nncore.Conv2d, nncore.MaxPool2d, nncore.Flatten, nncore.Dropout, nncore.BatchNorm1d),
    *(
        nncore.Tanh,
        nncore.Sigmoid,
        nncore.ReLU,
        nncore.LeakyReLU,
        nncore.Softmax,
        nncore.LogSoftmax,
        nncore.Log,
    ),
    *(nncore.NLLLoss, nncore.CrossEntropyLoss, nncore.MSELoss, nncore.SGD, nncore.Adam, nncore.AdamW),
    *(nncore.schedules.cosine, nncore.schedules.one_cycle, nncore.schedules.step_decay, nncore.Augmentation),
]


@pytest.mark.parametrize("part", ORIGINALS, ids=lambda part: part.__name__)
def test_the_source_of_an_original_runs_and_passes(part: type) -> None:
    found = finding(custom.original(part), RECIPE.replace(activation="relu"))
    assert found.ok, found.text
    assert "it runs, but" not in found.text


# ------------------------------------------------------------------------------------- training


def test_own_parts_train_as_the_originals_do() -> None:
    train, test = load_digits()
    text = TANH.format(gradient="(1 - self.y ** 2) * grad_output")
    text += STEP + "p.data -= self.effective_lr * p.grad\n"
    own = custom.build_trainer(RECIPE, Program(text).run(), train, test)
    original = RECIPE.build_trainer(train, test)
    assert type(own.model[2]).__module__ == custom.program.MODULE
    assert type(own.optimizer).__module__ == custom.program.MODULE
    for mine, theirs in zip(own, original, strict=True):
        assert type(mine) is type(theirs)
        if isinstance(mine, StepEvent):
            assert mine.loss == pytest.approx(theirs.loss, rel=1e-5)


def test_own_linear_learns_and_repeats_itself() -> None:
    train, test = load_digits()
    runs = []
    for _ in range(2):
        trainer = custom.build_trainer(
            Recipe(hidden=(32,), epochs=2), Program(LINEAR.format(**RIGHT_LINEAR)).run(), train, test
        )
        runs.append([event.test_accuracy for event in trainer if isinstance(event, EpochEvent)])
    assert runs[0] == runs[1]
    assert runs[0][-1] > 0.6


def test_own_network_schedule_and_augmentation_are_used() -> None:
    train, test = load_digits()
    text = """
def network(inputs, classes):
    return Sequential(Flatten(), Linear(inputs, 20), ReLU(), Linear(20, classes))

def tenth(done, epochs):
    return 0.1

def mirror(images, rng):
    return images[:, :, ::-1]
"""
    trainer = custom.build_trainer(RECIPE, Program(text).run(), train, test)
    event = trainer.advance()
    assert isinstance(event, StepEvent)
    assert event.lr == pytest.approx(0.1 * RECIPE.lr)
    assert trainer.model.num_parameters() == 64 * 20 + 20 + 200 + 10
    x, _ = trainer.loader.batch(0, 0)
    trainer.loader.augment = None
    plain, _ = trainer.loader.batch(0, 0)
    np.testing.assert_array_equal(x, plain[..., ::-1])


def test_an_error_while_training_names_the_line() -> None:
    train, _ = load_digits()
    text = TANH.format(gradient="grad_output").replace(
        "        self.y = np", "        if len(x) < 64: oops\n        self.y = np"
    )
    trainer = custom.build_trainer(RECIPE, Program(text).run(), train)
    with pytest.raises(CodeError, match=r"line 4: NameError: name 'oops'"):
        for _ in trainer:
            pass


def test_a_layer_that_cannot_be_made_is_told() -> None:
    text = "class Linear(Module):\n    def __init__(self, size): pass"
    assert "Linear: could not be made as Linear(" in finding(text).text


def test_the_namespace_has_all_public_names() -> None:
    namespace = Program("").namespace
    assert set(nncore.__all__) <= set(namespace)
    assert namespace["np"] is np


def test_what_an_own_optimiser_sets_by_itself_stays_when_a_run_is_gone_on_with() -> None:
    text = """
class SGD(Optimizer):
    def __init__(self, params, lr=0.1):
        super().__init__(params, lr)
        self.momentum = 0.9

    def update(self, index, parameter):
        v = self.slot("v")[index]
        v *= self.momentum
        v += parameter.grad
        parameter.data -= self.effective_lr * v
"""
    program = custom.Program(text).run()
    recipe = nn.Recipe(hidden=(4,), lr=0.05)
    trainer = custom.build_trainer(recipe, program, *nn.load_digits())
    custom.apply_live(recipe.replace(lr=0.01), program, trainer)
    assert (trainer.optimizer.momentum, trainer.optimizer.lr) == (0.9, 0.01)


@pytest.mark.parametrize(
    "backward",
    [
        "return super().backward(grad_output)",
        "self.weight.add_grad(lambda _: self.inputs.T @ grad_output)\n"
        "        self.bias.add_grad(lambda _: grad_output.sum(axis=0))\n"
        "        return grad_output @ self.weight.data.T",
    ],
)
def test_an_own_layer_may_go_on_from_nncores_with_a_backward_of_its_own(backward: str) -> None:
    text = f"""
class Linear(Linear):
    calls = 0

    def forward(self, x):
        self.inputs = x
        return super().forward(x)

    def backward(self, grad_output):
        type(self).calls += 1
        {backward}
"""
    program = custom.Program(text).run()
    train, test = load_digits()
    found = list(custom.findings(program, RECIPE, train))
    assert [finding.ok for finding in found] == [True], found[0].text
    own, original = (custom.build_trainer(RECIPE, p, train, test) for p in (program, Program("")))
    calls = type(own.model[1]).calls
    for trainer in (own, original):
        trainer.advance()
    assert type(own.model[1]).calls > calls, "it was not asked"
    weights = original.model.state_dict()
    for name, array in own.model.state_dict().items():
        np.testing.assert_allclose(array, weights[name], rtol=1e-5, atol=1e-6)


def test_a_loss_of_ones_own_may_be_a_number_of_numpys() -> None:
    text = """
class CrossEntropyLoss(CrossEntropyLoss):
    def forward(self, output, target):
        return np.float32(super().forward(output, target))
"""
    program = custom.Program(text).run()
    trainer = custom.build_trainer(nn.Recipe(hidden=(4,)), program, *nn.load_digits())
    event = next(iter(trainer))
    assert type(event.loss) is float


def test_an_own_augmentation_leaves_points_alone() -> None:
    """It is for images, as nncore's own."""
    program = custom.Program("def augment(images, rng):\n    return images[:, ::-1]\n").run()
    recipe = nn.PRESETS["plane"].recipe
    train, test = nn.load_data(recipe.dataset, **recipe.data_options)
    trainer = custom.build_trainer(recipe, program, train, test)
    assert isinstance(next(iter(trainer)), StepEvent)
