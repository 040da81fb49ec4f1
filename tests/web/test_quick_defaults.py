"""Remembered defaults are Bokeh's own, and what can change is never remembered."""

from __future__ import annotations

import pytest
from bokeh.core.property.descriptors import PropertyDescriptor
from bokeh.document import Document
from bokeh.models import Button, ColumnDataSource, LinearAxis, Slider
from bokeh.plotting import figure
from bokeh.themes import Theme

from web.browser import quick_defaults

MODELS = (Button, ColumnDataSource, LinearAxis, figure)


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PropertyDescriptor, "_get_default", PropertyDescriptor._get_default)
    monkeypatch.setattr(quick_defaults, "_known", {})


def shown(model: type) -> dict[str, object]:
    values = model().properties_with_values()
    return {name: value for name, value in values.items() if isinstance(value, quick_defaults.CONSTANT)}


@pytest.mark.parametrize("model", MODELS)
def test_same_values_as_bokeh(model: type) -> None:
    expected = shown(model)
    quick_defaults.install()
    assert shown(model) == expected  # fills the memory
    assert shown(model) == expected  # reads it
    assert len(expected) > 1


def test_each_instance_keeps_its_own_containers() -> None:
    quick_defaults.install()
    first, second = ColumnDataSource(), ColumnDataSource()
    first.data["x"] = [1]
    assert "x" not in second.data
    assert first.selected is not second.selected


def test_what_is_set_and_what_a_theme_says_comes_first() -> None:
    quick_defaults.install()
    assert Slider(start=0, end=1, value=0).height is None
    assert Slider(start=0, end=1, value=0, height=30).height == 30
    themed, plain = figure(), figure()
    assert plain.outline_line_width == 1
    document = Document(theme=Theme(json={"attrs": {"Plot": {"outline_line_width": 7}}}))
    document.add_root(themed)
    assert themed.outline_line_width == 7
    assert plain.outline_line_width == 1
