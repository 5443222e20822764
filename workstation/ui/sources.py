"""Owns that the sources of imported modules stay unread. Must change nothing else of how Qt is bound to Python.

The binding asks of each module that is imported whether it may spell Qt's names in another way (``from __feature__ import
snake_case``) and reads its whole source to know; Python then keeps what was read. With the libraries of this program that
was 23 MiB of 140 and a tenth of the time until a case is open. Nothing here spells names in another way.
"""

from __future__ import annotations

import contextlib
import sys

_QUESTION = "_mod_uses_pyside"


def leave_unread() -> bool:
    """Answer that question with no for every module to come. False where Qt is missing or its binding asks elsewhere."""
    with contextlib.suppress(ImportError):
        import PySide6.QtCore  # noqa: F401  # the question comes with it
    feature = sys.modules.get("shibokensupport.feature")
    names = vars(feature) if feature else {}
    if _QUESTION not in names:
        return False
    names[_QUESTION] = _no
    return True


def _no(_module: object) -> bool:
    return False
