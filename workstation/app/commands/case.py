"""Owns the commands about the whole case: undo, import, export, verify. Long ones go on in a job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.app import custody, intake
from workstation.app.commands.registry import Arguments, Command, Parameter, Result, bad_argument
from workstation.app.jobs import Job
from workstation.casefile.intake import retract

if TYPE_CHECKING:
    from workstation.app.session import Session


def _undo(session: Session, _arguments: Arguments) -> Result:
    return session.undo()


def _redo(session: Session, _arguments: Arguments) -> Result:
    return session.redo()


def can_undo(session: Session) -> str:
    """On when there is a step to take back."""
    return "" if session.history.next_undo() else "there is nothing to undo"


def can_redo(session: Session) -> str:
    """On when a step was undone."""
    return "" if session.history.next_redo() else "there is nothing to redo"


def has_evidence(session: Session) -> str:
    """On when the case holds an exhibit."""
    return "" if session.store.exhibits() else "import evidence first"


def _pairs(text: str) -> dict[str, str]:
    """``date=2026-01-31,source=court file`` as a mapping."""
    found: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, equals, value = part.partition("=")
        if not equals:
            raise bad_argument("options", f"{part!r} is not name=value", "write date=2026-01-31,source=court file")
        found[name.strip()] = value.strip()
    return found


def _import(session: Session, arguments: Arguments) -> Result:
    options = intake.Options(
        reader=arguments["reader"],
        chain=arguments["chain"],
        zone=arguments["zone"],
        subject=arguments["address"],
        profile=arguments["profile"] or (intake.profile_text(arguments["mapping"]) if arguments["mapping"] else ""),
        received_from=arguments["received_from"],
        more=_pairs(arguments["options"]),
    )
    return Result("Import", job=intake.start(session, arguments["files"], options))


def _retract(session: Session, arguments: Arguments) -> Result:
    number = arguments["exhibit"]
    retract(session.store, number, arguments["reason"], session.actor)
    session.evidence_changed()
    return Result(f"Retract E-{number:04d}", (f"exhibit:{number}",))


def _export(session: Session, arguments: Arguments) -> Result:
    from workstation.app import export  # signing and typesetting are slow to load, and few runs need them

    return Result(
        "Export",
        job=export.start(
            session, arguments["out"], language=arguments["language"], classification=arguments["classification"],
            redaction=export.redaction(
                arguments["redact"], arguments["persons"], arguments["basis"], arguments["approver"]
            ),
        ),
    )  # fmt: skip


def _verify(session: Session, _arguments: Arguments) -> Result:
    def work(job: Job) -> object:
        checks = custody.verify(session.store)
        session.store.log("verify", {"ok": all(c.ok for c in checks), "checks": len(checks)}, actor=session.actor)
        return checks

    return Result("Verify", job=session.jobs.submit("Verify the case", work, lane="case"))


def commands() -> list[Command]:
    """Undo, redo, import, retract, export, verify."""
    return [
        Command("edit.undo", "Undo", "Edit", "Take back the last step.", _undo, "Ctrl+Z", (), can_undo),
        Command("edit.redo", "Redo", "Edit", "Do the last undone step again.", _redo, "Ctrl+Shift+Z", (), can_redo),
        Command(
            "case.import",
            "Import evidence",
            "Case",
            "Keep files byte for byte and read them. Nothing leaves this computer.",
            _import,
            "Ctrl+I",
            (
                Parameter("files", "files", "files or folders"),
                Parameter("received_from", "text", "who handed them over", default="unknown"),
                Parameter("reader", "text", "id of the reader; empty = found by content", default=""),
                Parameter("chain", "text", "chain, when the file does not say", default=""),
                Parameter("zone", "text", "time zone, when the file does not say", default=""),
                Parameter("address", "text", "address the file is about, when it does not say", default=""),
                Parameter("mapping", "file", "file with a mapping profile", default=""),
                Parameter("profile", "paragraph", "text of a mapping profile", default=""),
                Parameter("options", "text", "more for the reader: date=2026-01-31,source=court file", default=""),
            ),
        ),
        Command(
            "case.retract",
            "Retract exhibit",
            "Case",
            "Stop using an exhibit. It stays in the case with the reason.",
            _retract,
            "",
            (Parameter("exhibit", "integer", "number of the exhibit"), Parameter("reason", "paragraph", "why")),
            has_evidence,
        ),
        Command(
            "case.export",
            "Export evidence package",
            "Case",
            "Write the sealed package anyone can check.",
            _export,
            "Ctrl+Shift+E",
            (
                Parameter("out", "save", "where to write NAME-evidence.zip"),
                Parameter("language", "choice", "language of the report", ("en", "it", "ru", "kk"), "en"),
                Parameter("classification", "text", "line on every page", default=""),
                Parameter("redact", "flag", "name no protected person", default="no"),
                Parameter("persons", "text", "kinds that are protected", default="victim,witness,third party"),
                Parameter("basis", "text", "legal basis of the redaction", default=""),
                Parameter("approver", "text", "who decided what is redacted", default=""),
            ),
            has_evidence,
        ),
        Command("case.verify", "Verify case", "Case", "Check every hash and every link of the case.", _verify),
    ]
