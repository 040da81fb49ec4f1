"""The course in an address: `#course`, `#course=tanh` for an exercise, `#exercises=…` for those of others.

The last holds the whole Markdown text, packed, so that a link works without a server to keep it.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

from web.course.exercises import MAX_CHARACTERS, CourseError
from web.share.packed import pack, unpack
from web.words import _

COURSE, EXERCISES = "course", "exercises"


def in_course(address: str) -> bool:
    """Whether the address, without '#', opens the course."""
    return address.partition("=")[0] in (COURSE, EXERCISES)


def course_link(exercise: str = "") -> str:
    """The address of the course, or of one of its exercises."""
    return f"{COURSE}={exercise}" if exercise else COURSE


def exercises_link(markdown: str) -> str:
    """The address that holds these exercises."""
    return f"{EXERCISES}={pack(markdown)}"


def wanted_exercise(address: str) -> str:
    """Name of the exercise that the address opens; '' if it names none."""
    return dict(parse_qsl(address, keep_blank_values=True)).get(COURSE, "")


def linked_exercises(address: str) -> str:
    """The Markdown in the address; '' if there is none.  Raises CourseError if it is damaged or too large."""
    packed = dict(parse_qsl(address)).get(EXERCISES, "")
    try:
        return unpack(packed, MAX_CHARACTERS) if packed else ""
    except ValueError as error:
        raise CourseError(_("the exercises in this link cannot be read: {error}", error=error)) from None
