"""Owns beginning a plugin: a folder made from a template that already works. Must not run what it makes."""

from __future__ import annotations

import re
from pathlib import Path

from workstation.domain.errors import WorkstationError
from workstation.paths import resources_folder

KINDS = ("analysis", "reader", "report")
_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*\Z", re.ASCII)
#: The name under which the templates are written.
_ID, _MODULE, _TITLE = "my-rule", "my_rule", "My rule"


def new(folder: Path, name: str, kind: str) -> list[Path]:
    """Make a plugin in ``folder/NAME``; gives its files.

    Raises:
        WorkstationError: the name is not good for a plugin, or the folder is there already.
    """
    unchanged = "nothing was written"
    if not _NAME.match(name) or len(name) > 40:
        raise WorkstationError(
            "WS-PLG-060", f"{name[:60]!r} is no name for a plugin", unchanged, "write lower-case words such as my-rule"
        )
    home = folder / name
    if home.exists():
        raise WorkstationError("WS-PLG-061", f"{home} is there already", unchanged, "choose another name or folder")
    template = resources_folder() / "plugin_templates" / kind
    made = []
    for source in sorted(path for path in template.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
        target = home / _renamed(source.relative_to(template).as_posix(), name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_renamed(source.read_text("utf-8"), name), "utf-8", newline="\n")
        made.append(target)
    return made


def _renamed(text: str, name: str) -> str:
    title = name.replace("-", " ").capitalize()
    return text.replace(_ID, name).replace(_MODULE, name.replace("-", "_")).replace(_TITLE, title)
