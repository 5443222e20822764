"""Owns the commands around findings: a claim, how sure it is, what would disprove it, and the evidence it cites."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workstation.app.commands.annotate import BASES, CONFIDENCES, needed, quoted
from workstation.app.commands.edits import Keys, add, change, drop, next_position, rows_where, stored
from workstation.app.commands.registry import Arguments, Change, Command, Parameter, bad_argument
from workstation.domain.changes import ChangeSet, Edit
from workstation.domain.subjects import Subject

if TYPE_CHECKING:
    from workstation.app.session import Session

STATUSES = ("draft", "supported", "disputed", "withdrawn")
_TEXTS = ("claim", "status", "confidence", "basis", "reasons", "alternatives", "disproof")
_KEEP = "="


def _check(session: Session, subjects: Sequence[Subject]) -> None:
    """Only what the case holds can be cited."""
    numbers = [int(s.ref) for s in subjects if s.kind == "transfer" and s.ref.isdigit()]
    have = {str(transfer.id) for transfer in session.store.transfers(ids=numbers)} if numbers else set()
    for subject in subjects:
        missing = (
            (subject.kind == "transfer" and subject.ref not in have)
            or (subject.kind == "transaction" and session.store.transaction(subject.chain, subject.ref) is None)
            or (subject.kind == "run" and not _kept_run(session, subject.ref))
        )
        if missing or subject.kind in ("stub", "group"):
            raise bad_argument(
                "subjects", f"{subject.kind} {subject.ref[:80]} is not in the case", "cite what the case holds"
            )


def _kept_run(session: Session, ref: str) -> bool:
    return ref.isascii() and ref.isdigit() and len(ref) < 10 and session.store.kept_trace(int(ref)) is not None


def _links(session: Session, keys: Keys, finding: str, subjects: Sequence[Subject], note: str) -> list[Edit]:
    _check(session, subjects)
    rows = rows_where(session, "finding_link", finding=finding)
    have = {row["subject"] for row in rows.values()}
    first = next_position(rows.values())
    fresh = [subject for subject in subjects if subject.key not in have]
    return [
        add("finding_link", keys.new("link"), finding=finding, subject=subject.key, note=note, position=first + number)
        for number, subject in enumerate(fresh)
    ]


def _finding_new(session: Session, arguments: Arguments) -> Change:
    keys, claim = Keys(session), needed(arguments, "claim")
    key = keys.new("finding")
    number = next_position(session.store.rows("finding").values(), "number")
    texts = {name: arguments[name] for name in _TEXTS}
    edits = [add("finding", key, number=number, **{**texts, "claim": claim}, author=session.actor, at=session.now())]
    edits += _links(session, keys, key, arguments["subjects"], arguments["note"])
    return Change(ChangeSet(f"New finding F-{number:03d} {quoted(claim)}", tuple(edits)), key)


def _finding_edit(session: Session, arguments: Arguments) -> Change:
    key = arguments["finding"]
    row = stored(session, "finding", key)
    wanted = {name: arguments[name] for name in _TEXTS if arguments[name] != _KEEP}
    if wanted.get("claim", "x").strip() == "":
        raise bad_argument("claim", "is empty", "write one sentence, or withdraw the finding")
    edits = change(session, "finding", key, **wanted)
    return Change(ChangeSet(f"Edit finding F-{row['number']:03d}", tuple(edits), merge=f"finding {key}"), key)


def _finding_link(session: Session, arguments: Arguments) -> Change:
    key, subjects = arguments["finding"], arguments["subjects"]
    number = stored(session, "finding", key)["number"]
    edits = _links(session, Keys(session), key, subjects, arguments["note"])
    return Change(ChangeSet(f"Cite {len(edits)} items in F-{number:03d}", tuple(edits)), key)


def _finding_unlink(session: Session, arguments: Arguments) -> Change:
    row = stored(session, "finding_link", arguments["link"])
    number = stored(session, "finding", row["finding"])["number"]
    edits = drop(session, "finding_link", [arguments["link"]])
    return Change(ChangeSet(f"Take a citation out of F-{number:03d}", tuple(edits)), row["finding"])


def _finding_remove(session: Session, arguments: Arguments) -> Change:
    key = arguments["finding"]
    number = stored(session, "finding", key)["number"]
    edits = drop(session, "finding_link", rows_where(session, "finding_link", finding=key)) + drop(
        session, "finding", [key]
    )
    return Change(ChangeSet(f"Remove finding F-{number:03d}", tuple(edits)))


def needs_finding(session: Session) -> str:
    """On when the case has a finding."""
    return "" if session.store.rows("finding") else "make a finding first"


def commands() -> list[Command]:
    """Findings."""
    help_texts = {
        "reasons": "why it holds",
        "alternatives": "other explanations",
        "disproof": "what would disprove it",
    }
    finding = Parameter("finding", "finding", "key of the finding")
    cited = Parameter(
        "subjects", "subjects", "evidence it cites: transfers, transactions, addresses; left out = the selection"
    )
    why = Parameter("note", "text", "what this evidence shows", default="")
    return [
        Command(
            "finding.new",
            "New finding",
            "Findings",
            "State a claim and cite the selected evidence for it.",
            _finding_new,
            "K",
            (
                Parameter("claim", "paragraph", "one sentence that can be true or false"),
                Parameter("status", "choice", "how far it is", STATUSES, "draft"),
                Parameter("confidence", "choice", "how sure it is", CONFIDENCES, "moderate"),
                Parameter("basis", "choice", "what it rests on", BASES, "fact"),
                *(Parameter(name, "paragraph", text, default="") for name, text in help_texts.items()),
                Parameter("subjects", "subjects", cited.help, default="selection"),
                why,
            ),
        ),
        Command(
            "finding.edit",
            "Edit finding",
            "Findings",
            "Change a finding; what is left out stays as it is.",
            _finding_edit,
            parameters=(
                finding,
                Parameter("claim", "paragraph", "the claim", default=_KEEP),
                Parameter("status", "choice", "how far it is", (_KEEP, *STATUSES), _KEEP),
                Parameter("confidence", "choice", "how sure it is", (_KEEP, *CONFIDENCES), _KEEP),
                Parameter("basis", "choice", "what it rests on", (_KEEP, *BASES), _KEEP),
                *(Parameter(name, "paragraph", text, default=_KEEP) for name, text in help_texts.items()),
            ),
            enabled=needs_finding,
        ),
        Command(
            "finding.link",
            "Cite selection",
            "Findings",
            "Add the selected evidence to a finding.",
            _finding_link,
            parameters=(finding, cited, why),
            enabled=needs_finding,
        ),
        Command(
            "finding.unlink",
            "Remove citation",
            "Findings",
            "Take one citation out of a finding.",
            _finding_unlink,
            parameters=(Parameter("link", "link", "key of the citation"),),
            enabled=needs_finding,
        ),
        Command(
            "finding.remove",
            "Remove finding",
            "Findings",
            "Take a finding away. Prefer the status withdrawn, which keeps it.",
            _finding_remove,
            parameters=(finding,),
            enabled=needs_finding,
        ),
    ]
