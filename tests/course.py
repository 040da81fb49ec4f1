"""The course, and exercises as a teacher might write them."""

from __future__ import annotations

from pathlib import Path

from web.course.exercises import read_course

COURSE = read_course((Path(__file__).parents[1] / "web" / "course" / "build-it.md").read_text("utf-8"))

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
