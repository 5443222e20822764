"""Texts from outside are never read as HTML nor hide: only ``ui/text.py`` makes labels, tips, boxes and rows."""

from __future__ import annotations

import ast

from tests.floors.source import name, python_files, tree

HOME = "workstation/ui/text.py"
CLASSES = {"QLabel", "QMessageBox", "QTextBrowser", "QTextEdit"} | {
    # rows and cells go through ``visible`` there
    "QListWidgetItem", "QStandardItem", "QTableWidgetItem", "QTreeWidgetItem",
}  # fmt: skip
METHODS = {"setToolTip", "setWhatsThis", "setStatusTip", "setHtml", "insertHtml", "appendHtml"}
RICH = {"RichText", "AutoText", "MarkdownText"}


def _is_tip_text(argument: ast.expr | None) -> bool:
    return isinstance(argument, ast.Call) and ast.unparse(argument.func).split(".")[-1] == "tip_text"


def rich_text_uses(module: ast.Module) -> list[str]:
    """Calls and names that could let a text be read as HTML."""
    found = []
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            function = node.func
            called = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            owner = function.value if isinstance(function, ast.Attribute) else None
            made_by = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            shown = called == "showText" and made_by == "QToolTip"
            if called == "setToolTip" and _is_tip_text(node.args[-1] if node.args else None):
                continue
            if called in CLASSES | METHODS or shown or made_by == "QMessageBox":
                found.append(f"{node.lineno} {made_by + '.' if made_by else ''}{called}(")
        elif isinstance(node, ast.Attribute) and node.attr in RICH:
            found.append(f"{node.lineno} {node.attr}")
    return found


def test_only_one_module_makes_labels_and_tips() -> None:
    files = [p for p in python_files("workstation/ui") if name(p) != HOME]
    assert not [f"{name(p)}:{use}" for p in files for use in rich_text_uses(tree(p))]


def test_the_test_finds_what_it_looks_for() -> None:
    source = "QLabel('x')\nw.setToolTip('x')\nQtWidgets.QMessageBox.warning(w, 'a', 'b')\nx = Qt.TextFormat.RichText\n"
    source += "row.setToolTip(0, tip_text('x'))\n"
    assert [use.split()[0] for use in rich_text_uses(ast.parse(source))] == ["1", "2", "3", "4"]
