"""Owns machine code: numba with its cache in the program's own folder, and the loops of the layered layout compiled.

Importing this module loads numba (about half a second), so it is imported where large drawings are made, in a thread.
Must not decide what is large.
"""

from __future__ import annotations

import os
from functools import cache
from types import SimpleNamespace

import platformdirs

# numba pickles compiled code into its cache: it lies in the program's own folder, never in a shared one.
os.environ.setdefault("NUMBA_CACHE_DIR", platformdirs.user_cache_dir("fundflow-workstation", appauthor=False))

from numba import njit
from numba.extending import register_jitable

from workstation.analysis import loops as plain

__all__ = ["loops", "njit"]


@cache
def loops() -> SimpleNamespace:
    """The functions of :mod:`workstation.analysis.loops` as machine code, for arrays; compiled at their first call."""
    for inner in (plain.by_place, plain.crossed, plain.spaced):
        register_jitable(inner)
    outer = (plain.depth_first, plain.crossings, plain.swept, plain.sifted, plain.relaxed)
    # not fastmath: sums keep their order, so that machine code and Python give the same bits
    made = {one.__name__: njit(nogil=True, cache=True, error_model="numpy")(one) for one in outer}
    return SimpleNamespace(**made)
