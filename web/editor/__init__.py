"""The editor for the visitor's own code, and what that code prints and shows."""

from web.editor.editor import CodeEditor
from web.editor.output import OutputPane
from web.editor.source import SourcePane

__all__ = ["CodeEditor", "OutputPane", "SourcePane"]
