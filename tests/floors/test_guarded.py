"""Every class of the window that subclasses a Qt class carries ``@guard``: no exception may leave an override."""

from __future__ import annotations

import ast

from tests.floors.source import ROOT, name, python_files, tree

QT_ROOTS = ("PySide6", "pyqtgraph")
# Not C++ classes with virtual methods: plain Python containers of signals or values.
NOT_VIRTUAL = {"Enum", "IntEnum", "Protocol", "NamedTuple"}


def _qt_names(module: ast.Module) -> set[str]:
    """Names of a module that stand for Qt modules or classes."""
    found: set[str] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            found |= {(a.asname or a.name).split(".")[0] for a in node.names if a.name.split(".")[0] in QT_ROOTS}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in QT_ROOTS:
            found |= {a.asname or a.name for a in node.names}
    return found


def _head(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else _head(node)


def unguarded(sources: dict[str, ast.Module]) -> list[str]:
    """Classes without the decorator, found through all files, so that a subclass of our own widget counts too."""
    classes = [
        (file, node, _qt_names(module))
        for file, module in sources.items()
        for node in ast.walk(module)
        if isinstance(node, ast.ClassDef)
    ]
    qt_classes: set[str] = set()
    while True:
        grown = {
            node.name
            for _, node, names in classes
            if any((_head(b) in names and _last(b) not in NOT_VIRTUAL) or _last(b) in qt_classes for b in node.bases)
        }
        if grown == qt_classes:
            break
        qt_classes = grown
    return sorted(
        f"{file}: {node.name}"
        for file, node, _ in classes
        if node.name in qt_classes and not any(_last(d) == "guard" for d in node.decorator_list)
    )


def test_every_qt_class_is_guarded() -> None:
    assert not unguarded({name(p): tree(p) for p in python_files("workstation/ui")})


def test_the_test_finds_what_it_looks_for() -> None:
    source = (
        "from PySide6 import QtWidgets\nimport pyqtgraph as pg\nfrom PySide6.QtCore import QObject\n"
        "class A(QtWidgets.QWidget): pass\n"
        "class B(A): pass\n"
        "class C(pg.GraphicsView): pass\n"
        "class D(QObject): pass\n"
        "@guard\nclass E(QObject): pass\n"
        "class F: pass\n"
    )
    assert unguarded({"x.py": ast.parse(source)}) == [f"x.py: {letter}" for letter in "ABCD"]


def test_the_window_exists() -> None:
    assert (ROOT / "workstation" / "ui" / "guard.py").is_file()
