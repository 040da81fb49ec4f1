"""Make Bokeh's models cheaper to build and to change: remember defaults that can never change.

Reading a property that nobody set makes Bokeh merge the overrides of all base classes and check the default
anew, every time. The dashboard reads some twenty thousand of them before it appears, half of its start.

Setting a property of a component makes Panel look for it where it is not, and Bokeh think for milliseconds
about what was meant instead: no such advice is given.
"""

from __future__ import annotations

from typing import Any

from bokeh.core.has_props import HasProps
from bokeh.core.property.descriptors import PropertyDescriptor
from bokeh.settings import settings

CONSTANT = (str, int, float, bool, type(None))

_known: dict[tuple[type, str], Any] = {}
_original = PropertyDescriptor._get_default


def _get_default(self: Any, obj: HasProps) -> Any:
    key = (obj.__class__, self.name)
    if key in _known and not obj.themed_values():
        return _known[key]
    value = _original(self, obj)
    if isinstance(value, CONSTANT) and not obj.themed_values() and not self.has_unstable_default(obj):
        _known[key] = value
    return value


def install() -> None:
    """Put the remembered defaults in place of Bokeh's look-up, and spare its advice. May be called again."""
    PropertyDescriptor._get_default = _get_default
    settings.perform_error_diagnostics = False
