"""Owns the files of a request: letter, editable letter, copyable identifiers, chart, record, hash list. One pack, one service."""

from __future__ import annotations

import calendar
import csv
import hashlib
import io
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workstation.app.freeze import chart, letter
from workstation.app.freeze.request import Request
from workstation.app.outfiles import put
from workstation.domain.errors import WorkstationError
from workstation.evidence.text import guarded, visible
from workstation.paths import resources_folder

if TYPE_CHECKING:
    from workstation.app.session import Session

_COLUMNS = (
    "service", "role", "chain", "token", "contract", "txid", "index", "block", "utc", "from", "to", "units", "amount",
    "fiat",
)  # fmt: skip


def files(session: Session, request: Request) -> dict[str, bytes]:
    """Every file of the pack by name; the same case and fields give the same bytes."""
    from workstation.evidence.drawing import drawing  # slow to load
    from workstation.evidence.letters import letter_docx, letter_pdf

    resources, when = resources_folder(), request.data["custody"]["as_of"]
    drawn, told, png = chart.svg(session, request), letter.document(request), b""
    if drawn:
        moment = calendar.timegm(time.strptime(when[:19], "%Y-%m-%dT%H:%M:%S"))
        png = drawing(drawn, "png", moment=moment, resources=resources)
    name = f"letter.{request.language}"
    made = {
        f"{name}.pdf": letter_pdf(told, drawn, when, resources=resources),
        f"{name}.docx": letter_docx(told, png, when, resources=resources),
        "targets.csv": _csv(request),
        "targets.txt": _txt(request),
        "request.json": (json.dumps(request.data, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode(),
    }
    if drawn:
        made |= {"chart.svg": drawn.encode(), "chart.png": png}
    lines = [f"{hashlib.sha256(made[name]).hexdigest()}  {name}\n" for name in sorted(made)]
    return {**made, "sha256.txt": "".join(lines).encode("ascii")}


def refuse_full(out: Path) -> None:
    """Refuse a folder that holds something.

    Raises:
        WorkstationError: WS-FRZ-005.
    """
    if out.suffix.lower() != ".zip" and out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise WorkstationError(
            "WS-FRZ-005", f"{out.name} is not an empty folder", "nothing was written", "name a new folder"
        )


def write(session: Session, request: Request, out: Path) -> tuple[list[str], str]:
    """Write the pack into an empty or new folder, or into a ``.zip``; gives its file names and the hash of its hash list.

    Raises:
        WorkstationError: WS-FRZ-005 the folder holds something, WS-EXP-006 it cannot be written.
    """
    refuse_full(out)
    made = files(session, request)
    if out.suffix.lower() == ".zip":
        from workstation.evidence.letters import zipped

        put(zipped(made), out)
    else:
        for name in sorted(made):
            put(made[name], out / name)
    return sorted(made), hashlib.sha256(made["sha256.txt"]).hexdigest()


def _csv(request: Request) -> bytes:
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(_COLUMNS)
    service = request.data["service"]
    for t in request.data["targets"]:
        rows.writerow(_cells({"service": service, "role": "target", "chain": t["chain"], "to": t["address"]}))
    for t in request.data["transfers"]:
        rows.writerow(_cells({**t, "service": service, "role": "payment"}))
    return out.getvalue().encode("utf-8")


def _cells(row: dict[str, Any]) -> list[str]:
    return ["" if row.get(name) is None else guarded(str(row.get(name, "")))[0] for name in _COLUMNS]


def _txt(request: Request) -> bytes:
    lines = [visible(f"{t['chain']} {t['address']}") for t in request.data["targets"]]
    lines += [visible(f"{t['chain']} {t['txid']}") for t in request.data["transfers"] if t["txid"]]
    return "".join(f"{line}\n" for line in dict.fromkeys(lines)).encode("utf-8")
