"""Stand-ins for what Panel imports and the dashboard never uses; to be imported before Panel.

Without the first `panel.io.pyodide` would import pandas; Markdown panes import the second although they
render with markdown-it.
"""

import sys
import types

sys.modules.setdefault("pyodide_http", types.SimpleNamespace(patch_all=lambda: None))  # type: ignore[arg-type]
sys.modules.setdefault("markdown", types.ModuleType("markdown"))
