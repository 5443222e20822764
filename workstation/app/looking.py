"""Owns finding out what a file is before anything is kept: its reader, open questions, the members of a container.

Containers are unpacked into a private temporary folder, nested ones too, under one budget of bytes and files.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from workstation.app.importing import File, Looked, Options
from workstation.domain.errors import WorkstationError
from workstation.plugin_host import containers, layouts, magic, readers
from workstation.plugin_host.discovery import Plugin
from workstation.plugin_host.process import cancelled_error
from workstation.plugin_host.readers import Detection, ReaderInfo

#: The reader that takes a mapping profile.
MAPPED = "table.mapped"
_UNCHANGED = "nothing was imported"
_ASKED = {
    "zone": ("in which time zone are the times of this file", "--zone Europe/Rome (or --zone UTC, --zone +05:00)"),
    "subject": ("whose account or address is this file about", "--subject ADDRESS"),
    "chain": ("which chain is this file about", "--chain ethereum"),
    "decimal": ("is the comma in numbers like 1,234 a decimal sign or between thousands", "--set decimal=, or ."),
    "direction": ("does this file list what came in or what went out", "--set direction=in or --set direction=out"),
}
Cancelled = Callable[[], bool] | None


@dataclass(slots=True)
class _Budget:
    """What all containers in one file may still give."""

    bytes: int
    members: int


def look(plugins: Sequence[Plugin], file: File, options: Options, folder: Path, cancelled: Cancelled) -> Looked:
    """What a file is. What is wrong with a file is in the answer; only cancelling is raised.

    Args:
        folder: private folder for the members of containers; they are needed until the file is read.
    """
    known = {info.id: info for info in readers.list_readers(plugins)}
    if options.reader and options.reader not in known:
        names = ", ".join(known)
        return Looked(file, problem=WorkstationError(
            "WS-RDR-011", f"there is no reader {options.reader!r}", _UNCHANGED, f"choose one of: {names}"
        ))  # fmt: skip
    budget = _Budget(options.limits.bytes, options.limits.members)
    return _Looking(plugins, known, options, folder, cancelled, budget).one(file, 0)


@dataclass(slots=True)
class _Looking:
    plugins: Sequence[Plugin]
    known: dict[str, ReaderInfo]
    options: Options
    folder: Path
    cancelled: Cancelled
    budget: _Budget
    folders: int = 0

    def one(self, file: File, depth: int) -> Looked:
        """Look at one file; ``depth`` counts the archives around it."""
        if self.cancelled is not None and self.cancelled():
            raise cancelled_error()
        try:
            with_signs = not self.options.reader
            head = magic.refuse(file.path, self.options.limits.bytes, signs=with_signs)
            if containers.kind(head, file.name):
                return self._container(file, depth)
            return self._plain(file, head)
        except WorkstationError as problem:
            if problem.exit_code == 5:
                raise
            return Looked(file, problem=problem)

    def _container(self, file: File, depth: int) -> Looked:
        limits = replace(self.options.limits, bytes=self.budget.bytes, members=max(self.budget.members, 0))
        self.folders += 1
        inside = self.folder / f"{self.folders:04d}"
        inside.mkdir(mode=0o700)
        with file.path.open("rb") as opened:
            kind = containers.kind(opened.read(1 << 16), file.name)
        if kind not in containers.WORKBOOKS and depth >= limits.nesting:
            raise WorkstationError(
                "WS-RDR-133", f"archives stand in archives more than {limits.nesting} deep", _UNCHANGED,
                "unpack the outer archives first and look at what is inside", 3,
            )  # fmt: skip
        taken = containers.unpack(file.path, inside, limits=limits, cancelled=self.cancelled, name=file.name)
        self.budget.members -= len(taken.members)
        self.budget.bytes -= sum(member.path.stat().st_size for member in taken.members)
        sheets = taken.kind in containers.WORKBOOKS
        deeper = depth if sheets else depth + 1
        members = tuple(
            self.one(
                File(
                    member.path,
                    PurePosixPath(member.name.replace("\\", "/")).name or member.name,
                    member.name,
                    f"{file.shown} › {member.name}",
                    member.name.removesuffix(".csv") if sheets else None,
                    member.remarks,
                    file.prefix,
                ),
                deeper,
            )
            for member in taken.members
        )
        return Looked(file, kind=taken.kind, members=members, remarks=taken.remarks, skipped=taken.skipped)

    def _plain(self, file: File, head: bytes) -> Looked:
        if self.options.profile:
            found = layouts.profile(self.options.profile, file.sheet)
            if found is not None:
                return self._mapped(file, found)
        wanted = self.options.reader
        try:
            detected = readers.detect(
                file.path, self.plugins, limits=self.options.limits, name=file.name, cancelled=self.cancelled
            )
        except WorkstationError as problem:
            if not wanted or problem.exit_code == 5:
                raise
            detected = []
        if wanted:
            best = next((d for d in detected if d.reader == wanted), None)
            self._ask(self.known[wanted], best.questions if best is not None else ())
            layout = readers.layout_text(self.plugins, wanted)
            return Looked(file, self.known[wanted], "the user chose this reader", layout)
        best = next((d for d in detected if d.automatic), None)
        if best is None:
            raise _offer(detected) if detected else magic.unknown(head)
        self._ask(self.known[best.reader], best.questions)
        return Looked(file, self.known[best.reader], best.why, readers.layout_text(self.plugins, best.reader))

    def _mapped(self, file: File, text: str) -> Looked:
        if MAPPED not in self.known:
            raise WorkstationError("WS-RDR-011", "there is no reader for mapping profiles", _UNCHANGED, "install it")
        self._ask(
            self.known[MAPPED],
            readers.questions(file.path, text, self.plugins, name=file.name, cancelled=self.cancelled),
        )
        return Looked(file, self.known[MAPPED], "the mapping profile of the user", text)

    def _ask(self, info: ReaderInfo, questions: Sequence[str]) -> None:
        """Refuse a file that leaves open what nobody may assume and the user has not answered."""
        given = self.options.parameters()
        asked = [name for name in questions if name not in given]
        if not asked:
            return
        words, answers = [], []
        for name in asked:
            question, answer = _ASKED.get(name, (f"what is the {name} of this file", f"--set {name}=VALUE"))
            choices = next((p.choices for p in info.parameters if p.name == name and p.choices), ())
            words.append(question)
            answers.append(f"--set {name}={' or '.join(choices)}" if choices else answer)
        what = f"the file ({info.title}) leaves a question open: {'; '.join(words)}?"
        raise WorkstationError("WS-IMP-040", what, _UNCHANGED, f"answer with {' and '.join(answers)}")


def _offer(detected: Sequence[Detection]) -> WorkstationError:
    """What to say when layouts fit only in part."""
    near = "; ".join(f"{d.title}: {d.why}" for d in detected[:3])
    names = " or ".join(f"--reader {d.reader}" for d in detected[:3])
    return WorkstationError(
        "WS-IMP-042", f"no reader fits this table wholly; near are {near}", _UNCHANGED,
        f"choose with {names}, or make a mapping profile for it",
    )  # fmt: skip
