"""Owns the cards at the corners of the canvas: where legend and small map stand, and when. Must not draw them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.ui.canvas.overlays import EDGE, LOW, LegendPlan

if TYPE_CHECKING:
    from workstation.ui.canvas.view import FlowView


class Corners:
    """The legend at the left and the small map at the right of a view."""

    def __init__(self, view: FlowView) -> None:
        self.view, self.legend, self.minimap = view, view.legend, view.minimap

    def show(self) -> None:
        """Explain all of the graph, and put both cards where they belong."""
        self.explain(everything=True)
        self.minimap.move(
            self.view.width() - self.minimap.width() - EDGE, self.view.height() - self.minimap.height() - EDGE
        )
        self.place_map()
        self._place_legend()

    def explain(self, *, everything: bool = False) -> None:
        """Explain what is on screen; ``everything``: what the whole graph holds, before it is fitted."""
        view = self.view
        seen = None if everything else view.item.on_screen()
        self.legend.show_plan(LegendPlan(view.item.data_, view.theme, seen), low=view.height() < LOW)
        self._place_legend()

    def place_map(self) -> None:
        """Show the small map only when it tells something: when part of the graph is out of view."""
        self.minimap.setVisible(self._roomy() and self.view.item.data_.nodes > 1 and not self._all_in_view())
        if self.minimap.isVisible():
            self.minimap.update()

    def _place_legend(self) -> None:
        view = self.view
        self.legend.move(EDGE, view.height() - self.legend.height() - EDGE)
        fits = self.legend.width() + self.minimap.width() + 3 * EDGE < view.width()
        self.legend.setVisible(
            fits and view.height() > 160 and view.item.data_.nodes > 0 and self.legend.says_something
        )

    def _roomy(self) -> bool:
        return bool(self.view.width() > 460 and self.view.height() > 300)

    def _all_in_view(self) -> bool:
        view, camera = self.view, self.view.item.camera()
        left, top, right, bottom = view.item.data_.bounds()
        (x0, y0), (x1, y1) = camera.pixel(left + 60, top + 36), camera.pixel(right - 60, bottom - 58)
        return bool(x0 >= 0 and y0 >= 0 and x1 <= view.box.width() and y1 <= view.box.height())
