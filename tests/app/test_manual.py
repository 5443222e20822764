"""The page of the manual that lists the formats is the one the readers give."""

from __future__ import annotations

from workstation.app import manual
from workstation.app.places import bundled_plugins
from workstation.paths import resources_folder
from workstation.plugin_host.readers import list_readers


def test_the_page_of_formats_is_what_the_readers_say() -> None:
    readers = list_readers(bundled_plugins())
    page = manual.formats_page(readers)
    assert (resources_folder() / "help" / manual.PAGE).read_text("utf-8") == page, (
        "run: python -m workstation readers --manual > resources/help/10-formats.md"
    )


def test_every_format_says_what_it_gives_and_its_traps() -> None:
    readers = list_readers(bundled_plugins())
    assert len(readers) > 150
    assert [r.id for r in readers if not r.gives or len(r.notes) < 20] == []
