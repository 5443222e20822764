"""The main job from the first file to the sealed package, without a window: what an investigator does in an hour."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from workstation.app import colonial, export, search
from workstation.app.session import Session
from workstation.casefile import store
from workstation.casefile.verify import verify_case
from workstation.domain.changes import WORK_TABLES
from workstation.domain.subjects import parse
from workstation.evidence.verify import verify_package
from workstation.paths import resources_folder
from workstation.plugin_host.discovery import Plugin


def rows(session: Session) -> dict[str, dict[str, Any]]:
    return {table: session.store.rows(table) for table in WORK_TABLES}


def test_story(tmp_path: Path, plugins: list[Plugin]) -> None:
    facts = (resources_folder() / "cases" / "colonial-2021" / "facts.csv").read_text("utf-8")
    (tmp_path / "explorer.json").write_bytes(colonial.esplora_answer(facts))
    case = tmp_path / "case.wcase"
    with Session(store.create(case, title="Story", examiner="Ann"), plugins, tmp_path / "settings") as session:
        job = session.run("case.import", files=str(tmp_path / "explorer.json"), reader="esplora.transactions").job
        assert job is not None
        assert [r.outcome for r in session.wait(job)] == ["accepted"]
        start = rows(session)

        hit = search.find(session, "15JFh88")[0]
        assert hit.subject is not None
        session.run("graph.add", subjects=[hit.subject])
        seen = [len(session.graphs.picture(session.graph).nodes)]
        ransom = hit.subject
        for _ in range(3):
            at = max(
                (n for n in session.graphs.picture(session.graph).nodes if n.kind in ("address", "transaction")),
                key=lambda n: (len(session.graphs.neighbours(session.graph, parse(n.key), "both").candidates), n.key),
            )
            session.run("graph.expand", subject=at.key, limit="all")
            seen.append(len(session.graphs.picture(session.graph).nodes))
        assert seen == sorted(set(seen))

        session.select([ransom])
        session.run("tag.add", label="Ransom address", category="ransomware", source="court papers")
        cited = [f"transfer:bitcoin:{t.id}" for t in session.store.transfers(address=ransom.ref)]
        session.run("finding.new", claim="The ransom left within an hour.", subjects=",".join(cited))
        session.run("scene.save", name="The payment", camera="0,0,1")
        end, steps = rows(session), session.store.undo_position()
        assert steps == 7

    with Session(store.open_case(case, actor="Ann"), plugins, tmp_path / "settings") as session:  # the next morning
        for _ in range(steps):
            session.run("edit.undo")
        assert rows(session) == start
        for _ in range(steps):
            session.run("edit.redo")
        assert rows(session) == end
        sealed = export.export(session, tmp_path / "story-evidence.zip")
        assert sealed.findings == 1
        assert all(check.ok for check in verify_case(session.store))
    checks = verify_package(sealed.path)
    assert checks
    assert all(check.ok for check in checks), [c for c in checks if not c.ok]
