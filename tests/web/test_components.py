"""Every component finds its script."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator

from panel.custom import JSComponent

import web
from web.site.paths import ROOT


def subclasses(kind: type) -> Iterator[type]:
    for sub in kind.__subclasses__():
        yield sub
        yield from subclasses(sub)


def test_every_component_names_a_script_that_renders() -> None:
    for module in pkgutil.walk_packages(web.__path__, "web."):
        if not module.name.startswith(("web.site", "web.pretrained")):
            importlib.import_module(module.name)
    components = {kind for kind in subclasses(JSComponent) if kind.__module__.startswith("web.")}
    assert len(components) > 10
    for component in components:
        named = re.fullmatch(r'export \{render\} from "(web/[\w/]+\.js)";', component._esm)
        assert named, f"{component.__name__}: {component._esm}"
        assert "export function render(" in (ROOT / named[1]).read_text("utf-8"), component.__name__
