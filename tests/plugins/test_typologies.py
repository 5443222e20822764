"""The bundled patterns, run as any plugin: they cite what they say, tell an innocent reading, and leave services out."""

from __future__ import annotations

from pathlib import Path

import pytest

from workstation.app import analyses
from workstation.app.demo import ROMANCE, build
from workstation.app.places import bundled_plugins
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
    """Twelve analyses; what depends on law has no default."""
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
