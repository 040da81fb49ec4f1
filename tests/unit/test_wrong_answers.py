"""Wrong answers as beginners give them, none of them written down in the course: what is said, and where."""

from __future__ import annotations

import pytest

from tests.course import COURSE, changed
from tests.unit.test_course import verdict
from web.course.checker import Verdict
from web.course.slips import slips


def told(id: str, *changes: tuple[str, str]) -> tuple[Verdict, str]:
    """What is said about the solution of an exercise with something replaced in it, and that answer."""
    exercise, answer = COURSE.exercise(id), changed(id, *changes)
    found = verdict(exercise, answer)
    assert not found.right
    assert found.text not in [mistake.explanation for mistake in exercise.mistakes]
    return found, answer


@pytest.mark.parametrize(
    ("id", "old", "new", "words"),
    [
        ("neuron", "return np.sum(x * w)", "print(np.sum(x * w))", "is there a `return` missing before it"),
        ("neuron", "np.sum", "np.summ", "NumPy has nothing of this name"),
        ("neuron", "x * w", "x·w", "Type `*` in place of `·`"),
        ("neuron", "x * w)", "x * w）", "Type `)` in place of `）`"),
        ("neuron", "x * w", "x // w", "`//` rounds down"),
        ("neuron", "np.sum(x * w)", "np.sum(x, w)", "A single whole number is expected"),
        ("linear", "x @ self.weight.data", "x @ weight.data", "name 'weight' is not defined. Is it spelled"),
        ("linear", "x @ self.weight.data", "self.x.T @ self.weight.data", "line: `self.x.T` (3, 4)"),
        ("linear", "forward(self, x)", "forward(x)", "The first argument of `forward` has to be `self`"),
        ("bias", "+ self.bias.data", "+ self.bias", "A Parameter is a box"),
        ("bias", "np.zeros(out_features)", "np.zeros(out_features, 1)", "`np.zeros((n, 1))`"),
        ("tanh", "self.y**2", "self.y^2", "The power is written `**`"),
        ("tanh", "np.tanh", "__import__('math').tanh", "`np.exp`, not `math.exp`"),
        ("tanh", "self.y = np.tanh(x)\n        return self.y", "return np.tanh(x)", "made a `self.y`"),
        ("tanh", "def backward", "def backwards", "The method is called `backward`, not `backwards`"),
        ("softmax", "keepdims", "keepdim", "NumPy's word for it is `keepdims`"),
        ("softmax", "x.max(axis=1, keepdims=True)", "max(x)", "`np.where`, `np.maximum`, `a.max()`"),
        ("softmax-backward", "self.y * (grad_output - total)", "self.y - grad_output", "`total` gets"),
        ("softmax-backward", "    def backward", "def backward", "outside the class `Softmax`: indent it"),
        ("nll", "-1 / len", "-1 // len", "`//` rounds down"),
        ("linear-backward", "self.bias.grad = ", "self.bias.grad += ", "Something in this line is None"),
        ("linear-backward", "self.x.T @ grad_output", "self.x * grad_output", "`self.x` (4, 3)"),
        ("chain", "reversed(self.layers)", "self.layers.reverse()", "`list.reverse()`"),
        ("chain", "in self.layers:\n            x", "in range(self.layers):\n            x", "`range` wants"),
        ("sgd", "p.data -= ", "p.data =- ", "write `-=`"),
        ("loop", "optimizer.step()", "optimizer.step", "write `optimizer.step()`"),
        ("loop", "    return np.mean", "        return np.mean", "stands in the loop"),
        ("loop", "model.backward(criterion.backward())", "model.backward(losses[-1])", "not get the loss's"),
        ("loop", "criterion.forward(output, y[part])", "criterion.forward(y[part], output)", "output first"),
        ("loop", "model.forward(x[part])", "model.forward(part)", "in place of `x[part]`"),
        ("init", "np.sqrt(", "sqrt(", "name 'sqrt' is not defined. Is it spelled right"),
        ("momentum", "[np.zeros_like(p.data) for p in self.params]", "[]", "counted from 0 to n − 1"),
        ("network", "return Network", "Network", "is there a `return` missing before it"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_where(id: str, old: str, new: str, words: str) -> None:
    found, _ = told(id, (old, new))
    assert words in found.text
    assert found.line is not None


@pytest.mark.parametrize(
    ("id", "old", "new", "line"),
    [
        ("neuron", "return np.sum(x * w)", "s = np.sum(x * w)", 1),
        ("linear", "return x @", "x @", 9),
        ("tanh", "return grad_output", "grad_output", 9),
        ("chain", "        return x\n", "", 4),
        ("nll", "-1 / len", "-1 // len", 21),
        ("loop", "optimizer.step()", "optimizer.step", 11),
        ("linear-backward", "self.x.T @ grad_output", "self.x * grad_output", 13),
        ("softmax", "exps = np.exp(x", "x *= 1.5\n        exps = np.exp(x", 5),
        ("chain", "grad_output = layer.backward(", "grad_output *= layer.backward(", 11),
    ],
)
def test_the_line_is_that_of_the_slip(id: str, old: str, new: str, line: int) -> None:
    found, answer = told(id, (old, new))
    assert found.line == line, answer


@pytest.mark.parametrize(
    ("id", "answer", "line"),
    [
        ("neuron", "def neuron(x, w):\n    # mine\n    products = x * w\n    return products.mean()", 4),
        (
            "neuron",
            "def neuron(a, b):\n    s = 0\n    for i, p in enumerate(a):\n        s = p * b[i]\n    return s",
            4,
        ),
    ],
)
def test_a_usual_mistake_is_pointed_at_however_it_is_written(id: str, answer: str, line: int) -> None:
    exercise = COURSE.exercise(id)
    found = verdict(exercise, answer)
    assert found.text in [mistake.explanation for mistake in exercise.mistakes]
    assert found.line == line


def test_nothing_is_said_that_is_not_so() -> None:
    """What other answers are told does not befit these."""
    index, _ = told("neuron", ("x * w", "x[x] * w"))
    assert "to be replaced" not in index.text
    assert "times what it should be" not in told("neuron", ("np.sum(x * w)", "0.7 * np.max(x * w)"))[0].text
    assert "`return`" not in told("linear-backward", ("self.weight.grad = ", "self.weight.data = "))[0].text
    assert (
        "over the batch"
        not in told("bias", ("np.zeros(out_features)", "np.zeros((1, out_features))"))[0].text
    )
    backward = COURSE.exercise("linear-backward")
    turned = backward.solution.replace("self.x.T @ grad_output", "grad_output @ self.x.T * 3")
    assert "what is returned" not in verdict(backward, turned).text, "the same error came from another line"
    squares = told("init", ("np.sqrt(2 / (inputs + outputs))", "(2 / (inputs + outputs)) ** 2"))[0].text
    assert "all weights 0" not in squares.lower()
    other = told(
        "chain", ("for layer in self.layers:\n            x", "for layer in self.layers[:1]:\n            x")
    )
    assert other[0].line is None, "an error in another question is not what is told"


def test_differences_beyond_the_first_numbers_are_shown() -> None:
    found, _ = told("nll", ("return grad\n", "grad[3, 1] = 0\n        return grad\n"))
    assert "got 0 at [3, 1], expected -0.25" in found.text


@pytest.mark.parametrize("id", [exercise.id for exercise in COURSE.exercises])
def test_right_answers_have_no_slips(id: str) -> None:
    exercise = COURSE.exercise(id)
    assert slips(exercise.solution, exercise.solution) == []


def test_code_given_to_be_mended_runs_as_it_is() -> None:
    """The notebook's parts print a table of derivatives, which the exercise tells to read."""
    exercise = COURSE.exercise("notebook")
    found = verdict(exercise, exercise.blank)
    assert not found.right
    assert "as it was given" in found.text
    assert "numeric" in found.output.text
