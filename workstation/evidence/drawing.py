"""Owns turning one SVG drawing into a page of its size (PDF) or into pixels (PNG); the same drawing gives the same bytes.

The typesetter draws both, with the fonts of the program only, so no window system is needed and no font of the computer
gets into a picture. Must not know what is drawn.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Literal

from workstation.domain.errors import WorkstationError
from workstation.evidence.typesetting import NotSet, typeset

#: Pixels that one picture may have; more would not fit into the memory of a small computer.
_MOST_PIXELS = 120_000_000
_PAGE = '#set page(width: {wide}pt, height: {tall}pt, margin: 0pt)\n#image("drawing.svg", width: 100%, height: 100%)\n'


def drawing(svg: str, form: Literal["pdf", "png"], *, moment: int, resources: Path, dpi: int = 96) -> bytes:
    """The drawing as a PDF page or as a PNG.

    Args:
        moment: seconds UTC that stand in the file as its time; a clock never does.
        dpi: dots per inch of a PNG; 96 is one dot for each unit of the drawing.

    Raises:
        WorkstationError: WS-EXP-004 the picture would be too large, WS-EXP-003 it could not be set.
    """
    wide, tall = _size(svg)
    if form == "png" and wide * tall * (dpi / 96) ** 2 > _MOST_PIXELS:
        raise WorkstationError(
            "WS-EXP-004",
            f"the picture would have {round(wide * dpi / 96):,} x {round(tall * dpi / 96):,} dots",
            "nothing was written",
            "choose fewer dots per inch, or PDF or SVG, which have none",
        )
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "drawing.svg").write_text(svg, encoding="utf-8", newline="\n")
        page = _PAGE.format(wide=f"{wide * 0.75:.2f}", tall=f"{tall * 0.75:.2f}")
        (work / "page.typ").write_text(page, encoding="ascii", newline="\n")
        made = work / f"page.{form}"
        try:
            typeset(work / "page.typ", made, form, moment=moment, resources=resources, dpi=dpi)
        except NotSet as problem:
            raise WorkstationError(
                "WS-EXP-003",
                f"the picture could not be set ({problem})",
                "nothing was written",
                "export it as SVG and report this with the case reference",
                1,
            ) from problem
        return made.read_bytes()


def _size(svg: str) -> tuple[float, float]:
    found = re.search(r'<svg [^>]*? width="([0-9.]+)" height="([0-9.]+)"', svg)
    if found is None:
        raise ValueError("the drawing has no size")
    return float(found[1]), float(found[2])
