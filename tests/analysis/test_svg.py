"""The drawing as SVG: well-formed and plain text, whatever the labels say."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from tests.analysis.pictures import grid, small
from workstation.analysis.picture import Picture
from workstation.analysis.svg import picture_svg, theme_colours
from workstation.domain.visible import visible

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = ("<script>alert(1)</script>", '"><image href="http://x/"/>', "a\x00b\x1f\ud800", "]]>&amp;<!--", "‮evil")


@pytest.mark.parametrize("label", HOSTILE)
def test_hostile_labels_stay_text(label: str) -> None:
    root = ElementTree.fromstring(picture_svg(small(label), title=label).encode())
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "title", "rect", "path", "polygon", "circle", "text", "g"}
    assert not [name for element in root.iter() for name in element.attrib if "href" in name or name.startswith("on")]
    assert visible(label) in [element.text for element in root.iter(f"{SVG}text")]


def test_the_same_picture_gives_the_same_bytes() -> None:
    assert picture_svg(small()) == picture_svg(small())


def test_title_scope_legend_and_amounts_are_there() -> None:
    texts = [e.text for e in ElementTree.fromstring(picture_svg(small(), title="The peel")).iter(f"{SVG}text")]
    for text in ("The peel", "9 of 200 addresses shown", "Obfuscation", "3.25 BTC", "+143"):
        assert text in texts


def test_an_empty_and_a_large_picture_are_well_formed() -> None:
    assert ElementTree.fromstring(picture_svg(Picture())).tag == f"{SVG}svg"
    root = ElementTree.fromstring(picture_svg(grid(800), theme_colours("dark")))
    assert len(list(root.iter(f"{SVG}path"))) == 1600
