"""Owns the one text of a JSON value, and the hash of a whole result, written in pieces. Must not keep anything.

A result can hold a million entries: they are written and hashed some thousand at a time, so that a watcher can stop it
and the text of the whole never stands in memory. The hash is that of the text :func:`canonical` would give.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from workstation.analysis.trace.inorder import names_in_order
from workstation.analysis.trace.results import APPROXIMATE, AccountTaint, ChainTaint, sections
from workstation.analysis.trace.watching import Watch

#: Entries that are written together.
_TOGETHER = 2048


def canonical(document: Any) -> str:
    """JSON text that is the same for the same content."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def fingerprint(found: Mapping[str, ChainTaint | AccountTaint], watch: Watch | None = None) -> str:
    """SHA-256 over the results of all chains of a run, each in the form of the semantics."""
    digest = hashlib.sha256()
    for chain in _between(digest, sorted(found), "{"):
        told = sections(found[chain])
        rest: Mapping[str, Any] = {} if found[chain].exact else APPROXIMATE
        digest.update(f"{canonical(chain)}:".encode())
        for name in _between(digest, sorted((*told, *rest)), "{"):
            digest.update(f"{canonical(name)}:".encode())
            if name in rest:
                digest.update(canonical(rest[name]).encode())
            else:
                for piece in _written(*told[name], watch):
                    digest.update(piece.encode())
        digest.update(b"}")
    digest.update(b"}")
    return digest.hexdigest()


def _between(digest: Any, names: list[str], start: str) -> Iterator[str]:
    """The names, with a bracket before the first and a comma before every other."""
    digest.update(start.encode())
    for n, name in enumerate(names):
        if n:
            digest.update(b",")
        yield name


def _written(entries: Mapping[str, Any], show: Callable[[Any], Any], watch: Watch | None) -> Iterator[str]:
    yield "{"
    names = names_in_order(list(entries), watch)
    done = 0
    while some := list(islice(names, _TOGETHER)):
        yield ("," if done else "") + canonical({name: show(entries[name]) for name in some})[1:-1]
        done += len(some)
        if watch is not None:
            watch(done)
    yield "}"
