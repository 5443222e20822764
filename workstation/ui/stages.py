"""Owns the steps of the strip under the top bar: which there are, how far each is, where a click on one leads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workstation.ui.chrome import Stage
from workstation.ui.translate import tr

if TYPE_CHECKING:
    from workstation.app.session import Session
    from workstation.ui.window import MainWindow


def stages(session: Session, counts: Any, shown: int) -> list[Stage]:
    """The steps of a case with so many things, of which so many addresses are on the graph."""
    problems = [p for p in session.problems() if p.severity != "note"]
    bad_rows = sum(1 for p in problems if p.code != "WS-FND-001")
    unsupported = sum(1 for p in problems if p.code == "WS-FND-001")
    notes = len(session.store.rows("note")) + len(session.store.rows("tag")) + len(session.store.rows("mark"))
    from workstation.ui.freeze import commands as freezing

    steps = (
        (
            "import",
            tr("Import"),
            str(counts.exhibits) if counts.exhibits else "",
            tr("{n} to look at", n=f"{bad_rows:,}") if bad_rows else "",
            not counts.exhibits,
        ),
        ("orient", tr("Orient"), f"{shown:,}" if shown else "", "", bool(counts.exhibits) and not shown),
        ("annotate", tr("Annotate"), f"{notes:,}" if notes else "", "", bool(shown) and not notes),
        (
            "findings",
            tr("Findings"),
            f"{counts.findings:,}" if counts.findings else "",
            tr("{n} without evidence", n=unsupported) if unsupported else "",
            bool(notes) and not counts.findings,
        ),
        (
            "scenes",
            tr("Scenes"),
            f"{len(session.store.rows('scene')):,}" if session.store.rows("scene") else "",
            "",
            False,
        ),
        ("freeze", tr("Freeze"), *freezing.stage(session), False),
        ("export", tr("Export"), "", "", bool(counts.findings) and not unsupported),
    )
    return [Stage(*step) for step in steps]


def go(window: MainWindow, key: str) -> None:
    """Begin or look at a step."""
    if key == "import":
        window.ask("case.import")
    elif key == "orient":
        window.desk.select()
        window.show_dock("inspector")
    elif key == "annotate":
        window.ask("tag.add")
    elif key == "findings":
        window.show_dock("findings")
    elif key == "scenes":
        window.ask("scene.save")
    elif key == "freeze":
        window.show_dock("requests")
    else:
        window.ask("case.export")
