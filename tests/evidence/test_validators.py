"""What we write for other programs passes the validators of others: OASIS for STIX 2.1, the CASE community for CASE/UCO,
the MISP project for its events.

They come from a lock of their own (``requirements/validators.txt``) into ``.venv/validators``, where ``.ci/run`` puts them.
``FUNDFLOW_VALIDATORS`` names another folder. Each is shown a wrong file first: a validator that refuses nothing proves nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.evidence.evidence_sample import empty
from tests.evidence.test_interop import case, written
from workstation.evidence.bundle import Bundle

PLACE = Path(os.environ.get("FUNDFLOW_VALIDATORS", "") or Path(sys.prefix) / "validators")
_STIX = "import sys; from stix2validator.scripts.stix2_validator import main; sys.argv[0] = 'stix2_validator'; main()"
_CASE = "import sys; from case_utils.case_validate import main; sys.argv[0] = 'case_validate'; sys.exit(main())"
_MISP = """
import json, sys, jsonschema, pathlib, pymisp
file = pathlib.Path(sys.argv[1])
schema = pathlib.Path(pymisp.__file__).parent / "data" / "schema-lax.json"
jsonschema.validate(json.loads(file.read_text("utf-8")), json.loads(schema.read_text("utf-8")))
event = pymisp.MISPEvent()
event.load_file(str(file))
"""
pytestmark = pytest.mark.skipif(
    not (PLACE / "stix2validator").is_dir() or not (PLACE / "case_utils").is_dir() or not (PLACE / "pymisp").is_dir(),
    reason="the validators are not installed (requirements/validators.txt; .ci/run installs them)",
)


def refused(code: str, text: str, file: Path) -> str:
    """What a validator says against a text; empty when it accepts it. It runs apart from the program and its packages."""
    file.write_text(text, "utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, str(file)], cwd=file.parent, capture_output=True, text=True,
        env={"PYTHONPATH": str(PLACE), "PATH": "", "LC_ALL": "C.UTF-8", "HOME": str(file.parent)}, check=False,
    )  # fmt: skip
    return (done.stdout + done.stderr) if done.returncode else ""


CASES = [("plain", case()), ("hostile", case(hostile=True)), ("empty", empty())]


@pytest.mark.parametrize("bundle", [bundle for _, bundle in CASES], ids=[name for name, _ in CASES])
def test_stix_is_accepted(bundle: Bundle, tmp_path: Path) -> None:
    assert refused(_STIX, written(bundle, "stix"), tmp_path / "x.json") == ""


def test_the_stix_validator_refuses_a_wrong_file(tmp_path: Path) -> None:
    document = json.loads(written(case(), "stix"))
    one = next(each for each in document["objects"] if each["type"] == "indicator")
    one["pattern"] = "[cryptocurrency-wallet:value = "
    assert "pattern" in refused(_STIX, json.dumps(document), tmp_path / "x.json").lower()


@pytest.mark.parametrize("hostile", [False, True], ids=["plain", "hostile"])
def test_case_is_accepted(hostile: bool, tmp_path: Path) -> None:
    assert refused(_CASE, written(case(hostile=hostile), "case"), tmp_path / "case.jsonld") == ""


def test_the_case_validator_refuses_a_wrong_file(tmp_path: Path) -> None:
    wrong = written(case(), "case").replace('"@type": "xsd:hexBinary"', '"@type": "xsd:string"', 1)
    assert "hashValue" in refused(_CASE, wrong, tmp_path / "case.jsonld")


@pytest.mark.parametrize("bundle", [bundle for _, bundle in CASES], ids=[name for name, _ in CASES])
def test_misp_is_accepted(bundle: Bundle, tmp_path: Path) -> None:
    assert refused(_MISP, written(bundle, "misp"), tmp_path / "misp.json") == ""


def test_misp_refuses_an_attribute_of_no_known_type(tmp_path: Path) -> None:
    document = json.loads(written(case(), "misp"))
    document["Event"]["Attribute"][0]["type"] = "no such type"
    assert "no such type" in refused(_MISP, json.dumps(document), tmp_path / "misp.json")
