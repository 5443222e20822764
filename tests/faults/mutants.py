"""Runs mutants of the samples through detection and every check, and prints what came out, reader by reader.

    python -m tests.faults.mutants --count 100000 --jobs 4 [--seed 0] [--only TEXT] [--show N]

A mutant is named by its sample and its number; the same seed gives the same mutants everywhere. The exit code is 1
when a reader raised something, took too long, gave a record that the host would refuse, or changed a value in silence.
"""

from __future__ import annotations

import argparse
import multiprocessing
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import FrameType

from tests.faults import checks, mutators, reading, samples
from tests.faults.reading import ANSWERS, Readers
from tests.faults.samples import Sample
from workstation.domain.records import BadRow

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
#: Seconds one mutant may take, on a busy machine; the usual one takes a hundredth of a second.
LIMIT = 10.0
_PIECE = 100
COLUMNS = ("mutants", "refused", "read", "rows", "quarantined", "compared", "crashed", "slow", "invalid", "changed")
FAULTS = ("crashed", "slow", "invalid", "changed")


class TooSlow(BaseException):
    """The alarm: no reader can catch it by accident."""


@dataclass
class Tally:
    """Figures of readers, and a description of each fault."""

    figures: dict[str, Counter[str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Take in the figures of another run."""
        for reader, counts in other.figures.items():
            self.figures.setdefault(reader, Counter()).update(counts)
        self.faults += other.faults


@lru_cache(maxsize=1)
def _prepared(data: Path) -> tuple[Readers, list[Sample], dict[str, checks.Original]]:
    """Readers, samples and what the undamaged samples give; made once in each process."""
    readers = reading.bundled()
    found = samples.collect(readers, data)
    known = {}
    for sample in found:
        made = reading.read(readers, sample.reader, sample.raw, sample.name, sample.parameters)
        signed = sample.reader in readers.layouts and readers.layouts[sample.reader].sign != "none"
        known[sample.title] = checks.original(sample.raw, sample.reader, made, sample.name, sample.parameters, signed)
    return readers, found, checks.with_signs(known)


@contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """End what runs too long with :class:`TooSlow`, where the system can."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def ring(number: int, frame: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def key_of(seed: int, sample: Sample, number: int) -> str:
    """The name of a mutant, which is all that decides its bytes."""
    return f"{seed}/{sample.title}/{number}"


def try_one(readers: Readers, sample: Sample, known: checks.Original, key: str) -> tuple[Counter[str], list[str]]:
    """Detect, read and check one mutant: its figures and its faults."""
    kind, raw = mutators.mutant(sample.raw, key)
    figures: Counter[str] = Counter(mutants=1)
    faults: list[str] = []

    def fault(what: str, text: str) -> None:
        figures[what] += 1
        faults.append(f"{what} {sample.reader} [{kind}] {key}: {text}")

    try:
        with alarm(LIMIT):
            others = [r for r, sniff in reading.detect(readers, raw, sample.name)[:1] if not sniff.refusal]
            for reader in dict.fromkeys([sample.reader, *others]):
                answers = sample.parameters if reader == sample.reader else dict(ANSWERS)
                made = reading.read(readers, reader, raw, sample.name, answers)
                if reader != sample.reader:
                    continue
                figures["read" if made.records else "refused"] += 1
                figures["quarantined"] += sum(isinstance(r, BadRow) for r in made.records)
                figures["rows"] += sum(not isinstance(r, BadRow) for r in made.records)
                if sample.text:
                    figures["compared"] += checks.comparable(known, raw, made)
                    for problem in checks.problems(known, raw, made):
                        fault("changed", problem)
                        break
    except TooSlow:
        fault("slow", f"more than {LIMIT:.0f} s")
    except reading.ProtocolError as problem:
        fault("invalid", str(problem)[:200])
    except Exception as problem:  # noqa: BLE001  (whatever a reader raises is the finding)
        where = traceback.extract_tb(problem.__traceback__)[-1]
        text = f"{type(problem).__name__}: {str(problem)[:100]} ({Path(where.filename).name}:{where.lineno})"
        fault("crashed", text)
    return figures, faults


def run_piece(job: tuple[Path, int, str, int, int]) -> Tally:
    """Try a range of mutants; each sample gets every n-th one."""
    data, seed, only, first, last = job
    readers, found, known = _prepared(data)
    chosen = [sample for sample in found if only in sample.title or only == sample.reader]
    tally = Tally()
    for number in range(first, last):
        sample = chosen[number % len(chosen)]
        figures, faults = try_one(readers, sample, known[sample.title], key_of(seed, sample, number))
        tally.figures.setdefault(sample.reader, Counter()).update(figures)
        tally.faults += faults
    return tally


def run(count: int, seed: int, jobs: int, only: str, data: Path, told: Callable[[int], None]) -> Tally:
    """Try so many mutants in so many processes, in pieces of a fixed order."""
    pieces = [(data, seed, only, first, min(first + _PIECE, count)) for first in range(0, count, _PIECE)]
    tally = Tally()
    if jobs == 1:
        for done, piece in enumerate(pieces, 1):
            tally.add(run_piece(piece))
            told(done * _PIECE)
        return tally
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        for done, made in enumerate(pool.imap(run_piece, pieces), 1):
            tally.add(made)
            told(done * _PIECE)
    return tally


def table(tally: Tally) -> str:
    """The figures as a table, one line for each reader and one for all."""
    whole: Counter[str] = Counter()
    rows = [("reader", *COLUMNS)]
    for reader, counts in sorted(tally.figures.items()):
        whole.update(counts)
        rows.append((reader, *(str(counts[name]) for name in COLUMNS)))
    rows.append(("all", *(str(whole[name]) for name in COLUMNS)))
    return "\n".join(f"{row[0]:32}" + "".join(f"{cell:>12}" for cell in row[1:]) for row in rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run mutants from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.mutants", description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=10_000, help="mutants in all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--only", default="", help="samples whose title contains this, or of this reader")
    parser.add_argument("--show", type=int, default=40, help="most faults that are told")
    chosen = parser.parse_args(arguments)
    began = time.monotonic()

    def told(done: int) -> None:
        if done % 5000 < _PIECE:
            sys.stderr.write(f"{min(done, chosen.count)} of {chosen.count}, {time.monotonic() - began:.0f} s\n")

    tally = run(chosen.count, chosen.seed, chosen.jobs, chosen.only, DATA, told)
    lines = [table(tally), f"seed {chosen.seed}, {chosen.jobs} processes, {time.monotonic() - began:.0f} s"]
    lines += [f"  {text}" for text in tally.faults[: chosen.show]]
    if len(tally.faults) > chosen.show:
        lines.append(f"  and {len(tally.faults) - chosen.show} more")
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if tally.faults else 0


if __name__ == "__main__":
    sys.exit(main())
