"""A packed plugin is the same bytes everywhere, a damaged one is refused, and nothing runs before exact bytes are approved."""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
from pathlib import Path

import pytest

from workstation.app.places import approvals_file, bundled_plugins, user_plugins_folder
from workstation.domain.errors import WorkstationError
from workstation.paths import resources_folder
from workstation.plugin_host import approval, packing
from workstation.plugin_host.discovery import Plugin, discover
from workstation.plugin_host.trees import tree_hash

TEMPLATE = resources_folder() / "plugin_templates" / "analysis"


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    """The template, in a folder of its own."""
    folder = tmp_path / "my-rule"
    shutil.copytree(TEMPLATE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def _installed(plugin_id: str = "my-rule") -> Plugin:
    return next(each for each in bundled_plugins() if each.folder.name == plugin_id)


def test_the_same_folder_is_the_same_file(plugin: Path, tmp_path: Path) -> None:
    """Whatever the times and the order of the files, and without what an editor or Python leaves behind."""
    packing.pack(plugin, tmp_path / "a.wsplugin")
    copy = tmp_path / "elsewhere" / "my-rule"
    for path in sorted(plugin.rglob("*"), reverse=True):
        target = copy / path.relative_to(plugin)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        os.utime(target, (5, 5))
    (copy / "__pycache__").mkdir()
    (copy / "__pycache__" / "x.pyc").write_bytes(b"x")
    (copy / ".swp").write_bytes(b"x")
    packing.pack(copy, tmp_path / "b.wsplugin")
    assert (tmp_path / "a.wsplugin").read_bytes() == (tmp_path / "b.wsplugin").read_bytes()


def test_what_is_installed_is_what_was_packed(plugin: Path, tmp_path: Path) -> None:
    packing.pack(plugin, tmp_path / "a.wsplugin")
    made = packing.install(tmp_path / "a.wsplugin", tmp_path / "home")
    assert made.folder == tmp_path / "home" / "my-rule"
    assert tree_hash(made.folder) == tree_hash(plugin)
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["my-rule"]


def _zip(path: Path, files: dict[str, bytes], sums: bool = True) -> Path:
    lines = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items())
    with zipfile.ZipFile(path, "w") as made:
        for name, data in ({"SHA256SUMS": lines.encode()} if sums else {}).items() | files.items():
            made.writestr(name, data)
    return path


@pytest.mark.parametrize("name", [
    "../out.py", "/out.py", "a/../../out.py", "a\\..\\out.py", "c:out.py", ".hidden", "a/.hidden", "CON.py", "aux",
    "dot.", "blank ", "MY_RULE.py", "x.pyc", "__pycache__/my_rule.cpython-311.pyc", "lib.so", "a\tb.py",
])  # fmt: skip
def test_a_name_that_leads_out_is_refused(plugin: Path, tmp_path: Path, name: str) -> None:
    files = {path.name: path.read_bytes() for path in plugin.iterdir()}
    with pytest.raises(WorkstationError, match="not allowed"):
        packing.install(_zip(tmp_path / "bad.wsplugin", {**files, name: b"x"}), tmp_path / "home")
    assert not list((tmp_path / "home").iterdir())
    assert not list(tmp_path.rglob("out.py"))


def test_a_changed_byte_a_foreign_file_and_no_zip_are_refused(plugin: Path, tmp_path: Path) -> None:
    packing.pack(plugin, tmp_path / "good.wsplugin")
    packing.install(tmp_path / "good.wsplugin", tmp_path / "home")
    before = tree_hash(tmp_path / "home" / "my-rule")
    raw = (tmp_path / "good.wsplugin").read_bytes()
    (tmp_path / "changed").write_bytes(raw.replace(b"Look at every payment", b"Look at every pay-day"))
    (tmp_path / "cut").write_bytes(raw[:-100])
    (tmp_path / "text").write_bytes(b"not a zip")
    files = {path.name: path.read_bytes() for path in plugin.iterdir()}
    _zip(tmp_path / "sumless", files, sums=False)
    for name in ("changed", "cut", "text", "sumless", "missing"):
        with pytest.raises(WorkstationError, match="no usable packed plugin"):
            packing.install(tmp_path / name, tmp_path / "home")
    assert tree_hash(tmp_path / "home" / "my-rule") == before


def test_packing_never_writes_over_a_file_and_refuses_links(plugin: Path, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("mine", "utf-8")
    with pytest.raises(WorkstationError, match="is there already"):
        packing.pack(plugin, tmp_path / "there")
    assert (tmp_path / "there").read_text("utf-8") == "mine"
    (plugin / "link.py").symlink_to(tmp_path / "there")
    with pytest.raises(WorkstationError, match="is a link"):
        packing.pack(plugin, tmp_path / "out.wsplugin")
    assert not (tmp_path / "out.wsplugin").exists()


def test_approval_holds_for_exact_bytes(plugin: Path, tmp_path: Path) -> None:
    """Installed: known and unusable. Approved: usable. One byte changed: unusable again."""
    packing.pack(plugin, tmp_path / "a.wsplugin")
    made = packing.install(tmp_path / "a.wsplugin", user_plugins_folder())
    waiting = _installed()
    assert waiting.manifest is None
    assert approval.NEEDED in waiting.problem
    [found] = discover([user_plugins_folder()])
    tree = approval.approve(approvals_file(), found, by="A. Officer", at="2026-03-20T10:00:00Z")
    assert tree == tree_hash(plugin)
    assert _installed().manifest is not None
    (made.folder / "my_rule.py").write_text((made.folder / "my_rule.py").read_text("utf-8") + "\n", "utf-8")
    assert approval.NEEDED in _installed().problem
    (made.folder / "plugin.toml").write_text("broken", "utf-8")
    with pytest.raises(WorkstationError, match="nothing was approved"):
        approval.approve(approvals_file(), discover([user_plugins_folder()])[0], by="", at="")


def test_a_damaged_list_of_approvals_approves_nothing(plugin: Path, tmp_path: Path) -> None:
    packing.pack(plugin, tmp_path / "a.wsplugin")
    packing.install(tmp_path / "a.wsplugin", user_plugins_folder())
    for text in ("", "[]", '{"my-rule": 5}', '{"my-rule": {"tree": ""}}'):
        approvals_file().write_text(text, "utf-8")
        assert _installed().manifest is None


def test_an_archive_that_would_fill_memory_or_disk_is_refused(plugin: Path, tmp_path: Path) -> None:
    """A bomb that says its size, one that lies about it, one with too many names, and a directory without end."""
    files = {path.name: path.read_bytes() for path in plugin.iterdir()}
    with zipfile.ZipFile(tmp_path / "bomb", "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("zeros.py", bytes(packing.BYTES + 1))
    with zipfile.ZipFile(tmp_path / "lies", "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("zeros.py", bytes(1 << 20))
    raw = (tmp_path / "lies").read_bytes()
    (tmp_path / "lies").write_bytes(raw.replace((1 << 20).to_bytes(4, "little"), (100).to_bytes(4, "little")))
    _zip(tmp_path / "many", {**files, **{f"f{n}.py": b"" for n in range(packing.FILES)}})
    end = raw.rfind(b"PK\x05\x06")
    (tmp_path / "endless").write_bytes(raw[: end + 12] + (1 << 30).to_bytes(4, "little") + raw[end + 16 :])
    for name in ("bomb", "lies", "many", "endless"):
        with pytest.raises(WorkstationError, match="no usable packed plugin"):
            packing.install(tmp_path / name, tmp_path / "home")
    assert not list((tmp_path / "home").iterdir())


def test_a_link_and_a_folder_in_an_archive_never_reach_the_disk(plugin: Path, tmp_path: Path) -> None:
    """A link inside a ZIP would be written as a file at most; a member that is a folder is refused."""
    secret = tmp_path / "secret"
    secret.write_text("of another case", "utf-8")
    files = {path.name: path.read_bytes() for path in plugin.iterdir()}
    packed = _zip(tmp_path / "link.wsplugin", {**files, "link.py": str(secret).encode()})
    made = packing.install(packed, tmp_path / "home")
    assert not [path for path in made.folder.rglob("*") if path.is_symlink()]
    assert (made.folder / "link.py").read_bytes() == str(secret).encode()
    with zipfile.ZipFile(tmp_path / "folder.wsplugin", "w") as archive:
        archive.writestr("a/", b"")
    with pytest.raises(WorkstationError, match="not allowed"):
        packing.install(tmp_path / "folder.wsplugin", tmp_path / "home")
