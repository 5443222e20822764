"""Owns the named checks of a plugin: their names, what to do when one fails, and those that only read its files.

What needs a run of the plugin is done by ``plugin_host.conformance``. Must not import plugin code.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from workstation.sdk.manifest import Manifest

State = Literal["ok", "failed", "not applicable"]
Kind = Literal["analysis", "reader", "report"]
#: Libraries beside the standard library that are promised to every plugin of API 1.
CORE = ("networkx", "numba", "numpy", "pypdf", "scipy", "yaml")
#: Parts of the standard library that a plugin has no use for: it has no network, no programs and no files.
CLOSED = frozenset((
    "asyncio", "concurrent", "ctypes", "ftplib", "http", "imaplib", "multiprocessing", "pickle", "poplib", "pty",
    "shelve", "shutil", "smtplib", "socket", "socketserver", "sqlite3", "ssl", "subprocess", "tempfile", "urllib",
    "webbrowser", "xmlrpc",
))  # fmt: skip
#: Parts of them that are only text work.
OPEN = frozenset(("http.HTTPStatus", "urllib.parse"))
FLOORS = ("analysis", "domain", "sdk")
_WRITES = frozenset(("write_text", "write_bytes", "unlink", "rename", "rmdir", "mkdir", "touch", "symlink_to"))
_LICENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*(?: (?:AND|OR|WITH) [A-Za-z0-9][A-Za-z0-9.+-]*)*\Z")
_CODE = re.compile(r"[a-z]+_[a-z_]+|[{}]|\w+\(\)")


@dataclass(frozen=True, slots=True)
class Check:
    """The outcome of one named check. ``detail`` says what was seen, ``todo`` what to do about it."""

    name: str
    state: State
    detail: str = ""
    todo: str = ""


#: Every check: the kinds of plugins it concerns, and what to do when it fails.
CHECKS: MappingProxyType[str, tuple[tuple[Kind, ...], str]] = MappingProxyType({
    "manifest valid and complete": (("analysis", "reader", "report"), "mend plugin.toml as the text says"),
    "id and version well formed": (("analysis", "reader", "report"), "write an id such as org.example.my-rule and a version such as 1.0.0"),
    "licence and documentation present": (("analysis", "reader", "report"), "state license and authors in plugin.toml, and write a README.md"),
    "title and help in plain language": (("analysis", "reader", "report"), "write the words of plugin.toml for a person who does not program"),
    "imports only what it may": (("analysis", "reader", "report"), "use workstation.sdk, workstation.domain, workstation.analysis, the standard library, networkx, numba, numpy, scipy, yaml, pypdf, your own modules, or vendor/"),
    "entry resolves": (("analysis", "reader", "report"), "make entry in plugin.toml name the module and function that exist"),
    "imports quickly and without Qt": (("analysis", "reader", "report"), "import large libraries inside the function that needs them"),
    "parameters match and defaults are legal": (("analysis", "reader", "report"), "give the frozen dataclass Params one field for each parameter of plugin.toml, and no other"),
    "same seed, same bytes": (("analysis", "reader", "report"), "sort what comes out of a set; use run.random and run.now instead of random and time"),
    "order of rows does not matter": (("analysis",), "go by time, address and amount, never by the number of a transfer; sort what a dictionary gave"),
    "empty case": (("analysis", "reader", "report"), "answer nothing when there is nothing"),
    "one row": (("analysis", "reader", "report"), "do not expect a second row; a reader needs a file in samples/ that it knows and can read"),
    "odd amounts and missing times": (("analysis", "report"), "an amount or a time may be None; amounts go up to 2**256 - 1"),
    "payments to oneself and circles": (("analysis", "report"), "remember where you have been; sender and receiver may be None or the same"),
    "unknown tokens and chains": (("analysis", "report"), "decimals and symbol may be missing; a text may hold any letter"),
    "damaged files have a clean outcome": (("reader",), "hand back what cannot be used as a BadRow, or raise Refusal"),
    "every finding cites evidence that exists": (("analysis",), "cite with case.cite(transfer), and list no transfer that is not cited"),
    "every record stands in the file": (("reader",), "give each record the place of its own bytes"),
    "undeclared reads are refused": (("analysis", "report"), "name in reads what the function asks of the case, and ask only the case"),
    "cancel is obeyed within 2 seconds": (("analysis", "reader", "report"), "tell its authors: the program could not end the process"),
    "finishes the reference case within limits": (("analysis", "reader", "report"), "use case.columns(), answer only what is worth reading, or raise limits in plugin.toml"),
    "writes nothing outside run.artifact": (("analysis", "reader", "report"), "write files with run.artifact(name, media_type)"),
    "evidence is unchanged": (("analysis", "reader", "report"), "never write to the case; answer findings and proposals"),
})  # fmt: skip


def outcome(name: str, problems: Iterable[str], detail: str = "") -> Check:
    """The check with its problems: none is ``ok``."""
    found = list(dict.fromkeys(problems))
    if not found:
        return Check(name, "ok", detail)
    more = f" (and {len(found) - 5} more)" if len(found) > 5 else ""
    return Check(name, "failed", "; ".join(found[:5]) + more, CHECKS[name][1])


def kinds(manifest: Manifest) -> tuple[Kind, ...]:
    """What a plugin holds."""
    held: list[Kind] = ["reader"] if manifest.readers else []
    held += ["analysis"] if manifest.analyses else []
    return tuple(held + (["report"] if manifest.reports else []))


def read_only(manifest: Manifest) -> Iterator[Check]:
    """The checks that need no run."""
    yield outcome("id and version well formed", _identity(manifest))
    yield outcome("licence and documentation present", _papers(manifest))
    yield outcome("title and help in plain language", _words(manifest))
    yield outcome("imports only what it may", _imports(manifest.folder))


def _identity(manifest: Manifest) -> Iterator[str]:
    if len(manifest.id) > 80:
        yield "the id is longer than 80 letters"
    if manifest.version == "0.0.0":
        yield "the version 0.0.0 says nothing"
    inside = [reader.id for reader in manifest.readers] + [e.id for e in (*manifest.analyses, *manifest.reports)]
    yield from (f"the id {name[:40]} is longer than 80 letters" for name in inside if len(name) > 80)


def _papers(manifest: Manifest) -> Iterator[str]:
    if not _LICENCE.match(manifest.license):
        yield f"license is {manifest.license[:40]!r}, not a licence name such as MIT or Apache-2.0"
    if not any(author.strip() for author in manifest.authors):
        yield "nobody is named in authors"
    texts = [path for path in manifest.folder.glob("*.md") if path.is_file() and len(path.read_bytes().strip()) > 40]
    if texts:
        return
    for module in dict.fromkeys(modules(manifest)):
        path = manifest.folder / f"{module}.py"
        try:
            if not (ast.get_docstring(ast.parse(path.read_bytes())) or "").strip():
                yield f"there is no README.md, and {module}.py does not say what it is in its first lines"
        except (SyntaxError, ValueError):
            yield f"{module}.py is not valid Python"


def modules(manifest: Manifest) -> list[str]:
    """The modules that the manifest names, in its order."""
    found = [entry.entry for entry in manifest.readers]
    return found + [entry.module for entry in (*manifest.analyses, *manifest.reports)]


def _words(manifest: Manifest) -> Iterator[str]:
    yield from _line(manifest.name, "name of the plugin")
    for reader in manifest.readers:
        where = f"reader {reader.id}"
        yield from _line(reader.title, f"{where}: title")
        if not (reader.gives or reader.notes):
            yield f"{where}: neither gives nor notes says what it reads"
        yield from _sentences(reader.notes, f"{where}: notes")
        for parameter in reader.parameters:
            yield from _line(parameter.label, f"{where}: label of {parameter.name}", 200)
    for entry in (*manifest.analyses, *manifest.reports):
        where = entry.id
        yield from _line(entry.title, f"{where}: title")
        if len(entry.help) < 15:
            yield f"{where}: help does not say what it looks for"
        yield from _sentences(entry.help, f"{where}: help")
        for setting in entry.settings:
            if setting.label == setting.name:
                yield f"{where}: the parameter {setting.name} has no label"
            yield from _line(setting.label, f"{where}: label of {setting.name}", 120)


def _line(text: str, where: str, most: int = 120) -> Iterator[str]:
    if not any(letter.isalpha() for letter in text):
        yield f"{where} holds no word"
    elif len(text) > most:
        yield f"{where} is longer than {most} letters"
    elif _CODE.search(text):
        yield f"{where} holds code ({_CODE.search(text)[0]})"  # type: ignore[index]


def _sentences(text: str, where: str) -> Iterator[str]:
    if not text:
        return
    if text.rstrip()[-1] not in ".?!":
        yield f"{where} does not end with a full stop"
    longest = max(len(part.split()) for part in re.split(r"[.?!;:] ", text))
    if longest > 40:
        yield f"{where} has a sentence of {longest} words"


def sources(folder: Path) -> list[Path]:
    """The author's own code: not ``vendor/``, not ``tests/``, not what begins with ``test_``."""
    return sorted(
        path
        for path in folder.rglob("*.py")
        if not {"vendor", "tests", "__pycache__"} & set(path.relative_to(folder).parts[:-1])
        and not path.name.startswith("test_")
    )


def _imports(folder: Path) -> Iterator[str]:
    vendor = folder / "vendor"
    own = {path.stem for path in folder.glob("*.py")} | {path.name for path in folder.iterdir() if path.is_dir()}
    if vendor.is_dir():
        own |= {path.stem for path in vendor.iterdir()}
    for path in sources(folder):
        try:
            tree = ast.parse(path.read_bytes())
        except (SyntaxError, ValueError) as problem:
            yield f"{path.name} is not valid Python ({problem})"
            continue
        for node in ast.walk(tree):
            for name in _named(node):
                wrong = _refused(name, own)
                if wrong:
                    yield f"{path.name}:{getattr(node, 'lineno', 0)} {wrong}"


def _named(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        if node.level:
            return ["." * node.level + (node.module or "")]
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def imported(path: Path) -> list[str]:
    """What a file imports at its top, names of modules and names in them; nothing when it is not valid Python."""
    try:
        top = ast.parse(path.read_bytes()).body
    except (SyntaxError, ValueError):
        return []
    return [name for node in top for name in (getattr(node, "module", None), *_named(node)) if name]


def _refused(name: str, own: set[str]) -> str:
    top, _, rest = name.partition(".")
    if not top:
        return "imports with a leading dot: write the name of the module"
    if top in own:
        return ""
    if top == "workstation":
        floor = rest.partition(".")[0]
        return "" if floor in FLOORS else f"imports workstation.{floor or '…'}, which is not for plugins"
    if top in CORE:
        return ""
    if top not in sys.stdlib_module_names:
        return f"imports {top}, which is not promised: put a copy into vendor/"
    allowed = top not in CLOSED or any(name == each or name.startswith(each + ".") for each in OPEN)
    return "" if allowed else f"imports {top}: a plugin has no network, no other programs and no files of its own"


def writes(folder: Path) -> Iterator[str]:
    """Places in the code that write a file by themselves."""
    for path in sources(folder):
        try:
            tree = ast.parse(path.read_bytes())
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _writing(node):
                yield f"{path.name}:{node.lineno} writes a file by itself"


def _writing(call: ast.Call) -> bool:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr in _WRITES and not _plain_name(call.func.value, ("self",))
    if not (isinstance(call.func, ast.Name) and call.func.id == "open"):
        return False
    modes: Sequence[ast.expr] = [*call.args[1:2], *(k.value for k in call.keywords if k.arg == "mode")]
    return any(isinstance(m, ast.Constant) and isinstance(m.value, str) and set(m.value) & set("wax+") for m in modes)


def _plain_name(node: ast.expr, names: tuple[str, ...]) -> bool:
    return isinstance(node, ast.Name) and node.id in names
