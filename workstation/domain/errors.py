"""Owns the one error type a user may ever see. Must not know where errors are shown.

Every error says what happened, what was left unchanged and what to do next, under a stable code ``WS-AREA-NNN``.
"""

from __future__ import annotations


class WorkstationError(Exception):
    """An error for people: ``WS-AREA-NNN: what happened; what was left unchanged; what to do``.

    Args:
        code: stable code such as ``WS-IMP-014``.
        what: what happened, one sentence without a full stop.
        unchanged: what was left unchanged.
        todo: what the user can do next.
        exit_code: process exit code of the command line (design section 6): 1 found wrong, 2 unusable input,
            3 limit or time-out, 4 worker crashed, 5 cancelled.
    """

    def __init__(self, code: str, what: str, unchanged: str, todo: str, exit_code: int = 2) -> None:
        super().__init__(f"{code}: {what}; {unchanged}; {todo}")
        self.code = code
        self.what = what
        self.unchanged = unchanged
        self.todo = todo
        self.exit_code = exit_code
