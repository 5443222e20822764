"""Owns the rule that no exception leaves a Python override of a Qt method: it can kill the process without a trace.

Every class of ``ui`` that subclasses a Qt or pyqtgraph class carries :func:`guard` (``tests/floors/test_guarded.py``
finds the ones without). Must not hide errors: each goes to ``sys.excepthook``, at most once a second per place.
"""

from __future__ import annotations

import functools
import sys
import threading
import time
from collections.abc import Callable
from types import FunctionType
from typing import Any, TypeVar

from PySide6 import QtCore, QtGui

_Class = TypeVar("_Class", bound=type)
_SECONDS_BETWEEN_REPORTS = 1.0

# What an override answers after an error, where None would be a second error.
_DEFAULTS: dict[str, Callable[[], Any]] = {
    "event": bool,
    "eventFilter": bool,
    "viewportEvent": bool,
    "sceneEvent": bool,
    "sceneEventFilter": bool,
    "focusNextPrevChild": bool,
    "contains": bool,
    "collidesWithPath": bool,
    "lessThan": bool,
    "filterAcceptsRow": bool,
    "filterAcceptsColumn": bool,
    "setData": bool,
    "canFetchMore": bool,
    "hasChildren": bool,
    "editorEvent": bool,
    "dropMimeData": bool,
    "rowCount": int,
    "columnCount": int,
    "heightForWidth": lambda: -1,
    "flags": lambda: QtCore.Qt.ItemFlag.NoItemFlags,
    "index": QtCore.QModelIndex,
    "parent": QtCore.QModelIndex,
    "mapToSource": QtCore.QModelIndex,
    "mapFromSource": QtCore.QModelIndex,
    "boundingRect": QtCore.QRectF,
    "shape": QtGui.QPainterPath,
    "sizeHint": QtCore.QSize,
    "minimumSizeHint": QtCore.QSize,
    "mimeTypes": list,
    "roleNames": dict,
}


def guard(cls: _Class) -> _Class:
    """Class decorator: each override of a Qt method reports its exceptions and answers with a safe default.

    Raises:
        RuntimeError: the class is made in another thread than that of the window (why not: ``panelparts``).
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError(f"{cls.__module__} holds classes of Qt: import it in the thread of the window")
    qt_bases = [base for base in cls.__mro__ if base.__module__.split(".")[0] in ("PySide6", "Shiboken")]
    for name, function in list(vars(cls).items()):
        if name.startswith("__") or not isinstance(function, FunctionType) or getattr(function, "guarded", False):
            continue
        if any(name in vars(base) for base in qt_bases):
            setattr(cls, name, _guarded(function))
    cls.guarded_class = cls  # type: ignore[attr-defined]
    return cls


def is_guarded(cls: type) -> bool:
    """Whether exactly this class (not only a base of it) was decorated."""
    return vars(cls).get("guarded_class") is cls


def _guarded(function: FunctionType) -> Callable[..., Any]:
    default = _DEFAULTS.get(function.__name__)
    reported_at = float("-inf")
    suppressed = 0

    @functools.wraps(function)
    def override(*arguments: Any, **named: Any) -> Any:
        nonlocal reported_at, suppressed
        try:
            return function(*arguments, **named)
        except Exception as problem:  # noqa: BLE001 - this is the one place that must stop every error
            now = time.monotonic()
            if now - reported_at >= _SECONDS_BETWEEN_REPORTS:
                if suppressed:
                    problem.add_note(f"{suppressed} more errors of {function.__qualname__} were not shown")
                reported_at, suppressed = now, 0
                sys.excepthook(type(problem), problem, problem.__traceback__)
            else:
                suppressed += 1
            return default() if default is not None else None

    override.guarded = True  # type: ignore[attr-defined]
    return override
