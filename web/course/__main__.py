"""`python -m web.course FILE`: whether each solution passes, and each mistake is explained."""

from __future__ import annotations

import sys
from pathlib import Path

from web.course.answers import Answers
from web.course.checker import check
from web.course.exercises import Course, CourseError, read_course


def faults(course: Course) -> list[str]:
    """What is wrong with the exercises themselves."""
    solved = Answers(course, {e.id: e.solution for e in course.exercises}, {e.id for e in course.exercises})
    found = []
    for exercise in course.exercises:
        before = solved.before(exercise)
        verdict = check(exercise, exercise.solution, before)
        if not verdict.right:
            found.append(f"{exercise.id}: the solution fails: {verdict.text}")
        for mistake in exercise.mistakes:
            told = check(exercise, mistake.code, before)
            if told.text != mistake.explanation:
                said = "it counts as right" if told.right else f"its author is told: {told.text}"
                found.append(
                    f"{exercise.id}: the mistake {mistake.explanation[:50]!r} is not recognised; {said}"
                )
    return found


def main(arguments: list[str]) -> int:
    """Returns the exit code: 0 if all is well, 1 if not, 2 if it was called wrongly."""
    if len(arguments) != 1:
        print("usage: python -m web.course FILE.md", file=sys.stderr)
        return 2
    try:
        course = read_course(Path(arguments[0]).read_text("utf-8"))
    except (CourseError, OSError) as error:
        print(f"{arguments[0]}: {error}", file=sys.stderr)
        return 1
    found = faults(course)
    print("\n".join(found) or f"{len(course.exercises)} exercises, all well")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
