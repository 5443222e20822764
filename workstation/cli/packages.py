"""Owns the verbs ``export``, ``indicators``, ``verify``, ``attach`` and ``reproduce``. Must not parse arguments."""

from __future__ import annotations

from argparse import Namespace

from workstation.app import export as exporting
from workstation.app import indicators as listing
from workstation.app.places import bundled_plugins
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


def reproduce(options: Namespace) -> Answer:
    """Build the case of a package again from its sources and compare every file of class A."""
    from workstation.app.reproduce import reproduce as again

    found = again(options.package, bundled_plugins())
    data = {
        "package": str(options.package), "identical": found.identical, "same": found.same,
        "differing": [{"name": name, "what": what} for name, what in found.differing.items()],
        "not_done": found.not_done, "steps": found.steps,
    }  # fmt: skip
    lines = [f"done again: {len(found.steps)} steps", f"the same, byte for byte: {len(found.same)} files"]
    lines += [f"differs: {name}, {what}" for name, what in found.differing.items()]
    lines += [f"not done again: {what}" for what in found.not_done]
    lines.append("reproduced: every result is the same" if found.identical else "NOT REPRODUCED")
    return Answer(data, lines, 0 if found.identical else 1)
