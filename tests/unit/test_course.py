"""The course: its solutions pass its checks, and each usual mistake gets its own explanation."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from nncore import EpochEvent, Recipe, custom, load_digits
from tests.course import COURSE, changed
from web.course.answers import Answers
from web.course.checker import Verdict, check
from web.course.exercises import Course, CourseError, Exercise, read_course

SOLVED = Answers(COURSE, {e.id: e.solution for e in COURSE.exercises}, {e.id for e in COURSE.exercises})

every_exercise = pytest.mark.parametrize("exercise", COURSE.exercises, ids=lambda exercise: exercise.id)


def verdict(exercise: Exercise, answer: str) -> Verdict:
    return check(exercise, answer, SOLVED.before(exercise))


def tell(id: str, *changes: tuple[str, str]) -> str:
    """What is said about the solution of an exercise with something replaced in it."""
    found = verdict(COURSE.exercise(id), changed(id, *changes))
    assert not found.right
    return found.text


# ---------------------------------------------------------------------------------- the course


@every_exercise
def test_the_solution_is_right(exercise: Exercise) -> None:
    found = verdict(exercise, exercise.solution)
    assert found.right, found.text


@every_exercise
def test_the_blank_is_wrong_without_being_accused_of_a_mistake(exercise: Exercise) -> None:
    found = verdict(exercise, Answers(COURSE).text(exercise))
    assert not found.right
    assert found.text not in [mistake.explanation for mistake in exercise.mistakes]


@every_exercise
def test_each_usual_mistake_gets_its_own_explanation(exercise: Exercise) -> None:
    assert len(exercise.mistakes) >= 4
    for mistake in exercise.mistakes:
        assert verdict(exercise, mistake.code).text == mistake.explanation
    pointed = [verdict(exercise, mistake.code).line for mistake in exercise.mistakes]
    assert len(pointed) - pointed.count(None) >= 0.75 * len(pointed)
    counts = Counter(mistake.explanation for mistake in exercise.mistakes)
    assert max(counts.values()) == 1


@every_exercise
def test_hints_come_in_three_degrees(exercise: Exercise) -> None:
    assert len(exercise.hints) == 3
    assert all(len(hint) > 20 for hint in exercise.hints)


def test_the_steps_of_the_notebook_are_all_there() -> None:
    """From one neuron on one pixel to 784-1024-10, and the notebook's own mistakes."""
    assert [exercise.id for exercise in COURSE.exercises] == [
        *("neuron", "linear", "bias", "tanh", "softmax", "nll", "softmax-backward", "linear-backward"),
        *("chain", "sgd", "loop", "init", "momentum", "notebook", "network"),
    ]


# ------------------------------------------------------ answers that nobody wrote down before


def test_unforeseen_answers_are_explained_by_how_they_differ() -> None:
    assert "got shape" in tell("chain", ("return x", "return x[:1]"))
    assert "the sign is wrong" in tell("tanh", ("return grad_output * (1", "return -grad_output * (1"))
    assert "got None" in tell("tanh", ("return self.y", "self.y"))
    assert "everything is 0.5 times" in tell("neuron", ("np.sum", "0.5 * np.sum"))
    assert "one axis too many" in tell("linear-backward", ("grad_output.sum(axis=0)", "grad_output * 2"))
    assert "changed in place" in tell("softmax", ("exps = np.exp(x - ", "x /= 1.01; exps = np.exp(x - "))


def test_errors_name_the_line_and_what_does_not_fit() -> None:
    exercise = COURSE.exercise("linear-backward")
    found = verdict(exercise, exercise.solution.replace("self.x.T @ grad_output", "self.x.T @ grad_output.T"))
    assert found.line == exercise.solution[: exercise.solution.index("self.weight.grad =")].count("\n") + 1
    assert "The shapes do not fit" in found.text


def test_what_does_not_run_is_told() -> None:
    neuron = COURSE.exercise("neuron")
    found = verdict(neuron, "def neuron(x, w)\n    return 1")
    assert (found.line, "expected ':'" in found.text) == (1, True)
    assert "no neuron any more" in verdict(neuron, "def other(x, w):\n    return 1").text
    assert "y' is not defined" in verdict(neuron, "def neuron(x, w):\n    return y").text
    assert "Nothing is filled in yet" in verdict(neuron, neuron.blank + "# I do not know").text


def test_an_endless_answer_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.course.checker.SECONDS", 0.2)
    found = verdict(COURSE.exercise("neuron"), "def neuron(x, w):\n    while True:\n        pass")
    assert "never ends" in found.text
    assert found.line in (2, 3)


def test_an_answer_can_print_and_show() -> None:
    found = verdict(
        COURSE.exercise("neuron"), "print(1 + 1)\nshow(np.ones(3))\n" + COURSE.exercise("neuron").solution
    )
    assert found.right
    assert found.output.text == "2\n"
    assert len(found.output.parts) == 2


def test_other_right_answers_are_right() -> None:
    """What is asked is what it does, not how it is written."""
    assert verdict(COURSE.exercise("neuron"), "def neuron(a, b):\n    return a @ b").right
    loops = (
        "def neuron(x, w):\n    s = 0\n    for i in range(len(x)):\n        s += x[i] * w[i]\n    return s"
    )
    assert verdict(COURSE.exercise("neuron"), loops).right
    shuffled = COURSE.exercise("loop").solution.replace(
        "order = rng.permutation(len(x))", "order = np.arange(len(x)); rng.shuffle(order)"
    )
    assert verdict(COURSE.exercise("loop"), shuffled).right
    jacobian = """
    def backward(self, grad_output):
        back = []
        for y, g in zip(self.y, grad_output):
            back.append((np.diag(y) - np.outer(y, y)) @ g)
        return np.array(back)
"""
    softmax = COURSE.exercise("softmax").solution
    assert verdict(COURSE.exercise("softmax-backward"), softmax + jacobian).right


# ------------------------------------------------------------------------------ the answers kept


def test_the_whole_is_a_program_that_learns() -> None:
    program = custom.Program(SOLVED.whole(), "my network").run()
    recipe = Recipe(loss="softmax_log_nll", optimizer="sgd", lr=0.1, momentum=0.9, epochs=3)
    findings = custom.check(program, recipe, load_digits()[0])
    assert all(finding.ok for finding in findings), findings
    trainer = custom.build_trainer(recipe, program, *load_digits())
    own = {type(part).__name__ for part in (*trainer.model, trainer.criterion, trainer.optimizer)}
    assert own == {"Flatten", "Linear", "Tanh", "Softmax", "Log", "NLLLoss", "SGD"}
    for part in (*trainer.model.layers[1:], trainer.criterion, trainer.optimizer, trainer.model):
        assert type(part).__module__ == custom.program.MODULE
    last = [event for event in trainer if isinstance(event, EpochEvent)][-1]
    assert last.test_accuracy is not None
    assert last.test_accuracy > 0.85
    weights = trainer.model.state_dict().values()
    assert {array.dtype for array in weights} == {np.dtype(np.float32)}


def test_own_answers_are_what_later_steps_build_on() -> None:
    answers = Answers(COURSE)
    neuron, bias, backward = (COURSE.exercise(id) for id in ("neuron", "bias", "linear-backward"))
    mine = bias.solution.replace('"""A fully', '"""Mine: a fully')
    answers.write(bias, mine)
    assert "Mine" not in answers.before(COURSE.exercise("tanh"))  # not checked yet
    answers.passed(bias, mine)
    assert "Mine" in answers.before(COURSE.exercise("tanh"))
    assert "Mine" in answers.text(backward)
    assert answers.text(backward).rstrip().endswith("return ...")
    assert answers.text(neuron) == neuron.blank


def test_a_changed_answer_is_no_longer_right() -> None:
    answers = Answers(COURSE)
    neuron = COURSE.exercise("neuron")
    answers.passed(neuron, neuron.solution)
    answers.write(neuron, neuron.solution)
    assert neuron.id in answers.right
    answers.write(neuron, neuron.solution + "# more")
    assert neuron.id not in answers.right


def test_answers_survive_being_written_to_a_file() -> None:
    answers, again = Answers(COURSE), Answers(COURSE)
    neuron, tanh = COURSE.exercise("neuron"), COURSE.exercise("tanh")
    answers.passed(neuron, neuron.solution)
    answers.write(tanh, "# %timeit is no cell\nclass Tanh: ...\n")
    assert again.read(answers.to_text()) == 2
    assert again.texts[tanh.id].strip() == answers.texts[tanh.id].strip()
    assert again.right == {neuron.id}
    assert again.read("something else") == 0


# ---------------------------------------------------------------------------------- the format


SMALL = """# Two steps

An introduction.

## First {#one}

Text with `code` and a [link](https://example.org/).

```
a formula
```

```python given
two = 2
```

```python blank
def double(x):
    return ...
```

```python solution
def double(x):
    return two * x
```

```python checks
def of_three():
    return double(3)
```

```python mistake
def double(x):
    return x * x
```
> That is the square.
> Twice is meant.

### Hint

Twice.

## Second step

```python solution
def half(x):
    return double(x) / 4
```

```python checks
def of_three():
    return half(3)
```
"""


def test_a_course_is_read() -> None:
    course = read_course(SMALL)
    one, second = course.exercises
    assert (course.title, one.id, one.title, second.id) == ("Two steps", "one", "First", "second-step")
    assert "An introduction" in course.intro
    assert "a formula" in one.text
    assert "two = 2" not in one.text
    assert one.mistakes[0].explanation == "That is the square. Twice is meant."
    assert [hint.strip() for hint in one.hints] == ["<p>Twice.</p>"]
    assert check(one, one.solution).right
    assert check(one, one.mistakes[0].code).text == "That is the square. Twice is meant."
    assert check(second, "def half(x):\n    return x / 2", Answers(course).before(second)).right


def test_exercises_are_named_after_titles_in_any_language() -> None:
    course = read_course(SMALL.replace("## First {#one}", "## 两倍").replace("## Second step", "## 一半"))
    assert [exercise.id for exercise in course.exercises] == ["两倍", "一半"]


def test_a_strangers_html_and_scripts_are_text() -> None:
    course: Course = read_course(
        SMALL.replace("An introduction.", "<script>alert(1)</script> [x](javascript:alert(1))")
    )
    assert "<script" not in course.intro
    assert 'href="javascript' not in course.intro


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("# Two steps", "Two steps", "expected '# ' and the course's title"),
        (
            "```python solution\ndef double(x):\n    return two * x\n```",
            "",
            "no block of code marked 'solution'",
        ),
        ("python given", "python givn", "got a block marked 'givn'"),
        ("> That is the square.\n> Twice is meant.", "", "a mistake's explanation is missing"),
        ("## Second step", "## Second {#one}", "already an exercise called 'one'"),
        ("python blank", "python blank after=zero", "goes on after 'zero'"),
        ("python blank", "python blank later", "expected after=… or aside"),
        ("## First {#one}", "Text", "expected"),
        ("    return two * x", "    return two *", "line 24: this is no Python"),
        ("def of_three():\n    return double(3)", "three = double(3)", "the checks ask nothing"),
    ],
)
def test_a_faulty_course_is_told_by_line(old: str, new: str, words: str) -> None:
    assert old in SMALL
    with pytest.raises(CourseError) as caught:
        read_course(
            SMALL.replace(old, new).split("## Second step")[0] if new == "Text" else SMALL.replace(old, new)
        )
    assert words in str(caught.value)
