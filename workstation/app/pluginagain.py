"""Owns running a kept run of a plugin again on the case as it is now. Keeps nothing; whoever asks compares and decides.

Only code that may run here is run: the same bytes, installed, and approved or part of the program.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workstation.app import analyses, plugins
from workstation.domain.errors import WorkstationError
from workstation.plugin_host.trees import tree_hash

if TYPE_CHECKING:
    from workstation.app.session import Session


def again(session: Session, record: Mapping[str, Any]) -> tuple[str, tuple[bytes, ...]]:
    """The record and the files that the same question to the same code gives now.

    Raises:
        WorkstationError: WS-PLG-001 or 006 it is not installed, WS-RPR-010 the code here is another, or the run failed.
    """
    analysis = analyses.named(session.plugins, f"{record['plugin']}/{record['analysis']}")
    try:
        same = tree_hash(analysis.manifest.folder) == record["tree"]
    except (OSError, ValueError):
        same = False
    if not same:
        raise WorkstationError(
            "WS-RPR-010", f"the code of {record['plugin']} here is not the code that ran", "nothing was run",
            "install the code from data/reproduce/plugins of the package, read and approve it, then reproduce again",
        )  # fmt: skip
    given = {name: plugins.typed(value) for name, value in record["parameters"].items()}
    text, outcome = plugins.asked(
        session, analysis, given, tuple(record["selection"]), seed=int(record["seed"]), now=int(record["now"])
    )
    return text, tuple(outcome.files.values())
