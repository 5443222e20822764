"""Owns the verbs ``export``, ``indicators``, ``verify`` and ``attach``. Must not parse arguments."""

from __future__ import annotations

from argparse import Namespace

from workstation.app import export as exporting
from workstation.app import indicators as listing
from workstation.cli import opening
from workstation.cli.answer import Answer
from workstation.cli.cases import verdict
from workstation.evidence.verify import verify_package


def export(options: Namespace) -> Answer:
    """Write the evidence package of a case."""
    redaction = exporting.redaction(options.redact, options.persons, options.basis, options.approved_by)
    with opening.session(options) as session:
        sealed = exporting.export(
            session, options.out, language=options.language, classification=options.classification, redaction=redaction
        )
    data = {
        "package": str(sealed.path),
        "seal": sealed.seal,
        "sha256": sealed.zip_sha256,
        "files": list(sealed.files),
        "seal_sheet": str(sealed.seal_sheet),
        "findings": sealed.findings,
    }
    return Answer(
        data,
        [f"wrote {sealed.path} ({len(sealed.files)} files)", f"seal {sealed.seal}", f"seal sheet {sealed.seal_sheet}"],
    )


def indicators(options: Namespace) -> Answer:
    """Write blocklists and indicators for other programs."""
    formats = [name for given in options.format for name in given.split(",") if name]
    with opening.session(options) as session:
        made = listing.write(session, options.out, formats, tlp=options.tlp, classification=options.classification)
    data = {"files": [str(p) for p in made.files], "addresses": made.addresses, "left_out": made.left_out}
    told = f"{made.addresses} addresses; {made.left_out} cited addresses left out by the rule in the files"
    return Answer(data, [*(f"wrote {path}" for path in made.files), told])


def verify(options: Namespace) -> Answer:
    """Check an evidence package."""
    return verdict(
        verify_package(options.package, allowed_signers=options.allowed_signers, revoked=options.revoked),
        {"package": str(options.package)},
    )


def attach(options: Namespace) -> Answer:
    """Put a signature made elsewhere into a package."""
    from workstation.evidence.signatures import attach as put

    name = put(options.package, options.file)
    lines = [f"attached as {name}; the seal is the same, the hash of the ZIP file is another"]
    return Answer({"package": str(options.package), "name": name}, lines)
