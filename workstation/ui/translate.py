"""Owns the hook every user text of the window goes through. Must not know any widget or any language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def tr(text: str, **values: object) -> str:
    """The text in the language of the window, with ``{name}`` fields filled in.

    Values are put in after the look-up, so a text from a case file can never become a format pattern.
    """
    found = QCoreApplication.translate("ui", text)
    for name, value in values.items():
        found = found.replace("{" + name + "}", str(value))
    return found


def count(number: int, one: str, many: str) -> str:
    """``1 address`` or ``4,812 addresses``: a counted noun with grouped digits."""
    return f"{number:,} {tr(one) if number == 1 else tr(many)}"
