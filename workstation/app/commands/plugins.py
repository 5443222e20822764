"""Owns the commands around analyses of plugins: run one, take its proposals over or reject them, keep a finding.

A run changes nothing; what a person decides is one undo step. Must not run plugin code itself (``plugin_host`` does).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.app import analyses, bus, plugins
from workstation.app.commands.annotate import CONFIDENCES, needed, quoted
from workstation.app.commands.arguments import bind
from workstation.app.commands.edits import Keys, add, put, rows_where, stored
from workstation.app.commands.registry import Arguments, Change, Command, Parameter, Result, bad_argument
from workstation.app.jobs import Job
from workstation.app.plugins import Item
from workstation.app.tracing.drafts import CARDS
from workstation.domain.changes import ChangeSet, Edit
from workstation.domain.subjects import Subject, parse
from workstation.sdk.api import Absent, Finding, Proposal, SuggestedEntity, SuggestedTag

if TYPE_CHECKING:
    from workstation.app.session import Session

_TAGGED = ("address", "transaction", "transfer", "entity")


def has_analyses(session: Session) -> str:
    """On when a plugin with an analysis was found."""
    return "" if plugins.known_plugins(session) else "no plugin has an analysis"


def has_answers(session: Session) -> str:
    """On when a kept run is there."""
    return "" if session.store.kept_plugin_runs() else "run an analysis first"


def _settings(text: str) -> dict[str, str]:
    given: dict[str, str] = {}
    for line in text.splitlines():
        name, sign, value = line.partition("=")
        if line.strip() and not sign:
            raise bad_argument("settings", f"{line[:60]!r} is no setting", "write one name=value in each line")
        if sign:
            given[name.strip()] = value.strip()
    return given


def _run(session: Session, arguments: Arguments) -> Result:
    analysis = analyses.named(session.plugins, arguments["analysis"])
    given = _settings(arguments["settings"])
    analyses.asked(analysis, given)  # a wrong setting is told at once, not by a failed job
    applies = analysis.entry.applies_to
    subjects = tuple(s for s in arguments["subjects"] if s.kind in applies)
    if not subjects and "case" not in applies:
        raise bad_argument("subjects", f"holds no {' or '.join(applies)}", "select what the analysis starts from")

    def work(job: Job) -> plugins.PluginRun:
        run, _outcome = plugins.run_analysis(
            session, analysis, given, subjects, seed=int(arguments["seed"]), strict=not arguments["unprotected"],
            progress=lambda done, total, note: job.progress(done, total or 0, note), cancelled=job.cancelled,
        )  # fmt: skip
        return run

    def finished(job: Job) -> None:
        if job.state == "done":
            session.bus.publish(bus.CaseChanged(session.store.revision, ("plugin_run",)))

    return Result(analysis.entry.title, job=session.jobs.submit(analysis.entry.title, work, lane="case", finished=finished))


def _items(session: Session, arguments: Arguments) -> list[Item]:
    """The answers a decision is about: one, and those of ``also``. Equal answers are decided once."""
    wanted = [(int(arguments["run"]), int(arguments["number"]))]
    for word in arguments["also"].replace(",", " ").split():
        run, _, number = word.partition(".")
        if not (run.isascii() and run.isdigit() and number.isascii() and number.isdigit()):
            raise bad_argument("also", f"{word[:40]!r} is no answer", "write run.number of each, such as 2.1, 2.4")
        wanted.append((int(run), int(number)))
    found = {item.content: item for item in reversed(plugins.some(session.store, wanted))}
    for item in found.values():
        if item.word:
            raise bad_argument("number", f"{item.key} was decided already ({item.word})", "undo that step first")
    return list(reversed(found.values()))


def _called(items: list[Item], name: str) -> str:
    """What a step of several decisions is called."""
    return f"{quoted(name)} of {items[0].source}" + (f" and {len(items) - 1:,} more" if len(items) > 1 else "")


def _verdict(session: Session, item: Item, word: str, reason: str = "", made: str = "") -> list[Edit]:
    return put(
        session, "verdict", item.key, run=str(item.run), number=item.number, word=word, reason=reason, made=made,
        author=session.actor, at=session.now(),
    )  # fmt: skip


def _subject(session: Session, key: str) -> Subject | None:
    """The subject a plugin names, when the case holds it."""
    try:
        subject = parse(key)
    except ValueError:
        return None
    if subject.kind in ("address", "transaction"):
        return subject if session.graphs.ledger.number(subject) else None
    if subject.kind == "entity":
        return subject if session.store.row("entity", subject.ref) is not None else None
    return subject if subject.kind == "transfer" else None


def _accept(session: Session, arguments: Arguments) -> Change:
    items, keys = _items(session, arguments), Keys(session)
    edits: list[Edit] = []
    labels: list[str] = []
    held: dict[str, str] = {}
    first = ""
    for item in items:
        if not isinstance(item.answer, Proposal):
            raise bad_argument("number", f"{item.key} is a finding and suggests no change", "keep it as a finding instead")
        change = item.answer.change
        if isinstance(change, SuggestedTag):
            made = _tag(session, keys, item, change, arguments["confidence"])
            labels.append(change.label)
        else:
            made = _entity(session, keys, item, change, arguments["confidence"])
            labels.append(change.name)
            for member in change.members:  # the case does not hold yet what this step makes
                if held.setdefault(member, item.key) != item.key:
                    raise bad_argument(
                        "also", f"{item.key} shares an address with {held[member]}", "accept one after the other"
                    )
        first = first or made[0].key
        edits += [*made, *_verdict(session, item, "accept", " ".join(arguments["reason"].split()), made[0].key)]
    return Change(ChangeSet(f"Accept {_called(items, labels[0])}", tuple(edits)), first)


def _tag(session: Session, keys: Keys, item: Item, change: SuggestedTag, sure: str) -> list[Edit]:
    subject = _subject(session, change.subject)
    if subject is None or subject.kind not in _TAGGED:
        raise bad_argument("number", f"is about {change.subject[:80]!r}, which the case does not hold", "reject it")
    return [
        add(
            "tag", keys.new("tag"), subject=subject.key, label=change.label, category=change.category,
            confidence=sure, source=item.source, source_date=item.at[:10], basis=item.finding.confidence,
            author=session.actor, at=session.now(),
        )
    ]  # fmt: skip


def _entity(session: Session, keys: Keys, item: Item, change: SuggestedEntity, sure: str) -> list[Edit]:
    """A new entity, or its missing members when some belong to one entity already."""
    members = [_subject(session, key) for key in dict.fromkeys(change.members)]
    if not members or any(m is None or m.kind != "address" for m in members):
        raise bad_argument("number", "names a member that is no address of the case", "reject it")
    held = {m.key: row for m in members if m for row in rows_where(session, "entity_member", subject=m.key).values()}
    there = sorted({row["entity"] for row in held.values()})
    if len(there) > 1:
        names = ", ".join(str(stored(session, "entity", key)["name"]) for key in there)
        raise bad_argument("number", f"joins addresses of several entities ({names[:200]})", "merge these first")
    edits: list[Edit] = []
    if there:
        entity = there[0]
    else:
        entity = keys.new("entity")
        edits.append(add("entity", entity, name=change.name, role="", note=f"{item.source}, run {item.run}"))
    edits += [
        add("entity_member", keys.new("member"), entity=entity, subject=m.key, rule=item.source, confidence=sure)
        for m in members
        if m and m.key not in held
    ]
    return edits


def _reject(session: Session, arguments: Arguments) -> Change:
    items, reason = _items(session, arguments), needed(arguments, "reason")
    edits = [edit for item in items for edit in _verdict(session, item, "reject", reason)]
    return Change(ChangeSet(f"Reject {_called(items, items[0].finding.title)}", tuple(edits)), items[0].key)


def _keep(session: Session, arguments: Arguments) -> Change:
    (item,) = _items(session, {**arguments, "also": ""})
    found = item.finding
    command = session.commands.get("finding.new")
    wanted = {
        "claim": plugins.marked(found.title) if item.development else found.title, "status": "draft", "confidence": arguments["confidence"], "basis": found.confidence,
        "reasons": _reasons(item, found), "disproof": found.disproof,
        "subjects": [subject.key for subject in _cited(session, found)], "note": f"{item.source}, run {item.run}",
    }  # fmt: skip
    made = command.run(session, bind(session, command, wanted))
    assert isinstance(made, Change)
    edits = (*made.change.edits, *_verdict(session, item, "keep", made=made.made))
    return Change(ChangeSet(made.change.label, edits), made.made)


def _reasons(item: Item, found: Finding) -> str:
    figures = [
        f"{name}: {value.reason if isinstance(value, Absent) else value}"
        for name, value in found.measures.items()
        if name != "method_card"
    ]
    # A report prints the cards that a finding names.
    cards = [f"{CARDS}{found.measures['method_card']}."] if "method_card" in found.measures else []
    return "\n".join([found.explanation, *figures, *cards, f"({item.source}, {item.analysis}, run {item.run})"])


def _cited(session: Session, found: Finding) -> list[Subject]:
    """The transfers it cites, then the parties it is about."""
    numbers = [int(c.of.partition(":")[2]) for c in found.citations if c.of.startswith("transfer:")]
    chains = {t.id: t.asset.chain for t in session.store.transfers(ids=numbers)} if numbers else {}
    cited = [Subject("transfer", chains[n], str(n)) for n in dict.fromkeys(numbers) if n in chains]
    parties = [subject for key in found.subjects if (subject := _subject(session, key)) is not None]
    return list(dict.fromkeys([*cited, *parties]))


def commands() -> list[Command]:
    """Run, accept, reject, keep."""
    run = Parameter("run", "integer", "number of a kept run of a plugin")
    number = Parameter("number", "integer", "place of the answer in the run, from 1")
    also = Parameter("also", "text", "further answers to decide alike, as run.number: 2.1, 2.4", default="")
    sure = Parameter("confidence", "choice", "how sure it is; only you can say that", CONFIDENCES, "moderate")
    return [
        Command(
            "plugin.run", "Run an analysis", "Analyse",
            "Let an analysis of a plugin look at a read-only copy of the case. It changes nothing; what it found is "
            "kept with the run, what it suggests waits for you.",
            _run, "",
            (
                Parameter("analysis", "text", "plugin/analysis, as the list of plugins names it"),
                Parameter("settings", "paragraph", "one name=value in each line; the rest has its default", default=""),
                Parameter("subjects", "subjects", "where it starts; left out = the selection", default="selection"),
                Parameter("seed", "integer", "for analyses that draw at random", default="0"),
                Parameter("unprotected", "flag", "also where the system has no complete sandbox", default="no"),
            ),
            has_analyses,
        ),
        Command(
            "plugin.accept", "Accept a proposal", "Analyse",
            "Take over the label or the entity that a plugin suggests. It names the plugin as its source.",
            _accept, "",
            (run, number, sure, Parameter("reason", "paragraph", "why it holds; kept with the decision", default=""), also),
            has_answers,
        ),
        Command(
            "plugin.reject", "Reject an answer", "Analyse",
            "Say why an answer of a plugin does not hold. It stays in the run, and equal ones are not asked again.",
            _reject, "", (run, number, Parameter("reason", "paragraph", "why it does not hold"), also), has_answers,
        ),
        Command(
            "plugin.keep", "Keep as finding", "Analyse",
            "Make an answer of a plugin a finding of the case, with the rows it cites.",
            _keep, "", (run, number, sure), has_answers,
        ),
    ]  # fmt: skip
