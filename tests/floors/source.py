"""What the architecture tests share: the source files of the program and what they import."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FLOORS = ("domain", "analysis", "sdk", "casefile", "plugin_host", "evidence", "app", "ui", "cli")


@cache
def python_files(folder: str) -> tuple[Path, ...]:
    """Every Python file under a folder of the repository, in a fixed order."""
    return tuple(sorted(p for p in (ROOT / folder).rglob("*.py") if "__pycache__" not in p.parts))


@cache
def tree(file: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(file.read_text("utf-8"), str(file))


@cache
def imports(file: Path) -> tuple[str, ...]:
    """Every module a file imports, at the top or inside a function; ``from a import b`` counts as ``a`` and ``a.b``."""
    found: list[str] = []
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            found.append(module)
            found += [f"{module}.{alias.name}" for alias in node.names]
    return tuple(found)


def floor_of(file: Path) -> str:
    """The floor a program file stands on; empty for the files directly in ``workstation``."""
    parts = file.relative_to(ROOT / "workstation").parts
    return parts[0] if len(parts) > 1 else ""


def name(file: Path) -> str:
    """The path of a file as it is written in messages."""
    return file.relative_to(ROOT).as_posix()


@cache
def committed_texts() -> tuple[Path, ...]:
    """Every text file that is or would be committed."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode == 0:
        paths = [ROOT / line for line in listed.stdout.split("\0") if line]
    else:
        tops = ("workstation", "tests", "plugins", "resources", "requirements", ".ci")
        paths = [p for top in tops for p in (ROOT / top).rglob("*") if "__pycache__" not in p.parts]
        paths += [p for p in ROOT.iterdir() if p.is_file()]
    return tuple(sorted(p for p in paths if p.is_file() and b"\0" not in p.read_bytes()[:4096]))
