"""Owns the verbs about the program itself: ``doctor``, ``selftest``, ``screenshot``, ``demo``, ``bench``."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from argparse import Namespace
from pathlib import Path

from workstation import __version__
from workstation.app import demo as demos
from workstation.app import export as exporting
from workstation.app.places import bundled_plugins, settings_folder
from workstation.app.plugintrust import layers_here
from workstation.casefile import store, verify
from workstation.cli import opening
from workstation.cli.answer import Answer
from workstation.cli.cases import verdict
from workstation.cli.screens import Screens
from workstation.domain.errors import WorkstationError
from workstation.domain.evidence import Check
from workstation.evidence.verify import verify_package
from workstation.paths import resources_folder
from workstation.plugin_host.readers import list_readers


def doctor(_options: Namespace, screens: Screens) -> Answer:
    """What works on this computer, one line each. Missing extras are told, not counted as failures."""
    missing = _missing(screens)
    found = layers_here()
    readers = list_readers(bundled_plugins())
    free = shutil.disk_usage(Path.home()).free >> 20
    checks = [
        Check("Python", sys.version_info >= (3, 11), platform.python_version()),
        Check("case files (SQLCipher)", *_case_engine()),
        Check("bundled readers", len(readers) >= 7, ", ".join(reader.id for reader in readers)),
        Check("fonts of the report", any((resources_folder() / "fonts").glob("*.ttf")), "Noto Sans"),
        Check("window (Qt)", not missing, missing or "starts"),
        Check(
            "sandbox of readers",
            sys.platform != "linux" or set(found.values()) == {"enforced"},
            ", ".join(f"{name}: {state}" for name, state in sorted(found.items())),
        ),
        Check(
            "ssh-keygen (for strangers who verify)", True, shutil.which("ssh-keygen") or "not here, not needed by us"
        ),
        Check("free disk space", free > 1024, f"{free:,} MiB"),
    ]
    return verdict(checks, {"version": __version__, "system": platform.platform()})


def _missing(screens: Screens) -> str:
    """What keeps Qt from drawing here, screen or not; empty when nothing does."""
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return screens.works()


def _case_engine() -> tuple[bool, str]:
    with tempfile.TemporaryDirectory() as folder:
        try:
            store.create(Path(folder) / "try.wcase", title="try", examiner="doctor").close()
        except (WorkstationError, OSError, ImportError) as problem:
            return False, str(problem)
    return True, "a case can be made and closed"


def selftest(_options: Namespace, screens: Screens) -> Answer:
    """The main job in a temporary folder: make the demo case, undo, redo, export, verify, and see tampering."""
    checks: list[Check] = []
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        with demos.build(demos.ROMANCE, here / "demo.wcase", bundled_plugins(), here) as session:
            steps = session.history.entries()
            checks.append(Check("demo case", session.store.counts().transfers > 0, f"{len(steps)} steps"))
            before = session.store.rows("tag")
            for _ in steps:
                session.undo()
            checks.append(Check("undo all", not session.store.rows("tag")))
            for _ in steps:
                session.redo()
            checks.append(Check("redo all", session.store.rows("tag") == before))
            checks += verify.verify_case(session.store)
            sealed = exporting.export(session, here / "demo-evidence.zip")
        checks.append(Check("package", all(check.ok for check in verify_package(sealed.path)), sealed.seal))
        damaged = bytearray(sealed.path.read_bytes())
        damaged[len(damaged) // 2] ^= 1
        (here / "damaged.zip").write_bytes(damaged)
        seen = not all(check.ok for check in verify_package(here / "damaged.zip"))
        checks.append(Check("one flipped bit is seen", seen))
    return verdict(checks, {"version": __version__})


def screenshot(options: Namespace, screens: Screens) -> Answer:
    """Draw the window of a case into a PNG, without a screen; a graph alone also as SVG or PDF, without Qt."""
    if options.out.suffix.lower() in (".svg", ".pdf"):
        return _graph_on_paper(options)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    _need_qt(screens)
    width, cross, height = options.size.partition("x")
    if not (
        cross and width.isdigit() and height.isdigit() and 200 <= int(width) <= 8000 and 200 <= int(height) <= 8000
    ):
        raise WorkstationError(
            "WS-CLI-008", f"{options.size!r} is not a size", "no picture was written", "write for instance 1366x768"
        )
    with opening.session(options) as session:
        nodes, edges = screens.screenshot(
            session, options.out, view=options.view, theme=options.theme, size=(int(width), int(height)),
            run=options.kept_run,
        )  # fmt: skip
    data = {"path": str(options.out), "nodes": nodes, "edges": edges}
    return Answer(data, [f"wrote {options.out}: {nodes} nodes, {edges} edges"])


def _graph_on_paper(options: Namespace) -> Answer:
    from workstation.app import pictures

    with opening.session(options) as session:
        if options.kept_run:
            shown = session.run("trace.show", run=str(options.kept_run))
            if shown.job is not None:
                session.wait(shown.job)
        pictures.export(session, options.out, theme=options.theme)
        drawn = session.graphs.picture(session.graph)
    data = {"path": str(options.out), "nodes": len(drawn.nodes), "edges": len(drawn.edges)}
    return Answer(data, [f"wrote {options.out}: {len(drawn.nodes)} nodes, {len(drawn.edges)} edges"])


def _need_qt(screens: Screens) -> None:
    missing = screens.works()
    if missing:
        raise WorkstationError(
            "WS-SYS-001",
            f"the window system does not start here: {missing}",
            "nothing was written",
            "run: python3 run.py system-deps",
        )


def demo(options: Namespace, screens: Screens) -> Answer | int:
    """The demo case: a window, with ``--save FILE`` a case file, or with ``--headless OUT`` all its products in a folder."""
    if options.save is not None:
        demos.build(demos.ROMANCE, options.save, bundled_plugins(), settings_folder()).close()
        return Answer({"case": str(options.save)}, [f"wrote {options.save}"])
    if options.headless is None:
        _need_qt(screens)
        return screens.window(None, True)
    out: Path = options.headless
    out.mkdir(parents=True, exist_ok=True)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    missing = screens.works()
    checks: list[Check] = []
    skipped: list[str] = []
    files: list[Path] = []
    for made in (demos.ROMANCE, demos.COLONIAL):
        folder = out if made == demos.ROMANCE else out / made.name
        folder.mkdir(exist_ok=True)
        case = folder / f"{made.name}.wcase"
        case.unlink(missing_ok=True)
        with demos.build(made, case, bundled_plugins(), settings_folder()) as session:
            if missing:
                skipped.append(f"overview.png ({missing}; remedy: python3 run.py system-deps --yes)")
            else:
                session.png = screens.png
                files.append(folder / "overview.png")
                screens.screenshot(session, files[-1], view="overview", theme="light", size=(1366, 768))
            sealed = exporting.export(session, folder / f"{made.name}-evidence.zip")
            checks += [
                Check(f"{made.name}: {check.name}", check.ok, check.detail) for check in verify_package(sealed.path)
            ]
            parts = exporting.unpack(sealed.path, folder, ("graph.svg", "graph.html", "report.en.pdf"))
            parts = [part.replace(part.with_name(part.name.replace(".en.", "."))) for part in parts]
            files += [sealed.path, sealed.seal_sheet, *parts]
    verification = out / "verification.txt"
    answer = verdict(checks, {"folder": str(out), "files": [str(file) for file in files], "skipped": skipped})
    verification.write_text("\n".join(answer.lines) + "\n", "utf-8")
    lines = [
        *(str(file) for file in [*files, verification]),
        *(f"skipped: {text}" for text in skipped),
        f"everything is in {out}",
        answer.lines[-1],
    ]
    return Answer(answer.data, lines, answer.code)


def bench(options: Namespace, _screens: Screens) -> int:
    """The ratios of design section 7. They need the source tree and the test packages, where the peers are."""
    root = resources_folder().parent
    if not (root / "tests" / "benchmarks").is_dir():
        raise WorkstationError(
            "WS-SYS-002",
            "the benchmarks are part of the source tree, not of the installed program",
            "nothing was measured",
            "run in the source tree: python3 run.py bench",
        )
    call = [
        sys.executable,
        "-m",
        "tests.benchmarks",
        *(["--full"] if options.full else []),
        *(["--json"] if options.json else []),
    ]
    return subprocess.run(call, cwd=root, check=False).returncode
