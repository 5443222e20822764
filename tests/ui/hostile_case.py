"""Owns a case whose every free text is hostile: markup, other directions, zero width, very long, emoji, formulas."""

from __future__ import annotations

from pathlib import Path

from tests.app.canvas_steps import TEXTS
from workstation.app.demo import ROMANCE, build
from workstation.paths import plugins_folder
from workstation.plugin_host.discovery import discover

#: Also Qt rich text, a table cell that starts a formula, a path, a format placeholder and nothing but spaces.
HOSTILE = (
    *TEXTS, "<table><tr><td bgcolor=red>paid</td></tr></table>", "&lt;script&gt;&amp;#0;", "@SUM(A1:A9)", "%s %n {n} {0}",
    "  ", "\u2066\u2067\u2068nested", "a" + "\u0301" * 300, "&File &&", "Ünïcödé ﷽", "x\ty\r\nz",
)  # fmt: skip


def build_hostile(folder: Path) -> Path:
    """The fictional demo case with hostile tags, notes, names, findings, frames and scenes; gives its path."""
    path = folder / "hostile.wcase"
    session = build(ROMANCE, path, discover([plugins_folder()]), folder / "home")
    with session:
        shown = [p.subject for p in session.graphs.placed(session.graph).values() if p.subject.kind == "address"]
        for number, words in enumerate(HOSTILE):
            subject = shown[number % len(shown)]
            text = words if words.strip() else words + "x"
            session.run("tag.add", subjects=[subject], label=text, source=text)
            session.run("note.add", subjects=[subject], body=text)
            session.run("finding.new", claim=text, subjects=[subject], reasons=text)
            session.run("scene.save", name=text, caption=text, notes=text, camera="0,0,0.5")
        session.run("frame.add", subjects=shown[:2], name=HOSTILE[7])
        session.run("graph.rename", graph=session.graph, name=HOSTILE[1])
        session.run("graph.new", name=HOSTILE[2])
        session.run("graph.add", subjects=shown[:3])
        session.run("trace.forward", subjects=shown[:1], methods="fifo,haircut")
    return path
