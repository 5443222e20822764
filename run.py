#!/usr/bin/env python3
"""Sets up and starts the Fundflow Workstation: ``python3 run.py demo`` and ``python3 run.py test``.

Owns the way from a fresh machine to a working ``.venv``. Standard library only. Must not import the program, need
anything installed before it, or touch packages outside ``.venv`` (system libraries of Linux excepted).
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "fundflow-stamp.json"
WHEELHOUSE = ROOT / "wheelhouse"
OLDEST = (3, 11)
LINUX = platform.system() == "Linux"

USAGE = """usage: python3 run.py VERB

  demo [--headless]             opens the demo case; without a screen writes pictures, report and package to out/demo
  test [--require-gui] [ARGS]   runs the test suite; ARGS go to pytest
  doctor                        says what works on this computer, changes nothing
  bench [ARGS]                  measures the program against its targets
  lint                          style and type checks
  system-deps [--yes]           prints (or as root with --yes installs) the system libraries that are missing
  wheelhouse                    fills wheelhouse/ so that set-up works on a computer without network
"""

# Libraries of Linux and their Debian packages: what Qt needs to start at all, and more to open a window on X11.
QT_LIBRARIES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libX11.so.6": "libx11-6",
}
SCREEN_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libX11-xcb.so.1": "libx11-xcb1",
}
LOAD_LIBRARIES = """
import ctypes, json, sys
missing = []
for name in sys.argv[1:]:
    try:
        ctypes.CDLL(name)
    except OSError:
        missing.append(name)
print(json.dumps(missing))
"""
START_QT = "from PySide6 import QtSvg, QtWidgets; QtWidgets.QApplication([]); print('qt works')"


class Stop(Exception):
    """Set-up cannot go on; the text says what to do."""


def say(text: str) -> None:
    """Prints one line at once, so that it stands before the output of child processes."""
    print(text, flush=True)


def clean_environment(**extra: str) -> dict[str, str]:
    """The environment of every child: nothing from the user's own Python leaks in."""
    foreign = ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if name not in foreign}
    return {**kept, "PYTHONNOUSERSITE": "1", "PYTHONUTF8": "1", **extra}


def call(command: list[str], **extra: str) -> int:
    """Runs a command with its output shown; its exit code."""
    return subprocess.run(command, env=clean_environment(**extra), cwd=ROOT, stdin=subprocess.DEVNULL).returncode


def ask(command: list[str], *, limit: float = 120, extra: dict[str, str] | None = None) -> tuple[int, str, str]:
    """Runs a command quietly; exit code, output, error output. A command that cannot start or hangs answers 127."""
    try:
        done = subprocess.run(
            command, env=clean_environment(**(extra or {})), cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, errors="replace", timeout=limit,
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        return 127, "", str(problem)
    return done.returncode, done.stdout, done.stderr


# --- the environment


def venv_python() -> str:
    """The interpreter inside ``.venv``."""
    return str(VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


def works(python: str, *code: str) -> bool:
    """Whether an interpreter runs the given arguments without an error."""
    return ask([python, *code])[0] == 0


def is_root() -> bool:
    """Whether system packages may be installed here without asking."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def apt_install(packages: list[str]) -> bool:
    """Installs Debian packages as root; False when that is not possible here or fails."""
    if not (is_root() and shutil.which("apt-get")):
        return False
    say("installing system packages: " + " ".join(packages))
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=180"]
    code, out, err = ask([*apt, "update"], limit=900, extra=quiet)
    if code == 0:
        # Newer Debian and Ubuntu renamed a few libraries when time became 64 bit wide.
        names = [n + "t64" if ask(["apt-cache", "show", n])[0] and not ask(["apt-cache", "show", n + "t64"])[0] else n
                 for n in packages]
        install = [*apt, "install", "-y", "--no-install-recommends", *names]
        code, out, err = ask(install, limit=1800, extra=quiet)
    if code:
        say("apt-get failed: " + (err or out).strip()[-600:])
    return code == 0


def make_venv() -> None:
    """Makes ``.venv``, also on systems that ship Python without pip or ensurepip.

    Raises:
        Stop: no way to get pip here.
    """
    if works(venv_python(), "-c", f"import sys; sys.exit(sys.version_info < {OLDEST})"):
        return
    if VENV.exists():
        shutil.rmtree(VENV)
    say("making .venv (first run only)")
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if not works(sys.executable, "-c", "import ensurepip") and not works(sys.executable, "-m", "pip", "--version"):
        apt_install([package])
    if works(sys.executable, "-c", "import ensurepip"):
        code, _, err = ask([sys.executable, "-m", "venv", str(VENV)], limit=600)
    elif works(sys.executable, "-m", "pip", "--version"):
        code, _, err = ask([sys.executable, "-m", "venv", "--without-pip", str(VENV)], limit=600)
    else:
        raise Stop(f"this Python has no pip; run this command and start again:\n  sudo apt-get install -y {package}")
    if code:
        raise Stop("could not make .venv: " + err.strip())


def pip() -> list[str]:
    """The pip that installs into ``.venv``: its own, else that of the Python that runs this file."""
    options = ["--disable-pip-version-check", "--no-input", "-qq"]
    if works(venv_python(), "-m", "pip", "--version"):
        return [venv_python(), "-m", "pip", *options]
    return [sys.executable, "-m", "pip", "--python", venv_python(), *options]


def lock_hash(name: str) -> str:
    """SHA-256 of a lock file: the stamp that says what ``.venv`` holds."""
    return hashlib.sha256((ROOT / "requirements" / f"{name}.txt").read_bytes()).hexdigest()


def stamps() -> dict[str, str]:
    """Which locks ``.venv`` was filled from."""
    try:
        return dict(json.loads(STAMP.read_text("utf-8")))
    except (OSError, ValueError):
        return {}


def set_up(lock: str) -> None:
    """Brings ``.venv`` to the state of a lock (``runtime`` or ``test``); does nothing when it is there already.

    Raises:
        Stop: the packages cannot be installed.
    """
    make_venv()
    if stamps().get(lock) != lock_hash(lock):
        offline = WHEELHOUSE.is_dir() and any(WHEELHOUSE.glob("*.whl"))
        where = ["--no-index", "--find-links", str(WHEELHOUSE)] if offline else []
        say("installing packages from " + ("wheelhouse/" if offline else "the package index") + " (first run only)")
        if call([*pip(), "install", *where, "--require-hashes", "--no-deps", "-r", f"requirements/{lock}.txt"]):
            raise Stop(
                "the packages could not be installed. On a computer without network, run `python3 run.py wheelhouse` on"
                "\na connected one of the same kind, copy the folder wheelhouse/ here and start again."
            )
        held = {"runtime": lock_hash("runtime"), lock: lock_hash(lock)}  # the test lock holds the run-time packages too
        STAMP.write_text(json.dumps(held), "utf-8")
    put_on_path()
    call([venv_python(), "-m", "compileall", "-qq", "workstation", "plugins"])  # or each reader process compiles anew


def put_on_path() -> None:
    """Makes ``import workstation`` find this source tree from ``.venv``, without a build."""
    inside = "Lib/site-packages" if os.name == "nt" else "lib/python*/site-packages"
    for folder in VENV.glob(inside):
        file = folder / "fundflow_workstation.pth"
        if not file.is_file() or file.read_text("utf-8") != f"{ROOT}\n":
            file.write_text(f"{ROOT}\n", "utf-8")


# --- system libraries


def missing_libraries(screen: bool) -> dict[str, str]:
    """Library -> Debian package of everything Qt needs and this Linux lacks; tried in a child process."""
    if not LINUX:
        return {}
    wanted = {**QT_LIBRARIES, **SCREEN_LIBRARIES} if screen else QT_LIBRARIES
    code, out, _ = ask([sys.executable, "-c", LOAD_LIBRARIES, *wanted])
    return {name: wanted[name] for name in (json.loads(out) if code == 0 else wanted)}


def apt_command(missing: dict[str, str]) -> str:
    """The one command that installs the missing libraries."""
    return "sudo apt-get update && sudo apt-get install -y " + " ".join(sorted(set(missing.values())))


def has_screen() -> bool:
    """Whether a window could be shown here."""
    if os.environ.get("QT_QPA_PLATFORM", "") in ("offscreen", "minimal"):
        return False
    if LINUX:
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return True


def qt_problem(screen: bool) -> str:
    """Why Qt does not start here, naming the missing libraries; empty when it does. As root it installs them first."""
    missing = missing_libraries(screen)
    if missing and apt_install(sorted(set(missing.values()))):
        missing = missing_libraries(screen)
    if missing:
        return "missing " + ", ".join(sorted(missing)) + "; to get them: " + apt_command(missing)
    extra = {} if screen else {"QT_QPA_PLATFORM": "offscreen"}
    code, _, err = ask([venv_python(), "-c", START_QT], extra=extra)
    return "" if code == 0 else "Qt does not start: " + (err.strip().splitlines() or ["no message"])[-1]


# --- verbs


def demo(rest: list[str]) -> int:
    """Opens the demo case, or without a screen writes and checks the demo files."""
    set_up("runtime")
    if "--headless" not in rest and has_screen():
        problem = qt_problem(screen=True)
        if not problem:
            return call([venv_python(), "-m", "workstation", "demo"])
        say(f"no window: {problem}")
    return headless_demo(ROOT / "out" / "demo")


def headless_demo(folder: Path) -> int:
    """Writes the demo files and checks them with the stand-alone verifier; 0 only when all of it is there and holds."""
    problem = qt_problem(screen=False)
    if folder.exists():
        shutil.rmtree(folder)
    code = call([venv_python(), "-m", "workstation", "demo", "--headless", str(folder)], QT_QPA_PLATFORM="offscreen")
    wanted = ["graph.svg", "report.pdf", "*-evidence.zip"] + ([] if problem else ["overview.png"])
    absent = [name for name in wanted if not any(f.stat().st_size for f in folder.rglob(name))]
    verifier = [venv_python(), str(ROOT / "resources" / "verify_package.py")]
    packages = sorted(folder.rglob("*-evidence.zip"))
    broken = [p.name for p in packages if call([*verifier, str(p)])]
    say(f"\nfolder: {folder}")
    for file in sorted(p for p in folder.rglob("*") if p.is_file()):
        say(f"  {file.relative_to(folder)}  {file.stat().st_size:,} bytes")
    skipped = [f"the picture of the window ({problem})"] if problem else []
    skipped += [] if has_screen() else ["the window itself (no screen here)"]
    for what, names in (("skipped", skipped), ("NOT WRITTEN", absent), ("DOES NOT VERIFY", broken)):
        for name in names:
            say(f"{what}: {name}")
    good = code == 0 and not absent and not broken
    say("demo complete: every file is there and the package verifies" if good else "demo incomplete")
    return 0 if good else 1


def test(rest: list[str]) -> int:
    """Runs the test suite; GUI tests too where Qt starts."""
    set_up("test")
    problem = qt_problem(screen=False)
    spread = ["-n", "auto", "--dist", "loadfile"] if set(rest) <= {"--require-gui"} else []  # all: on every processor
    command = [venv_python(), "-m", "pytest", *spread, *rest]
    if problem:  # then the Qt plugin of pytest cannot even be loaded
        say(f"GUI tests are skipped: {problem}")
        return call([*command, "-p", "no:pytest-qt", "--continue-on-collection-errors"], FUNDFLOW_NO_GUI=problem)
    return call(command, QT_QPA_PLATFORM="offscreen")


def bench(rest: list[str]) -> int:
    """Prints the measured ratios."""
    set_up("test")
    problem = qt_problem(screen=False)
    if problem:
        say(f"canvas figures are skipped: {problem}")
    return call([venv_python(), "-m", "workstation", "bench", *rest], QT_QPA_PLATFORM="offscreen")


def lint(_rest: list[str]) -> int:
    """Style and type checks; 0 when all are clean."""
    set_up("test")
    python, failed = venv_python(), []
    for name, command in (
        ("ruff", [python, "-m", "ruff", "check", "--no-cache", "."]),
        ("mypy", [python, "-m", "mypy", "--cache-dir", str(ROOT / ".mypy_cache")]),
    ):
        if call(command):
            failed.append(name)
    # What no linter holds: spaces at line ends, tabs in code, unfinished work, lines that switch a check off wholesale.
    for name, pattern in (
        ("space at the end of a line", r"[[:space:]]$"),
        ("tab", "\t"),
        ("unfinished work", "TO" + "DO|FIX" + "ME|XX" + "X:"),
        ("check switched off without a code", r"# type: ignore($|[^\[])|# noqa($|[^:])"),
    ):
        code, out, _ = ask(["git", "grep", "-nIE", pattern, "--", "*.py", "*.toml", ".ci/run"])
        if code == 0:
            say(f"{name}:\n{out}")
            failed.append(name)
    say("lint: " + (f"{', '.join(failed)} found something" if failed else "clean"))
    return 1 if failed else 0


def doctor(_rest: list[str]) -> int:
    """Says what works here and what would make the rest work; changes nothing."""
    say(f"python      {sys.version.split()[0]} at {sys.executable}")
    for lock in ("runtime", "test"):
        state = "ready" if stamps().get(lock) == lock_hash(lock) else "not set up yet (the first demo or test does it)"
        say(f"{lock:<11} {state}")
    say(f"screen      {'yes' if has_screen() else 'none (demo writes files instead of opening a window)'}")
    missing = missing_libraries(has_screen())
    say("libraries   " + ("complete" if not missing else f"missing {', '.join(missing)}\n  {apt_command(missing)}"))
    if not stamps():
        return 0
    return call([venv_python(), "-m", "workstation", "doctor"], QT_QPA_PLATFORM="offscreen")


def system_deps(rest: list[str]) -> int:
    """Prints the command for missing system libraries, or installs them (``--yes``, as root)."""
    missing = missing_libraries(screen=True)
    if not missing:
        say("no system library is missing")
        return 0
    if "--yes" in rest and apt_install(sorted(set(missing.values()))) and not missing_libraries(screen=True):
        return 0
    say(apt_command(missing))
    return 1 if "--yes" in rest else 0


def wheelhouse(_rest: list[str]) -> int:
    """Fills ``wheelhouse/`` with the locked packages for this kind of computer."""
    make_venv()
    download = [*pip(), "download", "-d", str(WHEELHOUSE)]
    code = call([*download, "--require-hashes", "--no-deps", "-r", "requirements/test.txt"])
    code = code or call([*download, "setuptools>=64", "setuptools-scm"])  # bagit (tests only) exists as source only
    if code == 0:
        say(f"{len(list(WHEELHOUSE.iterdir()))} packages in {WHEELHOUSE}")
    return code


VERBS = {f.__name__.replace("_", "-"): f for f in (demo, test, doctor, bench, lint, system_deps, wheelhouse)}


def main(arguments: list[str]) -> int:
    """Runs one verb; the exit code."""
    if sys.version_info < OLDEST:
        say(f"Fundflow Workstation needs Python 3.11 or newer; this is {sys.version.split()[0]} at {sys.executable}")
        return 2
    if not arguments or arguments[0] not in VERBS:
        say(USAGE)
        return 0 if arguments and arguments[0] in ("-h", "--help") else 2
    try:
        return VERBS[arguments[0]](arguments[1:])
    except Stop as problem:
        say(f"\n{shlex.join(['run.py', *arguments])}: {problem}")
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
