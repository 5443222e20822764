"""Owns the evidence package: which files it holds, in which order they are made, and that it is whole or absent.

Must not read a case or a clock: everything comes from the bundle. All files are written into a hidden folder beside the
result, the ZIP is synced and renamed at the end, and the folder goes in every case.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from os import replace
from pathlib import Path

from workstation.analysis.svg import picture_svg
from workstation.domain.errors import WorkstationError
from workstation.domain.evidence import Event, Exhibit, Mention, Price
from workstation.evidence import (
    bag,
    custody_files,
    graph_page,
    plugin_files,
    report,
    requests,
    signatures,
    statement_tables,
    steps,
    tables,
    traces,
)
from workstation.evidence.bundle import Bundle, Figure
from workstation.evidence.chosen import figures_of
from workstation.evidence.instructions import verify_text
from workstation.evidence.interop import FORMATS, blocklist
from workstation.evidence.interop.indicators import chosen, marking
from workstation.evidence.keys import NAMESPACE, Signer
from workstation.evidence.signatures import CmsSigner
from workstation.evidence.text import file_name, visible
from workstation.paths import resources_folder

#: Files that must come out byte for byte the same on any machine with the same program version.
SAME_EVERYWHERE = (
    "data/findings/findings.csv",
    "data/findings/findings.json",
    "data/graph/graph.gexf",
    "data/graph/graph.graphml",
    "data/graph/layout.json",
    "data/interop/blocklist.csv",
    "data/interop/blocklist.txt",
    "data/interop/case.jsonld",
    "data/interop/indicators.stix21.json",
    "data/interop/misp-event.json",
    "data/interop/tagpack.yaml",
    "data/prices/prices.csv",
    "data/prices/prices.jsonl",
    "data/reports/import-reports.json",
    "data/requests/requests.csv",
    "data/requests/requests.json",
    "data/statements/events.csv",
    "data/statements/events.jsonl",
    "data/statements/mentions.csv",
    "data/statements/mentions.jsonl",
    "data/traces/holders.csv",
    "data/traces/traces.json",
    "data/transfers/entities.csv",
    "data/transfers/transfers.csv",
    "data/transfers/transfers.jsonl",
)
_RUNS = "data/{}/run-*.json"
_FOLDERS = (
    "report",
    "findings",
    "transfers",
    "statements",
    "prices",
    "reports",
    "requests",
    "graph",
    "interop",
    "sources",
    "traces",
    "methods",
    "custody",
    "reproduce",
)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A finished package.

    Attributes:
        seal: SHA-256 of ``tagmanifest-sha256.txt``. zip_sha256: of the ZIP file. files: names inside the bag, sorted.
        seal_sheet: the printed sheet outside the bag. guarded: text cells that got a ``'`` in the CSV files.
    """

    path: Path
    seal: str
    zip_sha256: str
    files: tuple[str, ...]
    seal_sheet: Path
    guarded: int


def write_package(
    bundle: Bundle,
    out: Path,
    *,
    signer: Signer,
    cms: CmsSigner | None = None,
    inspect: Callable[[Path], Sequence[str]] | None = None,
    work: Path | None = None,
    resources: Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> Sealed:
    """Write ``out`` (``…-evidence.zip``) and the seal sheet beside it (``…-seal.pdf``), replacing older ones.

    Args:
        cms: certificate for a second signature. inspect: looks at the finished folder before it is packed and names files
            that must not leave (``redaction.left_in``). work: folder on the disk of ``out`` for the unpacked bag; None = the folder of ``out``.
        resources: folder with ``fonts/`` and ``report/``; None = the program's own.
        progress: called with a short text before each part; it may raise to stop.

    Raises:
        WorkstationError: WS-EXP-001 an exhibit is not what it was, WS-EXP-002 the disk refused, WS-EXP-003 a paper
            could not be set, WS-EXP-005 no report in this language, WS-EXP-030 ``inspect`` named a file.
    """
    report.words(bundle.language, resources or resources_folder())
    place: Path | None = None
    try:
        (work or out.parent).mkdir(parents=True, exist_ok=True)
        place = Path(tempfile.mkdtemp(prefix=".evidence-", dir=work or out.parent))
        return _write(bundle, out, signer, cms, resources or resources_folder(), place, progress or _quiet, inspect)
    except OSError as problem:
        raise WorkstationError(
            "WS-EXP-002",
            f"the package could not be written ({problem.strerror or type(problem).__name__})",
            "no half package was left and an older one is untouched",
            "free space or choose another folder, then export again",
            1,
        ) from problem
    finally:
        if place is not None:
            shutil.rmtree(place, ignore_errors=True)


def seal_sheet_path(out: Path) -> Path:
    """Where the seal sheet of a package goes: ``CASE-1-evidence.zip`` -> ``CASE-1-seal.pdf``."""
    return out.with_name(out.name.removesuffix(".zip").removesuffix("-evidence") + "-seal.pdf")


def _write(
    bundle: Bundle, out: Path, signer: Signer, cms: CmsSigner | None, resources: Path, place: Path,
    progress: Callable[[str], None], inspect: Callable[[Path], Sequence[str]] | None,
) -> Sealed:  # fmt: skip
    reference = file_name(bundle.case.reference)
    root = place / f"{reference}-evidence"
    data = root / "data"
    for name in _FOLDERS:
        (data / name).mkdir(parents=True)
    (root / "signatures").mkdir()
    progress("sources")
    guarded = _sources(bundle, data / "sources")
    progress("transfers")
    _, changed = tables.write_transfers(
        bundle.transfers(), data / "transfers" / "transfers.csv", data / "transfers" / "transfers.jsonl"
    )
    guarded += changed + tables.write_entities(bundle, data / "transfers" / "entities.csv")
    guarded += _statements(bundle, data)
    document = {"case": bundle.case.reference, "exhibits": [dict(report_) for report_ in bundle.import_reports]}
    _text(data / "reports" / "import-reports.json", tables.dump(document) + "\n")
    progress("traces")
    guarded += traces.write_traces(bundle, data / "traces", data / "methods")
    plugin_files.write_plugins(bundle, data)
    progress("findings")
    guarded += tables.write_findings(bundle, data / "findings")
    guarded += custody_files.write(bundle, data / "custody")
    guarded += requests.write_requests(bundle, data / "requests")
    progress("graph")
    figures = _graph(bundle, data, resources, place)
    guarded += _interop(bundle, data)
    progress("report")
    report.write_report(
        bundle, figures, data / "report" / f"report.{bundle.language}.pdf", resources=resources,
        work=_folder(place / "report"),
    )  # fmt: skip
    if bundle.redaction:
        guarded += tables.write_redaction(bundle, data / "redaction.csv")
    _reproducing(bundle, root)
    progress("seal")
    _text(root / "VERIFY.txt", verify_text(root.name, signer, bundle.case.witness))
    seal = bag.close_bag(root, _info(bundle, signer, guarded), ["VERIFY.txt"])
    sealed = (root / bag.SEAL).read_bytes()
    (root / bag.SIGNATURE).write_bytes(signer.sign(sealed))
    (root / signatures.REQUEST).write_bytes(signatures.timestamp_request(sealed))
    if cms is not None:
        for name, made_ in zip((signatures.CMS, signatures.SIGNER), signatures.cms(sealed, cms), strict=True):
            (root / name).write_bytes(made_)
    left = inspect(root) if inspect is not None else ()
    if left:
        raise WorkstationError(
            "WS-EXP-030", f"a protected person can still be read in {', '.join(left[:3])}", "no package was written",
            "give the name in those places another spelling, or report this", 1,
        )  # fmt: skip
    made = place / "package.zip"
    zip_sha256, names = bag.pack(root, made)
    sheet = seal_sheet_path(out)
    report.write_seal_sheet(
        {
            "reference": bundle.case.reference, "title": bundle.case.title, "examiner": bundle.case.examiner,
            "exported": bundle.exported, "classification": bundle.classification, "witness": bundle.case.witness,
            "file": out.name, "bytes": str(made.stat().st_size), "zip": zip_sha256, "seal": seal,
            "identity": signer.identity, "fingerprint": signer.fingerprint, "allowed": signer.allowed_line,
            "namespace": NAMESPACE, "files": len(names), "language": bundle.language,
            "words": report.words(bundle.language, resources),
        },
        bundle.exported, place / "seal.pdf", resources=resources, work=_folder(place / "seal"),
    )  # fmt: skip
    out.parent.mkdir(parents=True, exist_ok=True)
    replace(place / "seal.pdf", sheet)
    replace(made, out)
    bag.sync_folder(out.parent)
    return Sealed(out, seal, zip_sha256, tuple(names), sheet, guarded)


def same_everywhere(root: Path) -> tuple[str, ...]:
    """Files of class A in an unpacked package: the fixed ones and the record of each kept run."""
    runs = (path.relative_to(root).as_posix() for kind in ("traces", "plugins") for path in root.glob(_RUNS.format(kind)))
    return tuple(sorted([*SAME_EVERYWHERE, *runs]))


def _reproducing(bundle: Bundle, root: Path) -> None:
    """The folder ``reproduce``: steps, environment, hashes of class A, and the class of every file; so it comes last."""
    folder = root / "data" / "reproduce"
    _text(folder / "steps.json", steps.steps_json(bundle))
    _text(folder / "environment.json", tables.dump(dict(bundle.environment)) + "\n")
    same = same_everywhere(root)
    _text(folder / "expected.sha256", "".join(f"{bag.file_hashes(root / name)[0]}  {name}\n" for name in same))
    names = {path.relative_to(root).as_posix() for path in (root / "data").rglob("*") if path.is_file()}
    _text(folder / "classes.json", steps.classes_json(names | {"data/reproduce/classes.json"}, same))


def _sources(bundle: Bundle, folder: Path) -> int:
    hashes: list[str] = []
    for exhibit in bundle.exhibits:
        if exhibit.number in bundle.withheld:
            hashes.append("")
            continue
        size, sha256, sha512 = bag.write_stream(
            folder / f"{exhibit.number:04d}.bin", bundle.exhibit_bytes(exhibit.number)
        )
        _require_same(exhibit, size, sha256)
        hashes.append(sha512)
    return tables.write_sources(bundle, hashes, folder / "index.csv", folder / "quarantine.csv")


def _statements(bundle: Bundle, data: Path) -> int:
    """Files of what moves no money; prices stand apart, so that no fiat value is taken for a stated amount."""
    return sum(
        statement_tables.write_statements(items, kind, data / folder / f"{name}.csv", data / folder / f"{name}.jsonl")
        for items, kind, folder, name in (
            (bundle.events, Event, "statements", "events"),
            (bundle.mentions, Mention, "statements", "mentions"),
            (bundle.prices, Price, "prices", "prices"),
        )
    )


def _require_same(exhibit: Exhibit, size: int, sha256: str) -> None:
    if sha256 != exhibit.sha256 or size != exhibit.size:
        raise WorkstationError(
            "WS-EXP-001",
            f"exhibit {exhibit.label} is no longer the file that was received (its SHA-256 or size differs)",
            "no package was written",
            "run case verify; restore the case from a backup that verifies",
            1,
        )


def _graph(bundle: Bundle, data: Path, resources: Path, place: Path) -> tuple[Figure, ...]:
    svg = bundle.graph_svg or picture_svg(bundle.picture)
    _text(data / "report" / "graph.svg", svg)
    if bundle.graph_png:
        (data / "report" / "graph.png").write_bytes(bundle.graph_png)
    else:
        report.draw_png(
            svg, data / "report" / "graph.png", bundle.exported, resources=resources, work=_folder(place / "png")
        )
    _text(data / "report" / "graph.html", graph_page.page(bundle, resources))
    _text(data / "graph" / "layout.json", tables.layout_json(bundle.picture))
    return figures_of(bundle, svg)


def _interop(bundle: Bundle, data: Path) -> int:
    """What other programs read. Whoever sends it on may open it further; as written it stays within the circle of need."""
    found, marked = chosen(bundle), marking("amber", bundle.classification)
    for name, write in FORMATS.values():
        _text(data / ("graph" if name.startswith("graph.") else "interop") / name, write(bundle, found, marked))
    return blocklist.guarded_cells(bundle, found, marked)


def _info(bundle: Bundle, signer: Signer, guarded: int) -> list[tuple[str, str]]:
    case = bundle.case
    found = [
        ("Bag-Software-Agent", f"Fundflow Workstation {bundle.environment.get('workstation', '')}".strip()),
        ("Bagging-Date", bundle.exported[:10]),
        ("Bag-Group-Identifier", case.case_id),
        ("Contact-Name", case.examiner),
        ("External-Identifier", case.reference),
        ("External-Description", case.title),
        ("Classification", bundle.classification or "none stated"),
        ("Custody-Witness", case.witness),
        ("Export-Time", bundle.exported),
        ("Guarded-Cells", f"{guarded} text cells of the CSV files hold an added ' before what looked like a formula"),
        ("Signing-Key", f"{signer.identity} {signer.fingerprint}"),
    ]
    return [(label, visible(" ".join(text.split())) or "not stated") for label, text in found]


def _text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def _quiet(_part: str) -> None:
    """Nobody wants to hear."""
