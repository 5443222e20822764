"""A plugin that crashes three times in a row waits for a person; how every plugin stands is told with its reason."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Call, call  # noqa: F401  (the fixture)
from workstation.app import plugintrust
from workstation.app.places import approvals_file, crashes_folder, plugin_states, settings_folder, user_plugins_folder
from workstation.domain.errors import WorkstationError
from workstation.paths import resources_folder
from workstation.plugin_host import approval
from workstation.plugin_host.approval import State, manifest_of, running
from workstation.plugin_host.crashes import CRASHES, crashed, guarded, release
from workstation.plugin_host.discovery import discover

TEMPLATE = resources_folder() / "plugin_templates" / "analysis"


def _crash(code: int) -> None:
    raise WorkstationError("WS-PLG-020", "it crashed", "nothing was kept", "report it", code)


def _run(file: Path, code: int = 0) -> None:
    with guarded(file, "tree", "my-rule"):
        if code:
            _crash(code)


def test_three_crashes_in_a_row_end_it_until_a_person_lets_it_go(tmp_path: Path) -> None:
    file = tmp_path / "crashes"
    for _ in range(2):
        with pytest.raises(WorkstationError, match="WS-PLG-020"):
            _run(file, 4)
    _run(file)  # one good run, and the row begins anew
    assert crashed(file) == {}
    for _ in range(CRASHES):
        with pytest.raises(WorkstationError, match="WS-PLG-020"):
            _run(file, 4)
    with pytest.raises(WorkstationError, match="quarantined"):
        _run(file)
    release(file, "tree")
    _run(file)


@pytest.mark.parametrize("code", [2, 3, 5])
def test_a_limit_a_wrong_setting_and_cancelling_are_no_crashes(tmp_path: Path, code: int) -> None:
    for _ in range(5):
        with pytest.raises(WorkstationError, match="WS-PLG-020"):
            _run(tmp_path / "crashes", code)
    assert crashed(tmp_path / "crashes") == {}


@pytest.mark.parametrize("damage", [b"", b"[]", b"{", b"\xff" * 9000, b"-1", b"2\n2"])
def test_a_count_that_cannot_be_read_lifts_no_quarantine(tmp_path: Path, damage: bytes) -> None:
    for tree in ("tree", "other"):
        with pytest.raises(WorkstationError), guarded(tmp_path, tree, "my-rule"):
            _crash(4)
    (tmp_path / "tree").write_bytes(damage)
    with pytest.raises(WorkstationError, match="quarantined"):
        _run(tmp_path)
    assert crashed(tmp_path) == {"tree": CRASHES, "other": 1}  # and says nothing about another plugin
    release(tmp_path, "tree")
    _run(tmp_path)


@pytest.mark.parametrize("damage", ["", "[]", "{", "[" * 100_000, "\udcff", '{"x": ' + '"y' * (3 << 20) + '"}'])
def test_a_damaged_list_of_approvals_is_kept_aside_and_trusts_nobody(
    installed: Path,
    call: Call,  # noqa: F811
    damage: str,
) -> None:
    approval.approve(approvals_file(), discover([user_plugins_folder()])[0], by="D. Rossi", at="2026-01-02T03:04:05Z")
    raw = damage.encode("utf-8", "surrogateescape")
    for copy in ("approvals.json.damaged", "approvals.json.damaged-2"):
        approvals_file().write_bytes(raw)
        assert _state("my-rule").word == "needs approval"
        assert "is damaged" in _state("my-rule").reason
        assert approvals_file().read_bytes() == raw  # looking changes nothing
        assert call("plugin", "approve", "my-rule")[0] == 0
        assert _state("my-rule").word == "ready"
        assert (approvals_file().parent / copy).read_bytes() == raw
    assert installed.is_dir()


@pytest.fixture
def installed() -> Path:
    """A plugin in the folder of this user."""
    home = user_plugins_folder() / "my-rule"
    shutil.copytree(TEMPLATE, home, ignore=shutil.ignore_patterns("__pycache__"))
    return home


def _state(plugin_id: str) -> State:
    return next(each for each in plugin_states() if each.id == plugin_id)


def test_every_state_is_told_with_its_reason(installed: Path) -> None:
    bundled = _state("typologies")
    assert (bundled.word, bundled.bundled, bundled.by) == ("ready", True, "the release")
    assert _state("my-rule").word == "needs approval"
    approval.approve(approvals_file(), discover([user_plugins_folder()])[0], by="D. Rossi", at="2026-01-02T03:04:05Z")
    ready = _state("my-rule")
    assert (ready.word, ready.by, len(ready.tree)) == ("ready", "D. Rossi", 64)
    for _ in range(CRASHES):
        with pytest.raises(WorkstationError), guarded(crashes_folder(), ready.tree, "my-rule"):
            _crash(4)
    assert _state("my-rule").word == "quarantined"
    with (installed / "my_rule.py").open("a") as file:
        file.write("# one more byte\n")
    assert _state("my-rule").word == "needs approval"
    manifest = installed / "plugin.toml"
    manifest.write_text(manifest.read_text("utf-8").replace('api = "1.0"', 'api = "9.0"'), "utf-8")
    assert _state("my-rule").word == "incompatible"
    manifest.write_text("[plugin\n", "utf-8")
    assert _state("my-rule").word == "invalid"


def test_the_command_line_tells_and_changes_states(installed: Path, call: Call) -> None:  # noqa: F811
    code, told = call("plugin", "doctor", "my-rule")
    assert (code, told["plugins"][0]["word"]) == (1, "needs approval")
    assert "approve" in told["plugins"][0]["hint"]
    assert call("plugin", "approve", "my-rule", "--actor", "D. Rossi")[0] == 0
    assert call("plugin", "doctor", "my-rule")[0] == 0
    words = {each["id"]: each["word"] for each in call("plugin", "states")[1]["plugins"]}
    assert set(words.values()) == {"ready"}
    assert call("plugin", "revoke", "my-rule")[0] == 0
    assert call("plugin", "revoke", "my-rule")[1]["error"]["code"] == "WS-PLG-077"
    assert call("plugin", "release", "nobody", "--reason", "mended")[1]["error"]["code"] == "WS-PLG-074"
    assert installed.is_dir()


def test_a_quarantine_is_lifted_with_a_reason_that_stays_beside_its_crashes(
    installed: Path,
    call: Call,  # noqa: F811
) -> None:
    plugintrust.approve("my-rule", by="D. Rossi")
    tree = _state("my-rule").tree
    for _ in range(CRASHES):
        with pytest.raises(WorkstationError), guarded(crashes_folder(), tree, "my-rule"):
            _crash(4)
    with pytest.raises(WorkstationError, match="WS-PLG-093"):
        plugintrust.release("my-rule", by="D. Rossi", reason=" \n ")
    (told,) = call("plugin", "doctor", "my-rule")[1]["plugins"]
    assert [(note["kind"], note["by"], note["words"]) for note in told["notes"]] == [
        ("crash", "WS-PLG-020", "it crashed")
    ] * CRASHES
    assert call("plugin", "release", "my-rule", "--reason", "its input was mended", "--actor", "D. Rossi")[0] == 0
    assert _state("my-rule").word == "ready"
    last = plugintrust.notes(_state("my-rule"))[-1]
    assert (last.kind, last.by, last.words) == ("release", "D. Rossi", "its input was mended")
    (crashes_folder() / f"{tree}.json").write_bytes(b"{")
    assert plugintrust.notes(_state("my-rule")) == ()
    assert _state("my-rule").word == "ready"  # damaged notes neither lift nor make a quarantine
    assert installed.is_dir()


def test_only_the_bytes_that_were_shown_are_approved(installed: Path) -> None:
    shown = _state("my-rule").tree
    with (installed / "my_rule.py").open("a") as file:
        file.write("# changed while it was read\n")
    with pytest.raises(WorkstationError, match="WS-PLG-092"):
        plugintrust.approve("my-rule", by="D. Rossi", shown=shown)
    assert _state("my-rule").word == "needs approval"
    plugintrust.approve("my-rule", by="D. Rossi", shown=_state("my-rule").tree)
    assert _state("my-rule").word == "ready"


def test_a_plugin_is_removed_with_its_approval_and_none_of_the_program(
    installed: Path,
    call: Call,  # noqa: F811
) -> None:
    plugintrust.approve("my-rule", by="D. Rossi")
    assert call("plugin", "remove", "typologies")[1]["error"]["code"] == "WS-PLG-094"
    assert call("plugin", "remove", "my-rule")[0] == 0
    assert not installed.exists()
    assert "my-rule" not in approval.approvals(approvals_file())
    assert _state("typologies").word == "ready"


def test_what_changed_after_the_approval_does_not_run(installed: Path) -> None:
    approval.approve(approvals_file(), discover([user_plugins_folder()])[0], by="D. Rossi", at="2026-01-02T03:04:05Z")
    made = manifest_of(installed)
    assert made is not None
    with running(made, settings_folder()) as standing:
        assert (standing.tree, standing.development) == (_state("my-rule").tree, False)
    (installed / "my_rule.so").write_bytes(b"planted")
    assert _state("my-rule").word == "needs approval"
    with pytest.raises(WorkstationError, match="WS-PLG-079"), running(made, settings_folder()):
        pass


def test_a_plugin_with_the_id_of_a_bundled_one_never_stands_in_its_place(installed: Path, call: Call) -> None:  # noqa: F811
    manifest = installed / "plugin.toml"
    manifest.write_text(manifest.read_text("utf-8").replace('id = "my-rule"', 'id = "typologies"', 1), "utf-8")
    bundled, shadow = (each for each in plugin_states() if each.id == "typologies")
    assert (bundled.word, shadow.word, shadow.bundled) == ("ready", "invalid", False)
    assert "already that of the plugin" in shadow.reason
    code, told = call("plugin", "approve", "typologies")
    assert (code, told["error"]["code"]) == (2, "WS-PLG-075")
    assert not approvals_file().exists()


def test_a_computer_without_sandbox_is_no_fault_of_the_plugin(tmp_path: Path) -> None:
    for _ in range(5):
        with pytest.raises(WorkstationError), guarded(tmp_path / "crashes", "tree", "my-rule"):
            raise WorkstationError("WS-PLG-041", "no sandbox", "nothing was run", "allow it", 4)
    assert crashed(tmp_path / "crashes") == {}
