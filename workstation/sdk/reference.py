"""Owns the reference of the plugin API: the page of the manual and the snapshot of names, both out of the source text.

Reads the modules as text, so that nothing has to be imported and every machine writes the same bytes.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from workstation.sdk import checks, manifest, settings

_PACKAGE = Path(__file__).resolve().parents[1]
#: What an author imports, in the order of the manual: module, heading.
MODULES = (
    ("sdk/api.py", "Analyses"),
    ("sdk/testing.py", "Tests"),
    ("sdk/samplecase.py", "Sample cases"),
    ("sdk/reader.py", "Readers"),
    ("sdk/table.py", "Delimited text"),
    ("sdk/text.py", "Cells"),
    ("domain/records.py", "Records"),
)
_ROLE = re.compile(r":\w+:`~?\.?([^`]+)`")
_SECTION = re.compile(r"(Args|Attributes|Raises|Returns|Yields|Example):*\s*(.*)\Z")

_Definition = ast.FunctionDef | ast.ClassDef


def _public(path: Path) -> Iterator[tuple[str, ast.stmt, str]]:
    """Public names of a module in the order of its text: name, statement, and the ``#:`` comment above it."""
    text = path.read_text("utf-8")
    tree, lines = ast.parse(text), text.splitlines()
    stated = [node for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"]
    listed: set[str] | None = set(ast.literal_eval(stated[0].value)) if stated else None
    for node in tree.body:
        if isinstance(node, _Definition):
            name = node.name
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
        else:
            continue
        if name.startswith("_") or (listed is not None and name not in listed):
            continue
        above = node.lineno - 2
        said: list[str] = []
        while above >= 0 and lines[above].startswith("#:"):
            said.insert(0, lines[above].removeprefix("#:").strip())
            above -= 1
        yield name, node, " ".join(said)


def _signature(node: ast.FunctionDef) -> str:
    arguments = ast.unparse(node.args)
    own = re.sub(r"\A(?:self|cls)(?:, )?", "", arguments)
    result = f" -> {ast.unparse(node.returns)}" if node.returns is not None else ""
    return f"{node.name}({own}){result}"


def _fields(node: ast.ClassDef) -> list[str]:
    """Fields of a dataclass, with their defaults."""
    return [ast.unparse(part) for part in node.body if isinstance(part, ast.AnnAssign)]


def _methods(node: ast.ClassDef) -> list[ast.FunctionDef]:
    return [part for part in node.body if isinstance(part, ast.FunctionDef) and not part.name.startswith("_")]


def _built(node: ast.ClassDef) -> str:
    """How an object is made, when the class says so itself."""
    made = [part for part in node.body if isinstance(part, ast.FunctionDef) and part.name == "__init__"]
    return _signature(made[0]).removeprefix("__init__").removesuffix(" -> None") if made else ""


def snapshot() -> str:
    """Every public name with its signature or fields, one a line."""
    lines: list[str] = []
    for file, _ in MODULES:
        module = "workstation." + file.removesuffix(".py").replace("/", ".")
        for name, node, _ in _public(_PACKAGE / file):
            where = f"{module}.{name}"
            if isinstance(node, ast.FunctionDef):
                lines.append(f"{module}.{_signature(node)}")
            elif isinstance(node, ast.ClassDef):
                bases = ", ".join(map(ast.unparse, node.bases))
                lines.append(f"class {where}({bases}){_built(node)}")
                lines += [f"{where}.{field}" for field in _fields(node)]
                lines += [f"{where}.{_kind(method)}{_signature(method)}" for method in _methods(node)]
            elif isinstance(node, ast.Assign):
                value = ast.unparse(node.value)
                lines.append(f"{where} = {value if len(value) < 150 else '…'}")
    lines += [f"manifest reads: {', '.join(manifest.READS)}", f"manifest applies_to: {', '.join(manifest.APPLIES_TO)}"]
    lines += [f"manifest proposes: {', '.join(manifest.PROPOSES)}", f"parameter types: {', '.join(settings.TYPES)}"]
    lines.append(f"libraries: {', '.join(checks.CORE)}")
    lines += [f"check: {name}" for name in checks.CHECKS]
    return "\n".join(lines) + "\n"


def _kind(method: ast.FunctionDef) -> str:
    return "property " if any(ast.unparse(mark) == "property" for mark in method.decorator_list) else ""


def page() -> str:
    """The page of the manual."""
    parts = [
        "# Reference of the plugin API",
        "Written by the program out of its own source (`workstation plugin api`); do not edit this page by hand. A minor"
        " version only adds; what goes is announced a year ahead.",
        "## plugin.toml",
        "What the keys of `[[analysis]]` may hold:",
        _listed((
            ("`applies_to`", ", ".join(f"`{word}`" for word in manifest.APPLIES_TO)),
            ("`reads`", ", ".join(f"`{word}`" for word in manifest.READS)),
            ("`proposes`", ", ".join(f"`{word}`" for word in manifest.PROPOSES)),
            ("`type` of a parameter", ", ".join(f"`{word}`" for word in settings.TYPES)),
            ("`limits`", "`{ seconds = 120, memory_mb = 1024 }`"),
        )),
        f"A plugin may import the standard library (no network, no programs, no files), {', '.join(f'`{n}`' for n in checks.CORE)},"
        " `workstation.sdk`, `workstation.domain`, `workstation.analysis`, its own modules and what lies in its `vendor/`.",
    ]  # fmt: skip
    for file, heading in MODULES:
        module = "workstation." + file.removesuffix(".py").replace("/", ".")
        parts += [f"## {heading}", f"`from {module} import …`"]
        for name, node, said in _public(_PACKAGE / file):
            parts += _entry(name, node, said)
    parts += ["## The checks", "What `workstation plugin check` looks at, and what to do when it fails:", _listed(((name, todo) for name, (_, todo) in checks.CHECKS.items()))]  # fmt: skip
    return "\n\n".join(part for part in parts if part) + "\n"


def _entry(name: str, node: ast.stmt, said: str) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef):
        yield f"### {name}"
        yield _code([_signature(node)])
        yield _prose(ast.get_docstring(node) or "")
    elif isinstance(node, ast.ClassDef):
        yield f"### {name}"
        fields = _fields(node)
        if fields or _built(node):
            yield _code(fields or [name + _built(node)])
        yield _prose(ast.get_docstring(node) or "")
        methods = [
            f"- `{_kind(method)}{_signature(method)}`: {_prose(ast.get_docstring(method) or '').split(chr(10) * 2)[0]}"
            for method in _methods(node)
        ]
        yield "\n".join(methods)
    elif said and isinstance(node, ast.Assign):
        yield f"### {name}"
        yield _code([f"{name} = {ast.unparse(node.value)}"])
        yield _plain(said)


def _code(lines: list[str]) -> str:
    return "\n".join(("```python", *lines, "```"))


def _listed(rows: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"- {name}: {text}" for name, text in rows)


def _plain(text: str) -> str:
    return _ROLE.sub(r"`\1`", text).replace("``", "`")


def _prose(doc: str) -> str:
    """A docstring as Markdown: paragraphs, its sections as lists, its examples as code."""
    made: list[str] = []
    for block in doc.split("\n\n"):
        lines = block.splitlines()
        section = _SECTION.match(lines[0].strip()) if lines else None
        if lines and lines[0].startswith("    "):
            made.append(_code([line.removeprefix("    ") for line in lines]))
        elif section and section[1] != "Example":
            rows = [line.strip() for line in lines[1:]]
            items: list[str] = []
            for line, deep in zip(rows, (len(raw) - len(raw.lstrip()) for raw in lines[1:]), strict=True):
                if deep <= 4 or not items:
                    items.append(f"- {line}")
                else:
                    items[-1] += f" {line}"
            made.append("\n".join((f"{section[1]}:", "", *map(_plain, items))))
        else:
            made.append(_plain(" ".join(line.strip() for line in lines)).replace("::", ":"))
    return "\n\n".join(made)
