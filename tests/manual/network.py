"""Owns generated cases of any size for the gallery: a ransom that is peeled, mixed, bridged and cashed out, and a city around it.

Made from a seed alone. The first 34 addresses are the story, the rest pay each other in layers and through a few hubs.
Must not know Qt.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from workstation.app import intake
from workstation.app.romance import START, USDT, tron_address
from workstation.app.session import Session
from workstation.casefile.store import create
from workstation.domain.subjects import Subject, address
from workstation.plugin_host.discovery import Plugin

STORY = 34
_UNIT = 10**6
_DOLLAR = f"USDT:{USDT}:6"
#: Who the city knows by name: label, category, how many of a hundred addresses.
_KNOWN = (("Exchange", "exchange", 4), ("Shop", "merchant", 3), ("Mixer", "mixer", 1), ("Bridge", "bridge", 1),
          ("Market", "darknet market", 1), ("Listed", "sanctioned", 1), ("Donor", "victim", 2))  # fmt: skip


@dataclass(slots=True)
class Network:
    """What was made: addresses in order, payments, and who is known."""

    seed: int
    addresses: list[str] = field(default_factory=list)
    payments: list[tuple[int, int, str, int]] = field(default_factory=list)
    known: list[tuple[int, str, str]] = field(default_factory=list)

    def new(self, label: str = "", category: str = "") -> int:
        """Another address, known by name or not."""
        self.addresses.append(tron_address(self.seed, f"network {len(self.addresses)}"))
        if label:
            self.known.append((len(self.addresses) - 1, label, category))
        return len(self.addresses) - 1

    def pay(self, sender: int, receiver: int, units: int, asset: str = _DOLLAR) -> None:
        """Another payment, after all before it."""
        self.payments.append((sender, receiver, asset, units))


def network(nodes: int, seed: int = 7) -> Network:
    """A network of this many addresses, at least the story."""
    made = Network(seed)
    chance = random.Random(seed)
    _story(made, chance)
    _city(made, chance, nodes - STORY)
    return made


def _story(made: Network, chance: random.Random) -> None:
    victims = [made.new(f"Victim {n}", "victim") for n in range(1, 7)]
    payout = made.new("LockVault payout", "ransomware")
    for victim in victims:
        made.pay(victim, payout, chance.randrange(3_000, 19_000) * _UNIT + chance.randrange(_UNIT))
    held = sum(units for *_, units in made.payments)
    made.pay(payout, made.new(), held // 40)
    held -= held // 40
    side = (("", ""), ("Nordbit", "exchange"), ("VPS Host Ltd", "merchant"), ("KX Exchange", "exchange"), ("", ""),
            ("Agora market", "darknet market"), ("", ""))  # fmt: skip
    here = payout
    for label, category in side:
        onward = made.new()
        made.pay(here, onward, held)
        part = held * chance.randrange(4, 9) // 100
        made.pay(onward, made.new(label, category), part)
        held, here = held - part, onward
    mixer, bridge = made.new("Whirl mixer", "mixer"), made.new("Threadbridge", "bridge")
    made.pay(here, mixer, held * 3 // 5)
    for part in (held // 5, held - held * 3 // 5 - held // 5):
        made.pay(here, bridge, part)
    deposit = made.new("Meridian deposit", "exchange")
    for _ in range(4):
        out = made.new()
        made.pay(mixer, out, held * 3 // 5 // 4)
        made.pay(out, deposit, held * 3 // 5 // 4 - chance.randrange(1, 900) * _UNIT // 100)
    across = made.new()
    made.pay(bridge, across, held - held * 3 // 5)
    made.pay(across, made.new("OFAC SDN 0x7ff9", "sanctioned"), held // 5)
    last = made.new()
    made.pay(across, last, held // 10)
    made.pay(last, made.new("HopLink", "bridge"), held // 25)
    made.pay(last, deposit, held // 25)
    made.pay(made.new("Gas station", "service"), payout, 40 * _UNIT, "TRX")
    assert len(made.addresses) == STORY, len(made.addresses)


def _city(made: Network, chance: random.Random, more: int) -> None:
    """Layers that pay onward, mostly near, and hubs with very many customers."""
    if more <= 0:
        return
    people = []
    names = [(label, category) for label, category, share in _KNOWN for _ in range(share)]
    for number in range(more):
        label, category = names[chance.randrange(len(names))] if chance.random() < 0.13 else ("", "")
        people.append(made.new(f"{label} {number}" if label else "", category))
    hubs, layers = people[: max(1, more // 2_000)], 8
    side = max(1, -(-more // layers))
    for place, person in enumerate(people):
        layer, row = divmod(place, side)
        if layer == layers - 1:
            continue
        for _ in range(2):
            near = row + chance.randint(-4, 4) if chance.random() < 0.92 else chance.randrange(side)
            other = (layer + 1) * side + near % side
            if other < more:
                asset = _DOLLAR if chance.random() < 0.85 else "TRX"
                made.pay(person, people[other], int(10 ** chance.uniform(6, 12)), asset)
    for hub in hubs:
        for person in chance.sample(people, min(160, more // 3)):
            if person != hub:
                made.pay(person, hub, int(10 ** chance.uniform(6, 10)))
    paid = {receiver for _, receiver, _, _ in made.payments} | {sender for sender, *_ in made.payments}
    for person in people:
        if person not in paid:
            made.pay(chance.choice(people[:side]), person, int(10 ** chance.uniform(6, 9)))
    made.pay(STORY - 3, people[0], 900 * _UNIT)


def write(made: Network, folder: Path) -> tuple[Path, Path]:
    """The ledger and the label list as files."""
    chance, clock = random.Random(made.seed), START - 150 * 86_400
    step = max(2, 200 * 86_400 // max(1, len(made.payments)))
    lines = ["time,from,to,asset,amount,transaction,sequence,chain"]
    for number, (sender, receiver, asset, units) in enumerate(made.payments):
        clock += chance.randrange(step // 2, step * 3 // 2 + 1) if chance.random() < 0.97 else step * 6
        tx = hashlib.sha256(f"{made.seed}/{number}".encode()).hexdigest()
        amount = f"{units // _UNIT}.{units % _UNIT:06d}"
        parties = f"{made.addresses[sender]},{made.addresses[receiver]}"
        lines.append(f"{clock},{parties},{asset},{amount},{tx},{number},tron")
    ledger, labels = folder / "chain-export.csv", folder / "labels.csv"
    ledger.write_text("\n".join(lines) + "\n", "ascii")
    told = ["address,label,category,source,date"]
    told += [
        f"{made.addresses[n]},{label},{category},answer to request 17,2026-03-20" for n, label, category in made.known
    ]
    labels.write_text("\n".join(told) + "\n", "ascii")
    return ledger, labels


def build(nodes: int, path: Path, plugins: Sequence[Plugin], settings: Path) -> Session:
    """A case with the whole network on its graph, worked on as an analyst would; left open."""
    made = network(nodes)
    store = create(path, title="Operation Glasswing: LockVault ransomware", examiner="A. Officer")
    session = Session(store, plugins, settings)
    for file, reader in zip(write(made, path.parent), ("ledger.csv", "address.list"), strict=True):
        options = intake.Options(reader, received_from="Exchange A", more={"date": "2026-03-20"})
        outcome = [each.outcome for each in intake.import_files(session, [file], options)]
        if outcome != ["accepted"]:
            raise SystemExit(f"{file.name}: {outcome}")
    here = [address("tron", each) for each in made.addresses]
    _do(session, "graph.add", subjects=here)
    session.select(())
    _do(session, "graph.layout")
    _worked_on(session, here)
    return session


def _do(session: Session, name: str, /, **given: object) -> None:
    result = session.run(name, **given)
    if result.job is not None:
        session.wait(result.job)


def _worked_on(session: Session, here: Sequence[Subject]) -> None:
    """Labels, a frame, a card, a style, a finding, a run and three scenes."""
    victims, payout, deposit = here[:6], here[6], here[24]
    _do(session, "mark.role", subjects=[payout], role="subject")
    _do(session, "frame.add", subjects=victims, name="Victims")
    _do(session, "note.add", subjects=[payout], body="The ransom note names this address (exhibit 3).")
    _do(session, "card.add", text="Peels 4 to 9 % at each hop, always within an hour.", subject=here[12].key)
    _do(session, "style.line", subjects=[here[24], here[25]], colour="violet", width="wide")
    _do(session, "rule.add", sort="amount", value="40000", asset="USDT", colour="blue")
    _do(session, "finding.new", claim="The ransom was cashed out at Meridian.", subjects=[payout, deposit])
    _do(session, "trace.forward", subjects=[payout], methods="fifo")
    runs = session.store.kept_traces()
    _do(session, "trace.show", run=str(runs[-1].number))
    _do(session, "scene.save", name="What was paid", caption="Six victims pay one address.", notes="Say who they are.")
    session.select([deposit])
    _do(session, "scene.save", name="Where it went", caption="Most of it reaches one exchange.", camera="900,100,0.9")
    session.select(())
