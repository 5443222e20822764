"""Owns running a long loop without the search for reference cycles. Must not change what the loop computes.

A trace makes millions of small values and no cycles, so each search finds nothing and costs up to half of the run; one
search through millions of values also holds up whoever wants to stop the run. The switch is that of the whole process,
so it is held back for one run only: cycles that others leave meanwhile wait until the run ends. What there is then is
left out of all later searches, or the very next one would go through all of it and stop the window for a second; it
still goes when nobody holds it. ``thaw`` takes it in again, when the case closes.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold the search back while the block or decorated function runs; nested or overlapping ones are safe.

    Whoever found it running turns it on again, whatever is raised and whoever ends first; so of several at once one
    may end its run with the search on, and the search is never left off.
    """
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.freeze()
            gc.enable()


def thaw() -> None:
    """Let searches see again what runs left out of them."""
    gc.unfreeze()
