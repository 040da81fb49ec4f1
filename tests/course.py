"""The course, and exercises as a teacher might write them."""

from __future__ import annotations

from pathlib import Path

from web.course.exercises import read_course

COURSE = read_course((Path(__file__).parents[1] / "web" / "course" / "build-it.md").read_text("utf-8"))


def changed(id: str, *changes: tuple[str, str]) -> str:
    """The solution of an exercise with something replaced in it."""
    answer = COURSE.exercise(id).solution
    for old, new in changes:
        assert old in answer, f"{id}'s solution has no {old!r}"
        answer = answer.replace(old, new)
    return answer


DOUBLE = """# Of a teacher

## Double {#double}

```python blank
def double(x):
    return ...
```

```python solution
def double(x):
    return 2 * x
```

```python checks
def of_three():
    return double(3)
```

### Hint

Twice.
"""
