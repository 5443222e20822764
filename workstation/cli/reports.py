"""Owns the verbs ``report`` (how exhibits were read) and ``mapping`` (profiles of tables). Must not parse arguments."""

from __future__ import annotations

from argparse import Namespace

from workstation.app import mapping as maps
from workstation.app import report as reports
from workstation.app.session import Session
from workstation.cli import opening
from workstation.cli.answer import Answer, table
from workstation.domain.errors import WorkstationError


def report(options: Namespace) -> Answer:
    """The import report of one exhibit or of all; exit code 1 when one of them gave nothing."""
    with opening.session(options) as session:
        one = options.exhibit
        found = [reports.report(session, _number(one))] if one else reports.every(session)
    lines: list[str] = []
    for told in found:
        lines += [*reports.text_lines(told), ""]
    good = all(reports.succeeded(told) or told.outcome in ("retracted", "kept") for told in found)
    return Answer(
        {"reports": [reports.as_data(told) for told in found]},
        lines[:-1] or ["the case holds no exhibit"],
        0 if good else 1,
    )


def _number(text: str) -> int:
    digits = text.upper().removeprefix("E-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        what = f"{text[:40]!r} is not an exhibit"
        raise WorkstationError("WS-CLI-007", what, "nothing was changed", "write a number such as 4 or E-0004")
    return int(digits)


def mapping_list(options: Namespace) -> Answer:
    """The mapping profiles kept in the case."""
    with opening.session(options) as session:
        found = maps.profiles(session)
    data = {"profiles": [{"key": key, "name": name, "text": text} for key, name, text in found]}
    return Answer(data, table(("profile", "name"), [(key, name) for key, name, _ in found]))


def mapping_save(options: Namespace) -> Answer:
    """Keep a profile file in the case."""
    with opening.session(options) as session:
        made = session.run("mapping.save", name=options.name or options.file.stem, file=options.file)
        key = made.made
    return Answer({"key": key, "changed": list(made.changed)}, [made.label or "nothing was changed"])


def mapping_export(options: Namespace) -> Answer:
    """Write a profile of the case into a file."""
    with opening.session(options) as session:
        text = _profile(session, options.name)
    maps.write_file(options.file, text)
    return Answer({"file": str(options.file), "text": text}, [f"wrote {options.file}"])


def _profile(session: Session, wanted: str) -> str:
    for key, name, text in maps.profiles(session):
        if wanted in (key, name):
            return text
    known = ", ".join(name for _, name, _ in maps.profiles(session)) or "none"
    raise WorkstationError(
        "WS-CLI-008", f"there is no mapping profile {wanted[:80]!r}", "nothing was written", f"the case holds: {known}"
    )
