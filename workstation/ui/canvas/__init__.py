"""The graph canvas: one pyqtgraph item that draws a whole picture. Must not know the session or the case file."""

from workstation.ui.canvas.view import FlowView

__all__ = ["FlowView"]
