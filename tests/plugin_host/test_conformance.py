"""Every check of the kit finds what it is for, and says what to do; the template passes all of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from workstation.paths import resources_folder
from workstation.plugin_host import scaffold
from workstation.plugin_host.conformance import check, trial_cases
from workstation.sdk.checks import CHECKS, Check

TEMPLATE = resources_folder() / "plugin_templates"
LOOP = "    for payment in case.transfers():\n"


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The trial cases, made once."""
    folder = tmp_path_factory.mktemp("trials")
    trial_cases(folder)
    return folder


def _failed(found: list[Check]) -> dict[str, str]:
    return {each.name: each.detail for each in found if each.state == "failed"}


def _changed(tmp_path: Path, kind: str, file: str, change: Callable[[str], str]) -> Path:
    folder = tmp_path / "my-rule"
    shutil.copytree(TEMPLATE / kind, folder, ignore=shutil.ignore_patterns("__pycache__"))
    text = (folder / file).read_text("utf-8") if (folder / file).exists() else ""
    assert change(text) != text
    (folder / file).write_text(change(text), "utf-8")
    return folder


def _code(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new)


@pytest.mark.parametrize("kind", ["analysis", "reader"])
def test_a_new_plugin_passes_untouched(tmp_path: Path, work: Path, kind: str) -> None:
    made = scaffold.new(tmp_path, "odd-hours", kind)
    found = check(tmp_path / "odd-hours", work)
    assert not _failed(found)
    assert [each.name for each in found] == list(CHECKS)
    assert not [path for path in made if "my" in path.name]
    assert not any("my_rule" in path.read_text("utf-8") or "my-rule" in path.read_text("utf-8") for path in made)


FAULTS: dict[str, tuple[str, str, Callable[[str], str], str]] = {
    "no help": ("manifest valid and complete", "plugin.toml", _code("help =", "halp ="), "unknown key halp"),
    "bad default": ("manifest valid and complete", "plugin.toml", _code("default = 10000", "default = 0"), "default"),
    "no licence": ("licence and documentation present", "plugin.toml", _code('"MIT"', '"see website"'), "see website"),
    "code words": ("title and help in plain language", "plugin.toml", _code('"Large payments"', '"find_large(x)"'), "find_large"),
    "subprocess": ("imports only what it may", "my_rule.py", _code(LOOP, f"    import subprocess\n{LOOP}"), "subprocess"),
    "the case file": ("imports only what it may", "my_rule.py", _code(LOOP, f"    import workstation.casefile\n{LOOP}"), "casefile"),
    "not promised": ("imports only what it may", "my_rule.py", _code(LOOP, f"    import pandas\n{LOOP}"), "vendor/"),
    "no function": ("entry resolves", "my_rule.py", _code("def find", "def found"), "no function find"),
    "two arguments": ("entry resolves", "my_rule.py", _code("params: Params, run: Run)", "params: Params)"), "3 arguments"),
    "another field": ("parameters match and defaults are legal", "my_rule.py", _code("least: int", "most: int"), "no field least"),
    "another type": ("parameters match and defaults are legal", "my_rule.py", _code("least: int", "least: str"), "int in plugin.toml"),
    "not frozen": ("parameters match and defaults are legal", "my_rule.py", _code("frozen=True", "frozen=False"), "frozen"),
    "slow": ("imports quickly and without Qt", "my_rule.py", lambda t: t + "\nsum(n * n for n in range(10_000_000))\n", "ms"),
    "hash order": (
        "same seed, same bytes", "my_rule.py",
        _code("coins came in one payment", "coins {sorted(map(hash, 'abc'))} came"), "different answers",
    ),
    "numbers": (
        "order of rows does not matter", "my_rule.py", _code('f"A payment of', 'f"Payment {payment.id} of'), "another order",
    ),
    "empty": ("empty case", "my_rule.py", _code(LOOP, f"    next(case.transfers())\n{LOOP}"), "StopIteration"),
    "one": ("one row", "my_rule.py", _code(LOOP, f"    first, second, *_ = case.transfers()\n{LOOP}"), "not enough values"),
    "huge": ("odd amounts and missing times", "my_rule.py", _code(LOOP, LOOP + "        payment.time + 1\n"), "NoneType"),
    "strange": ("unknown tokens and chains", "my_rule.py", _code(LOOP, LOOP + "        10**case.asset(payment.asset).decimals\n"), "NoneType"),
    "self": ("payments to oneself and circles", "my_rule.py", _code(LOOP, LOOP + "        assert payment.sender != payment.receiver\n"), "Assertion"),
    "uncited": (
        "every finding cites evidence that exists", "my_rule.py", _code("transfers=(payment.id,)", "transfers=(payment.id, 1)"),
        "does not cite",
    ),
    "undeclared": ("undeclared reads are refused", "my_rule.py", _code(LOOP, f"    case.tags()\n{LOOP}"), "tags"),
    "behind the view": (
        "undeclared reads are refused", "my_rule.py", _code("case.transfers()", 'case._asked("1", ()) if not setattr(case, "_reads", ("transfers",)) else ()'),
        "without asking",
    ),
    "flood": ("finishes the reference case within limits", "my_rule.py", _code("coins >= params.least", "coins >= 0"), "10,000 answers"),
    "writer": (
        "writes nothing outside run.artifact", "my_rule.py", _code(LOOP, f'    if params.least < 0:\n        open("x", "w").close()\n{LOOP}'),
        "writes a file",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", list(FAULTS))
def test_each_fault_is_found_by_its_check(tmp_path: Path, work: Path, fault: str) -> None:
    """The check fails, tells what it saw, and what to do."""
    name, file, change, told = FAULTS[fault]
    found = {each.name: each for each in check(_changed(tmp_path, "analysis", file, change), work)}
    assert found[name].state == "failed", [each for each in found.values() if each.state == "failed"]
    assert told in found[name].detail
    assert found[name].todo


READER_FAULTS: dict[str, tuple[str, Callable[[str], str], str]] = {
    "crash": ("damaged files have a clean outcome", _code("row.problem or len(row.cells) != len(COLUMNS)", "False"), "crash"),
    "outside": ("every record stands in the file", _code("row.offset, row.length)", "row.offset, row.length + 9999)"), "outside"),
    "no streams": ("entry resolves", _code("STREAMS =", "PLACES ="), "STREAMS"),
    "nothing read": ("one row", _code("if row.cells == COLUMNS:", "if row.number:"), "samples"),
    "chance": ("same seed, same bytes", _code("symbol=\"ETH\"", "symbol=str(hash('x'))"), "second time"),
}  # fmt: skip


@pytest.mark.parametrize("fault", list(READER_FAULTS))
def test_each_fault_of_a_reader_is_found(tmp_path: Path, work: Path, fault: str) -> None:
    name, change, told = READER_FAULTS[fault]
    found = {each.name: each for each in check(_changed(tmp_path, "reader", "my_rule.py", change), work)}
    assert found[name].state == "failed", [each for each in found.values() if each.state == "failed"]
    assert told in found[name].detail


def test_a_reader_needs_no_trial_cases(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    assert not _failed(check(TEMPLATE / "reader", work))
    assert not list(work.iterdir())


def test_the_template_of_a_plugin_with_its_own_second_module_and_vendor_works(tmp_path: Path, work: Path) -> None:
    """Own modules and ``vendor/`` can be imported, and a file of a plugin never stands in for one of Python."""
    folder = _changed(
        tmp_path,
        "analysis",
        "my_rule.py",
        lambda t: t.replace("@dataclass", "import words\nimport borrowed\n\n\n@dataclass", 1).replace(
            '"large-payment"', "words.KIND + borrowed.KIND"
        ),
    )
    (folder / "words.py").write_text('"""Words."""\n\nimport json\n\nKIND = json.dumps("large")\n', "utf-8")
    (folder / "json.py").write_text("raise RuntimeError\n", "utf-8")
    (folder / "vendor").mkdir()
    (folder / "vendor" / "borrowed.py").write_text('KIND = "-payment"\n', "utf-8")
    found = _failed(check(folder, work))
    assert not found
