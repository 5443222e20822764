"""Blocklists and indicators: who is listed and who never is, hostile text, equal bytes, and what other programs read."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import networkx as nx
import pytest

from tests.evidence.evidence_sample import account, empty, sample
from workstation.domain.errors import WorkstationError
from workstation.evidence.bundle import Bundle, Entity, EntityMember, FindingLink, UserTag
from workstation.evidence.interop import FORMATS
from workstation.evidence.interop.indicators import RULE, chosen, marking

MARKED = marking("amber", "RESTRICTED")


def case(*, hostile: bool = False) -> Bundle:
    """The sample, where supported finding F-001 cites four addresses: a plain one, an exchange, a victim, a strange text."""
    bundle = sample(40, hostile=hostile)
    strange = "x' OR '1'='1"
    cited = [f"address:tron:{account(n)}" for n in (2, 7, 3)] + [f"address:tron:{strange}"]
    first = replace(bundle.findings[0], links=tuple(FindingLink(key, "", ()) for key in cited))
    victim = Entity("e2", "Victim", "victim", "", (EntityMember(cited[2], "", ""),))
    return replace(bundle, findings=(first, *bundle.findings[1:]), entities=(*bundle.entities, victim))


def written(bundle: Bundle, name: str) -> str:
    """The file of one format."""
    return FORMATS[name][1](bundle, chosen(bundle), MARKED)


def test_victims_services_and_strange_texts_are_never_listed() -> None:
    found = chosen(case())
    assert {i.address: i.reasons for i in found.indicators} == {
        account(1): ("tag:scam",),
        account(2): ("finding:F-001",),
    }
    assert found.left_out == 3
    assert [i.confidence for i in found.indicators if i.address == account(2)] == ["high"]


def test_a_service_address_is_listed_only_when_it_is_tagged_itself_and_a_victim_not_even_then() -> None:
    bundle = case()
    tags = [UserTag(f"x{n}", f"address:tron:{account(n)}", "x", "fraud", "low", "", "", "fact", "", "") for n in (7, 3)]
    found = {i.address for i in chosen(replace(bundle, tags=tuple(tags))).indicators}
    assert account(7) in found
    assert account(3) not in found


@pytest.mark.parametrize("status", ["draft", "disputed", "withdrawn"])
def test_only_supported_findings_count(status: str) -> None:
    bundle = case()
    first = replace(bundle.findings[0], status=status)
    found = chosen(replace(bundle, findings=(first,), tags=()))
    assert found.indicators == ()


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_bears_the_marking_and_says_the_rule_or_the_reason(name: str) -> None:
    text = written(case(), name)
    assert "amber" in text.lower()
    assert "RESTRICTED" in text
    assert RULE in text or "finding:F-001" in text or name in ("case", "graphml", "gexf")
    assert written(case(), name) == text


@pytest.mark.parametrize("name", FORMATS)
def test_an_empty_case_gives_a_file_that_can_be_read(name: str) -> None:
    bundle = empty()
    text = FORMATS[name][1](bundle, chosen(bundle), marking("clear"))
    assert text.encode("utf-8")


def test_equal_bytes_in_other_time_zones_and_hash_seeds() -> None:
    code = (
        "import hashlib\nfrom tests.evidence.test_interop import FORMATS, case, written\n"
        "print(hashlib.sha256(''.join(written(case(), n) for n in FORMATS).encode()).hexdigest())"
    )
    root = Path(__file__).parents[2]
    made = {
        subprocess.run(
            [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True,
            env={"TZ": zone, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root), "LC_ALL": "C"},
        ).stdout
        for zone, seed in (("Asia/Almaty", "1"), ("America/New_York", "77"))
    }  # fmt: skip
    assert len(made) == 1


def test_hostile_texts_stay_text_in_every_format() -> None:
    bundle = case(hostile=True)
    for row in csv.reader(io.StringIO(written(bundle, "csv"))):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "＝"))]
    for name in ("stix", "misp", "case"):
        json.loads(written(bundle, name))
    for name in ("graphml", "gexf"):
        ElementTree.fromstring(written(bundle, name))
    assert all(line.startswith(("#", "tron T")) for line in written(bundle, "txt").splitlines())


def test_tagpack_is_read_back_as_it_was_meant() -> None:
    yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")
    for hostile in (False, True):
        pack = yaml.safe_load(written(case(hostile=hostile), "tagpack"))
        assert {"title", "creator", "tags"} <= set(pack)
        assert pack["is_public"] is False
        assert {tag["address"] for tag in pack["tags"]} == {account(1), account(2)}
        need = {"label", "source", "currency", "network", "confidence"}
        # the TagPack tool takes a date for lastmod and a text for everything else
        days = [tag.pop("lastmod") for tag in pack["tags"]]
        assert [day.isoformat() for day in days] == [case().exported[:10]] * 2
        assert all(need <= set(tag) and all(isinstance(v, str) and v for v in tag.values()) for tag in pack["tags"])


def test_networkx_reads_both_graphs_with_all_nodes_and_edges() -> None:
    bundle = case()
    sizes = len(bundle.picture.nodes), len(bundle.picture.edges)
    for text, read in (("graphml", nx.read_graphml), ("gexf", nx.read_gexf)):
        graph = read(io.BytesIO(written(bundle, text).encode()))
        assert (graph.number_of_nodes(), graph.number_of_edges()) == sizes
        assert {data["full"] for _, data in graph.nodes(data=True)} == {n.full for n in bundle.picture.nodes}


def test_stix_bears_both_dialects_and_no_object_lacks_its_marking() -> None:
    objects = json.loads(written(case(), "stix"))["objects"]
    wallets = [o for o in objects if o["type"] == "cryptocurrency-wallet"]
    assert {(o["value"], o["address"]) for o in wallets} == {(account(n), account(n)) for n in (1, 2)}
    ids = {o["id"] for o in objects}
    assert all(o.get("object_marking_refs") for o in objects if o["type"] != "marking-definition")
    assert all(ref in ids for o in objects for ref in [*o.get("object_refs", ()), *o.get("object_marking_refs", ())])


def test_case_types_addresses_twice_and_writes_amounts_as_text() -> None:
    graph = json.loads(written(case(), "case"))["@graph"]
    addresses = [n for n in graph if "fundflow:CryptocurrencyAddress" in n["@type"]]
    assert addresses
    assert all(n["@type"][0] == "uco-observable:DigitalAddress" for n in addresses)
    amounts = [n["fundflow:amount"] for n in graph if "fundflow:amount" in n]
    assert amounts
    assert all(isinstance(a, str) for a in amounts)


def test_misp_lists_addresses_for_detection_and_no_balance() -> None:
    event = json.loads(written(case(), "misp"))["Event"]
    assert event["Tag"] == [{"name": "tlp:amber"}]
    found = [a for o in event["Object"] for a in o["Attribute"]]
    assert {a["value"] for a in found if a["to_ids"]} == {account(1), account(2)}
    assert not [a for a in found if a["type"] == "float"]


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(WorkstationError, match="TLP"):
        marking("purple")
