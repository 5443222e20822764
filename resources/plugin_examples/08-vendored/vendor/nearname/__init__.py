"""nearname 1.0: names that are the same at both ends. MIT licence, see LICENSE in this folder."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping


def groups(names: Mapping[str, str], letters: int) -> list[list[str]]:
    """Keys of names that differ in the middle only, each group and the list of groups sorted.

    Args:
        names: key -> name. letters: how many at each end must be equal; shorter names are left out.
    """
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key in sorted(names):
        name = names[key]
        if len(name) > 2 * letters:
            start = 2 if name.startswith("0x") else 1
            found[name[: start + letters], name[-letters:]].append(key)
    return [group for _, group in sorted(found.items()) if len({names[key] for key in group}) > 1]
