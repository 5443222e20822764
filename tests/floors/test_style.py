"""House rules that no linter holds: docstrings, no state in modules, no machine paths, no test without an assertion."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.floors.source import ROOT, committed_texts, floor_of, name, python_files, tree

PROGRAM = (*python_files("workstation"), *python_files("plugins"))
MUTABLE_CALLS = {"dict", "list", "set", "bytearray", "deque", "defaultdict", "OrderedDict", "Counter", "count"}
CHANGES = {"append", "extend", "update", "add", "pop", "clear", "setdefault", "insert", "remove"}
# Written in two parts so that this file does not find itself.
FORBIDDEN = re.compile(
    "|".join(
        (
            r"(?<![\w./])/" + r"(?:work|root|tmp)/[\w.]",
            r"pypi\." + "org",
            r"files\.python" + "hosted",
            r"registry\.npm" + "js",
            r"deb\.deb" + "ian",
        )
    )
)
HOSTS_ARE_DATA = ("LICENSE",)
TEST_NAMES = re.compile(r"(assert|check|expect|verify|wait|run_state_machine)", re.IGNORECASE)


@pytest.mark.parametrize("folder", ["workstation", "plugins", "tests"])
def test_every_module_says_what_it_is(folder: str) -> None:
    assert not [name(p) for p in python_files(folder) if not ast.get_docstring(tree(p))]


def test_every_public_function_and_class_of_the_program_is_described() -> None:
    wrong = [
        f"{name(p)}:{node.lineno} {node.name}"
        for p in PROGRAM
        for node in _public(tree(p))
        if not ast.get_docstring(node)
    ]
    assert not wrong


def _public(module: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Top-level functions and classes, and methods of public classes that Qt or Python did not name."""
    found: list[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef] = []
    for node in module.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            found.append(node)
    return found


def _mutable(node: ast.expr | None) -> bool:
    if isinstance(node, ast.Dict | ast.List | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp):
        return True
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        return called in MUTABLE_CALLS
    return False


def module_state(module: ast.Module) -> list[str]:
    """Module variables that hold something mutable without being written as constants, and ``global`` statements."""
    marked = (node for node in ast.walk(module) if isinstance(node, ast.Global))
    found = [f"{node.lineno} global {', '.join(node.names)}" for node in marked]
    for node in module.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and _mutable(node.value):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [t.id for t in targets if isinstance(t, ast.Name)]
            annotated = ast.unparse(node.annotation) if isinstance(node, ast.AnnAssign) else ""
            frozen = annotated.startswith(("Mapping", "Sequence", "Final", "frozenset"))
            found += [
                f"{node.lineno} {n}"
                for n in names
                if n != "__all__" and not frozen and not n.isupper() and not (n.startswith("_") and n[1:].isupper())
            ]
    return found


def test_no_module_state_in_app() -> None:
    files = [p for p in python_files("workstation") if floor_of(p) in ("app", "casefile", "plugin_host", "evidence")]
    assert not [f"{name(p)}:{state}" for p in files for state in module_state(tree(p))]


def _changed_names(module: ast.Module) -> list[str]:
    """Module constants that some function of the module changes in place."""
    constants = {
        t.id
        for node in module.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and _mutable(node.value)
        for t in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(t, ast.Name)
    }
    found = []
    for node in (n for f in ast.walk(module) if isinstance(f, ast.FunctionDef) for n in ast.walk(f)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner, method = node.func.value, node.func.attr
            if isinstance(owner, ast.Name) and owner.id in constants and method in CHANGES:
                found.append(f"{node.lineno} {owner.id}.{method}")
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
            owner = node.value
            if isinstance(owner, ast.Name) and owner.id in constants:
                found.append(f"{node.lineno} {owner.id}[…]")
    return found


def test_no_function_changes_a_module_constant() -> None:
    assert not [f"{name(p)}:{change}" for p in PROGRAM for change in _changed_names(tree(p))]


def test_no_machine_path_and_no_registry_host_in_any_file() -> None:
    wrong = [
        f"{name(p)}: {found.group()}"
        for p in committed_texts()
        if p.name not in HOSTS_ARE_DATA
        for found in [FORBIDDEN.search(p.read_text("utf-8", "replace"))]
        if found
    ]
    assert not wrong


def test_no_module_of_the_program_is_called_a_helper() -> None:
    words = ("manager", "helper", "util", "common", "misc")
    assert not [name(p) for p in PROGRAM if any(word in p.stem.lower() for word in words)]


def _asserts(function: ast.FunctionDef, helpers: set[str]) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in helpers or called in ("raises", "warns", "fail") or TEST_NAMES.search(called):
                return True
    return False


def test_no_test_without_an_assertion() -> None:
    wrong = []
    for file in python_files("tests"):
        functions = [n for n in ast.walk(tree(file)) if isinstance(n, ast.FunctionDef)]
        helpers = {f.name for f in functions if not f.name.startswith("test_") and _asserts(f, set())}
        wrong += [
            f"{name(file)}:{f.lineno} {f.name}"
            for f in functions
            if f.name.startswith("test_") and file.stem.startswith("test_") and not _asserts(f, helpers)
        ]
    assert not wrong


def test_no_test_sleeps() -> None:
    calls = (
        (file, node)
        for file in python_files("tests")
        if file != ROOT / "tests" / "conftest.py" and "benchmarks" not in file.parts
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Call)
    )
    waits = ("time.sleep", "qtbot.wait", "QTest.qWait")
    assert not [f"{name(f)}:{n.lineno}" for f, n in calls if ast.unparse(n.func) in waits]


def test_the_state_test_finds_what_it_looks_for() -> None:
    source = "cache = {}\nNAMES = []\n__all__ = ['a']\n"
    source += "def f():\n    global cache\n    NAMES.append(1)\n    NAMES[0] = 2\n"
    assert module_state(ast.parse(source)) == ["5 global cache", "1 cache"]
    assert _changed_names(ast.parse(source)) == ["6 NAMES.append", "7 NAMES[…]"]


def test_files_are_named_from_the_root() -> None:
    assert name(Path(__file__).resolve()) == "tests/floors/test_style.py"
