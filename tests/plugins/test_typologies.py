"""The bundled patterns, run as any plugin: they cite what they say, tell an innocent reading, and leave services out."""

from __future__ import annotations

from pathlib import Path

import pytest

from workstation.analysis.typologies.together import profile
from workstation.app import analyses, plugins
from workstation.app.demo import ROMANCE, build
from workstation.app.places import bundled_plugins
from workstation.app.tracing.drafts import cards_named
from workstation.domain.errors import WorkstationError
from workstation.paths import resources_folder
from workstation.plugin_host.analyses import Outcome
from workstation.plugin_host.discovery import discover
from workstation.sdk.api import Finding


@pytest.fixture(scope="module")
def outcome_of(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    """Runs an analysis on the demo case of the romance scam."""
    folder = tmp_path_factory.mktemp("case")
    with build(ROMANCE, folder / "romance.wcase", bundled_plugins(), folder) as session:

        def run(name: str, folder: Path | None = None, **given: str) -> Outcome:
            plugins = bundled_plugins() if folder is None else discover([folder])
            return analyses.run(session.store, analyses.named(plugins, name), given)

        yield run


def test_every_pattern_is_offered_with_words(outcome_of) -> None:  # type: ignore[no-untyped-def]
    """All detectors; what depends on law has no default."""
    found = [each for each in analyses.known(bundled_plugins()) if each.manifest.id == "typologies"]
    assert len(found) >= 12
    assert all(each.entry.title and each.entry.help for each in found)
    with pytest.raises(WorkstationError, match="Threshold must be stated"):
        outcome_of("typologies/structuring-in", asset="tron:USDT")


def test_a_finding_cites_its_transfers_and_speaks_for_the_other_side(outcome_of) -> None:  # type: ignore[no-untyped-def]
    """On the demo case several pay one collector; the finding cites each payment."""
    outcome = outcome_of("typologies/fan-in", k="2", window="31536000")
    assert outcome.answers
    assert not outcome.refused
    for finding in outcome.answers:
        assert isinstance(finding, Finding)
        assert {c.of for c in finding.citations} == {f"transfer:{number}" for number in finding.transfers}
        assert finding.confidence == "heuristic"
        assert "It may be innocent" in finding.explanation
        assert finding.disproof
    again = outcome_of("typologies/fan-in", k="2", window="31536000")
    assert again.digest == outcome.digest


def test_a_chain_through_a_service_is_told_and_left_out(outcome_of) -> None:  # type: ignore[no-untyped-def]
    """What leaves a service is other money than what came: such a chain says nothing, and the run says so."""
    outcome = outcome_of("typologies/relay", length="2", share="1/2", window="2592000")
    assert not outcome.answers
    assert any("tagged service" in note for note in outcome.notes)


def test_the_plugin_of_the_manual_works_as_it_is_written(tmp_path: Path, outcome_of) -> None:  # type: ignore[no-untyped-def]
    """The two files of help page 13, copied out of it, run on the demo case."""
    page = (resources_folder() / "help" / "13-plugins.md").read_text("utf-8")
    manifest, code = (page.split(f"```{kind}\n")[1].split("```")[0] for kind in ("toml", "python"))
    folder = tmp_path / "round"
    folder.mkdir()
    (folder / "plugin.toml").write_text(manifest, "utf-8")
    (folder / "rounds.py").write_text(code, "utf-8")
    outcome = outcome_of("round/find", folder=tmp_path)
    assert outcome.answers
    assert not outcome.refused


def test_a_kept_pattern_carries_its_error_rate_into_the_finding(tmp_path: Path) -> None:
    """What is kept as a finding says how often the rule is right, so that report and package print it."""
    with build(ROMANCE, tmp_path / "romance.wcase", bundled_plugins(), tmp_path) as session:
        fans = analyses.named(bundled_plugins(), "typologies/fan-in")
        made, _outcome = plugins.run_analysis(session, fans, {"k": "2", "window": "31536000"})
        session.run("plugin.keep", run=str(made.number), number="1", confidence="moderate")
        (reasons,) = [
            row["reasons"] for row in session.store.rows("finding").values() if row["claim"] == "Many pay one"
        ]
    assert "Measured on made sets, not on real cases" in reasons
    assert "precision" in reasons
    assert cards_named(reasons) == ["fans"]
    assert "The settings of this run differ from the measured ones." in reasons
    assert "no tagged service" in reasons


def test_the_defaults_are_the_settings_that_were_measured() -> None:
    """Only so the published error rates are those of a run with defaults."""
    found = {
        each.entry.id: each.entry for each in analyses.known(bundled_plugins()) if each.manifest.id == "typologies"
    }
    names = {
        "peel": "peel_chain", "random-walk": "random", "round-trip": "cycle", "cycle": "", "structuring-out": "structuring",
        "structuring-in": "structuring",
    }  # fmt: skip
    checked = 0
    for name, entry in found.items():
        pattern = names.get(name, name.replace("-", "_"))
        asked = profile(1, 1).get(pattern)
        if asked is None:
            continue
        parameters = asked[0][1]
        for setting in entry.settings:
            if setting.default is not None and hasattr(parameters, setting.name):
                assert setting.default == getattr(parameters, setting.name), (name, setting.name)
                checked += 1
    assert checked >= 25
