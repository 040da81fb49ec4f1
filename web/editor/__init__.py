"""The editor for the visitor's own code, and what that code prints and shows."""

from web.editor.editor import CodeEditor
from web.editor.output import OutputPane

__all__ = ["CodeEditor", "OutputPane"]
