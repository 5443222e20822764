"""Owns the checklist of what courts and standards ask of digital evidence, and where this case meets it.

Every line says ``met``, ``open`` (this case does not meet it yet, and why) or ``by hand`` (no program can). It is a help
for the examiner, not a certificate. Must not change the case. Sources: notes of ACPO, ISO/IEC 27037, 27041 and 27042, NIST SP
800-86 and CFTT, the Berkeley Protocol, Directive (EU) 2016/680, FRE 702 and 902; not legal advice.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from workstation import __version__
from workstation.app import custody
from workstation.app.outfiles import put
from workstation.domain.evidence import Check, CustodyEntry, Exhibit

if TYPE_CHECKING:
    from workstation.app.session import Session

State = Literal["met", "open", "by hand"]


@dataclass(frozen=True, slots=True)
class Line:
    """One requirement. ``asked_by``: where it comes from. ``where``: where this case meets it, or what is missing."""

    number: int
    requirement: str
    asked_by: str
    state: State
    where: str


@dataclass(frozen=True, slots=True)
class _Case:
    """What the lines are read from."""

    exhibits: Sequence[Exhibit]
    log: Sequence[CustodyEntry]
    checks: Sequence[Check]
    findings: Sequence[dict[str, Any]]
    runs: int
    signed: int

    @property
    def kinds(self) -> Counter[str]:
        """How often each kind of entry stands in the log."""
        return Counter(entry.kind for entry in self.log)

    def held(self, name: str) -> bool:
        """Whether a check of the case held."""
        return all(check.ok for check in self.checks if check.name == name)


Answer = tuple[State, str]


def lines(session: Session) -> list[Line]:
    """Every requirement with its answer, always all and in the same order."""
    store = session.store
    case = _Case(
        store.exhibits(), list(store.custody()), custody.verify(store),
        [dict(row) for _, row in sorted(store.rows("finding").items())], len(store.kept_traces()),
        store.head()[0] - store.unsigned(),
    )  # fmt: skip
    return [
        Line(number, requirement, asked_by, *answer(case))
        for number, (requirement, asked_by, answer) in enumerate(_LINES, 1)
    ]


def _original(case: _Case) -> Answer:
    if not case.exhibits:
        return "open", "the case holds no exhibit yet"
    if not case.held("exhibits"):
        return "open", "an exhibit is not as it was received: run Verify case"
    return "met", f"{len(case.exhibits)} exhibits kept byte for byte with their SHA-256, hashed again just now"


def _identity(case: _Case) -> Answer:
    if not case.exhibits:
        return "open", "the case holds no exhibit yet"
    return "met", f"{case.exhibits[0].label} to {case.exhibits[-1].label}, each with its SHA-256"


def _origin(case: _Case) -> Answer:
    unknown = [e.label for e in case.exhibits if e.received_from in ("", "unknown") and e.parent is None]
    if unknown:
        more = f" and {len(unknown) - 3} more" if len(unknown) > 3 else ""
        return "open", f"who handed over is unknown for {', '.join(unknown[:3])}{more}"
    return ("met", "each exhibit names who handed it over and when") if case.exhibits else ("open", "no exhibit yet")


def _handed(case: _Case) -> Answer:
    found = case.kinds["custody.handover"]
    return ("met", f"{found} hand-overs in the register") if found else (
        "by hand", "no hand-over is written down; use Write a hand-over when something changes hands"
    )  # fmt: skip


def _trail(case: _Case) -> Answer:
    if not (case.held("custody chain") and case.held("custody bodies")):
        return "open", "the custody log does not hold: run Verify case"
    signed = f"signed up to entry {case.signed}" if case.signed else "not signed yet"
    return "met", f"{len(case.log)} entries in an unbroken chain, {signed}"


def _competence(_case: _Case) -> Answer:
    return "by hand", "name, role and training of the examiner belong into the statement of the witness"


def _method(case: _Case) -> Answer:
    return (
        "met",
        f"{case.runs} kept runs name method and version; any laboratory repeats the vectors with: workstation validate",
    )


def _rates(_case: _Case) -> Answer:
    return (
        "met",
        "resources/methods/rates.md: precision and recall on sets made for it; each method card names its errors",
    )


def _doubt(case: _Case) -> Answer:
    bare = [str(f["number"]) for f in case.findings if not f.get("disproof") or not f.get("alternatives")]
    if bare:
        return "open", f"finding {', '.join(bare[:5])} does not say what speaks against it or would disprove it"
    if not case.findings:
        return "open", "no finding is written yet"
    return "met", f"{len(case.findings)} findings, each with confidence, other explanations and what would disprove it"


def _apart(case: _Case) -> Answer:
    return ("met", "each finding is marked as fact, heuristic or assumption") if case.findings else (
        "open", "no finding is written yet"
    )  # fmt: skip


def _consulted(case: _Case) -> Answer:
    kinds = case.kinds
    told = ", ".join(f"{kinds[name]} {name}" for name in ("import", "export", "verify") if kinds[name])
    return "met", f"logged with time and person: {told or 'nothing yet'}; looking without changing is not logged"


def _integrity(case: _Case) -> Answer:
    found = [e.body for e in case.log if e.kind == "export" and isinstance(e.body, dict)]
    if not found:
        return "open", "no package was exported yet"
    return "met", f"the last package has the seal {found[-1]['seal']}; the certificate to it is written by a person"


def _time(_case: _Case) -> Answer:
    return "by hand", "all times are UTC with their basis; compare the clock of this computer and note the difference"


def _lasting(_case: _Case) -> Answer:
    return "met", "a package holds CSV, JSON, SVG, GraphML, HTML and PDF/A, and a verifier that needs no program"


def _disclosure(_case: _Case) -> Answer:
    return "by hand", "decide what must not travel (victims, third parties) before a package leaves the house"


def _retention(_case: _Case) -> Answer:
    return "by hand", "the date until which the case may be kept is set by your rules, not by this program"


def _tool(_case: _Case) -> Answer:
    return "met", f"Fundflow Workstation {__version__}; every package names it and its libraries (environment.json)"


def _told(case: _Case) -> Answer:
    bad = [check.name for check in case.checks if not check.ok]
    if bad:
        return "open", f"failed now: {', '.join(bad)}; this is printed in red on the first page of a report"
    return "met", f"all {len(case.checks)} checks held just now; a failed one is printed in red on the first page"


_LINES: tuple[tuple[str, str, Callable[[_Case], Answer]], ...] = (
    ("The original is never changed; work is done on copies", "ACPO 1, ISO/IEC 27037, Berkeley Protocol", _original),
    ("Each item has an id of its own", "ISO/IEC 27037, Berkeley Protocol", _identity),
    ("Who handed it over, when, from where", "SP 800-86, ISO/IEC 27037", _origin),
    ("Every hand-over is written down", "SP 800-86, Berkeley Protocol", _handed),
    ("A trail of all steps; a third party gets the same result", "ACPO 3, ISO/IEC 27042", _trail),
    ("Competence and responsibility are named", "ACPO 2 and 4, ISO/IEC 27041", _competence),
    ("The method is validated and its limits are known", "ISO/IEC 27041, NIST CFTT", _method),
    ("Error rates are known and can be checked", "FRE 702", _rates),
    ("Uncertainty and other explanations are stated", "ISO/IEC 27042, SP 800-86", _doubt),
    ("Facts stand apart from assessments", "Directive (EU) 2016/680, Art. 7", _apart),
    ("Collection, change, consultation and disclosure are logged", "Directive (EU) 2016/680, Art. 25", _consulted),
    ("Integrity by hash, with a certificate", "FRE 902(13), 902(14)", _integrity),
    ("Times are right", "all", _time),
    ("It can still be read in years", "Berkeley Protocol", _lasting),
    ("Disclosure and redaction are accounted for", "fair trial, data protection", _disclosure),
    ("Retention and erasure", "Directive (EU) 2016/680, Art. 5 and 16", _retention),
    ("The tool is identified", "ISO/IEC 27042, SP 800-86", _tool),
    ("Damage is told, never hidden", "NIST CFTT", _told),
)


def write_pdf(session: Session, out: Path) -> Path:
    """Print the checklist as PDF/A.

    Raises:
        WorkstationError: the file cannot be written; an older one is untouched.
    """
    from workstation.app import export  # typesetting is slow to load
    from workstation.evidence.report import write_checklist
    from workstation.paths import resources_folder

    log = export.changes(session.store)
    head = export.head(session, log)
    data = {
        "reference": head.reference, "title": head.title, "examiner": head.examiner, "witness": head.witness,
        "classification": "", "lines": [asdict(line) for line in lines(session)],
    }  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="fundflow-checklist-") as work:
        made = Path(work) / "checklist.pdf"
        write_checklist(data, log[-1].time, made, resources=resources_folder(), work=Path(work))
        put(made.read_bytes(), out)
    return out
