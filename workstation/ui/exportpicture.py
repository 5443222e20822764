"""Owns asking how the graph is exported as a picture. Drawing and writing are the work of ``app/pictures``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QLineEdit, QWidget

from workstation.domain.errors import WorkstationError
from workstation.ui.dialogs import AskDialog
from workstation.ui.guard import guard
from workstation.ui.translate import tr
from workstation.ui.widgets import button

if TYPE_CHECKING:
    from workstation.app.pictures import Part
    from workstation.ui.canvas import FlowView
    from workstation.ui.window import MainWindow

_DOTS = (96, 150, 300, 600)


def needs_graph(session: Any) -> str:
    """On while something stands on the active graph."""
    if session is None:
        return tr("open a case first")
    return "" if session.graphs.picture(session.graph).nodes else tr("put something on the graph first")


def seen_part(view: FlowView) -> Part:
    """Left, top, right, bottom of what is on screen, in world units."""
    camera = view.item.camera()
    return *camera.world(0, 0), *camera.world(camera.width, camera.height)


def ask(window: MainWindow) -> None:
    """Ask for format, size and theme, and write the picture."""
    session = window.desk.session
    view = window.canvas.view if window.canvas is not None else None
    if session is None:
        return
    path = session.store.path
    dialog = PictureDialog(window, path.with_name(f"{path.stem}-graph.png"), window.settings.theme, view is not None)

    def write() -> None:
        from workstation.app import pictures  # arrays are slow to load, and the shell comes without them

        out = Path(dialog.out.text().strip())
        part = seen_part(view) if view is not None and dialog.part.currentData() == "seen" else None
        try:
            size = pictures.export(
                session, out, theme=dialog.theme.currentData(), dpi=int(dialog.dots.currentData()), part=part
            )
        except WorkstationError as problem:
            window.tell(problem)
            return
        window.say(tr("Picture written: {name}, {size} kB", name=out.name, size=f"{-(-size // 1000):,}"))

    dialog.accepted.connect(write)
    window.show_dialog(dialog)


@guard
class PictureDialog(AskDialog):
    """Format, what is drawn, theme, size and file of a picture."""

    def __init__(self, parent: QWidget | None, out: Path, theme: str, on_screen: bool) -> None:
        super().__init__(
            parent,
            tr("Export picture"),
            tr("The graph as it is looked at. Case, scope, filters, times and the head of custody stand above it."),
            tr("Export"),
        )
        form = self.form()
        self.form_box, self.part, self.theme, self.dots = QComboBox(), QComboBox(), QComboBox(), QComboBox()
        for name, words in (("png", tr("PNG, pixels")), ("svg", tr("SVG, vectors")), ("pdf", tr("PDF, vectors"))):
            self.form_box.addItem(words, name)
        self.part.addItem(tr("The whole graph"), "all")
        if on_screen:
            self.part.addItem(tr("What is on screen"), "seen")
        for name, words in (("light", tr("Light")), ("dark", tr("Dark")), ("projector", tr("Projector"))):
            self.theme.addItem(words, name)
        self.theme.setCurrentIndex(max(0, self.theme.findData(theme)))
        for dots in _DOTS:
            self.dots.addItem(tr("{n} dots per inch", n=dots), dots)
        self.dots.setCurrentIndex(1)
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        self.out = QLineEdit(str(out))
        line.addWidget(self.out, 1)
        line.addWidget(button(tr("Choose …"), self._choose, name=tr("Choose where to export")))
        self.row(form, tr("Format"), self.form_box)
        self.row(form, tr("Part"), self.part)
        self.row(form, tr("Theme"), self.theme, tr("Light is best on paper"))
        self.row(form, tr("Size"), self.dots, tr("96 is the size on screen; 300 is usual for print"))
        self.row(form, tr("File"), holder)
        self.out.setAccessibleName(tr("Picture file"))
        self.form_box.currentIndexChanged.connect(self._renamed)
        self.setMinimumWidth(560)

    def _renamed(self) -> None:
        form = str(self.form_box.currentData())
        self.dots.setEnabled(form == "png")
        kept = self.out.text().strip()
        if kept:
            self.out.setText(str(Path(kept).with_suffix(f".{form}")))

    def _choose(self) -> None:
        form = str(self.form_box.currentData())
        found = QFileDialog.getSaveFileName(
            self, tr("Where to export"), self.out.text(), tr("Pictures (*.{form})", form=form)
        )[0]
        if found:
            self.out.setText(found if found.lower().endswith(f".{form}") else f"{found}.{form}")

    def wrong(self) -> str:
        """What is missing."""
        form = str(self.form_box.currentData())
        if not self.out.text().strip().lower().endswith(f".{form}"):
            return tr("The file must end with .{form}.", form=form)
        return ""
