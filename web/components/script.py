"""How a component finds its script."""

from __future__ import annotations


def script(module: str) -> str:
    """What Panel is given as the JavaScript of the component in the Python module `module`, its `__name__`.

    The script of `web/components/tabs.py` is `web/components/tabs.js`, a module of the site. Panel gets
    one line that passes on its `render`: it loads that line from a blob, where the page's import map
    (see `web/site/modules.py`) says where `web/` is.
    """
    return f'export {{render}} from "{module.replace(".", "/")}.js";'
