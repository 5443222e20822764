"""Owns the page of the manual that lists every format: generated from the readers, never written by hand."""

from __future__ import annotations

from collections.abc import Sequence

from workstation.plugin_host.readers import ReaderInfo

#: File name of the page in ``resources/help``.
PAGE = "10-formats.md"
_HEAD = """# Formats

Every format the program reads, what it gives, its units and its traps. This page is written by
`workstation readers --manual`.

- A file is recognised by its content, not by its name. The import says why it took a format.
- **Asks for** is what a file of this kind leaves open. It must be answered, nothing is assumed.
- Archives (ZIP, gzip, bzip2) and workbooks (XLSX, XLS, ODS) are opened; the formats below are looked for inside.
- Tables may have any delimiter, any usual encoding, and lines above the header.
- A table that is not listed: map its columns (see *Map a table by hand*), or add a layout file (LAYOUTS.md of the plugin *tables*).
"""


def formats_page(readers: Sequence[ReaderInfo]) -> str:
    """The page as Markdown: one table, readers in order of their ids."""
    rows = ["| format | what it is | gives | asks for | units and traps |", "|---|---|---|---|---|"]
    rows += [
        f"| {info.id} | {_cell(info.title)} | {_cell(info.gives)} | {_cell(', '.join(info.questions))} | {_cell(info.notes)} |"
        for info in sorted(readers, key=lambda one: one.id)
    ]
    return _HEAD + "\n## All formats\n\n" + "\n".join(rows) + "\n"


def _cell(words: str) -> str:
    return " ".join(words.split()).replace("|", "\\|")
