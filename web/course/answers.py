"""A visitor's answers to a course: which are right, what each begins as, and all of them as one file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from web.course.checker import names
from web.course.exercises import Course, Exercise, go_on

MARK = "# %% "  # begins a cell, as editors that know notebooks understand it
RIGHT = " (right)"
HEAD = "# Answers to: "  # begins a file of answers


def joined(ours: str, theirs: str, common: str) -> str:
    """The answers of two texts that `Answers.to_text` wrote, in one.

    `common` is what both of them once were: where both went on since, ours stays.
    """
    mine, others, before = (dict(_cells(text)) for text in (ours, theirs, common))
    mine |= {name: cell for name, cell in others.items() if mine.get(name) == before.get(name)}
    head = (ours or theirs).partition("\n")[0]
    return f"{head}\n\n" + "\n\n".join(f"{MARK}{cell}\n" for cell in mine.values())


def _cells(text: str) -> Iterator[tuple[str, str]]:
    """The answers in a text, each as it stands there, with the exercise's name."""
    for cell in re.split(rf"^{MARK}", text, flags=re.MULTILINE)[1:]:
        yield cell.partition("\n")[0].removesuffix(RIGHT).strip(), cell.strip()


@dataclass
class Answers:
    """What was written so far.

    Attributes
    ----------
    texts : dict        exercise name to text
    right : set         names of the exercises whose text has passed the checks
    """

    course: Course
    texts: dict[str, str] = field(default_factory=dict)
    right: set[str] = field(default_factory=set)

    def text(self, exercise: Exercise) -> str:
        """What stands in the editor: what was written, else the blank, which may go on from an answer."""
        if exercise.id in self.texts:
            return self.texts[exercise.id]
        before = self._best(self.course.exercise(exercise.after)) if exercise.after else ""
        return go_on(before, exercise.blank)

    def write(self, exercise: Exercise, text: str) -> None:
        """Keep a text; it is not right until it is checked again."""
        if text != self.text(exercise):
            self.texts[exercise.id] = text
            self.right.discard(exercise.id)

    def passed(self, exercise: Exercise, text: str) -> None:
        """Note that this text is right."""
        self.texts[exercise.id] = text
        self.right.add(exercise.id)

    def before(self, exercise: Exercise) -> str:
        """The code that an exercise builds on: earlier answers where they are right, else solutions."""
        index = self.course.exercises.index(exercise)
        return "\n\n\n".join(part for part in self._parts(self.course.exercises[:index]).values())

    def whole(self) -> str:
        """All right answers as one Python file, without those that a later one replaces."""
        done = tuple(exercise for exercise in self.course.exercises if exercise.id in self.right)
        parts = self._parts(done)
        head = f'"""{self.course.title.rstrip(".")}."""\n\n'
        return head + "\n\n\n".join(f"{MARK}{name}\n{part}" for name, part in parts.items()) + "\n"

    def to_text(self) -> str:
        """All answers, right or not, as a text that `read` takes back."""
        cells = (
            f"{MARK}{name}{RIGHT if name in self.right else ''}\n{text.strip()}\n"
            for name, text in self.texts.items()
        )
        return f"{HEAD}{self.course.title}\n\n" + "\n\n".join(cells)

    def read(self, text: str) -> int:
        """Take over what `to_text` wrote; returns how many answers were found.  Nothing is run."""
        found = 0
        known = {exercise.id for exercise in self.course.exercises}
        for name, cell in _cells(text):
            if name in known:
                title, _, body = cell.partition("\n")
                found += 1
                self.texts[name] = body.strip() + "\n"
                (self.right.add if title.endswith(RIGHT) else self.right.discard)(name)
        return found

    def _best(self, exercise: Exercise) -> str:
        return self.texts[exercise.id] if exercise.id in self.right else exercise.solution

    def _parts(self, exercises: tuple[Exercise, ...]) -> Mapping[str, str]:
        """Exercise name to code, without asides and without what later exercises define anew."""
        parts = {
            exercise.id: f"{exercise.given}\n\n{self._best(exercise)}".strip()
            for exercise in exercises
            if not exercise.aside
        }
        later: set[str] = set()
        for name, code in reversed(list(parts.items())):
            if later.issuperset(names(code)):
                del parts[name]
            later.update(names(code))
        return parts
