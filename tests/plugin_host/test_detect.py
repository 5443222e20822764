"""The first look at a file: what is no data ends in a plain message, and text in any encoding passes."""

from __future__ import annotations

import pytest

from workstation.domain.errors import WorkstationError
from workstation.paths import plugins_folder
from workstation.plugin_host import discovery, magic, readers

PLUGINS = tuple(discovery.discover([plugins_folder()]))
PROSE = "# Read me\n\nThis folder holds what the exchange sent.\nIt was unpacked on Monday, by hand.\n\nAsk Ann, Bob or Carol.\n"


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (b"%PDF-1.7\n...", "PDF"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(50), "7z"),
        (b"Rar!\x1a\x07" + bytes(50), "RAR"),
        (b"\x28\xb5\x2f\xfd" + bytes(50), "zstd"),
        (b"\xfd7zXZ\0" + bytes(50), "xz"),
        (b"PAR1" + bytes(50), "Parquet"),
        (b"SQLite format 3\0" + bytes(50), "SQLite"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "picture"),
        (b"MZ" + bytes(300), "program"),
        (b"\x7fELF" + bytes(300), "program"),
        (bytes(257) + b"ustar" + bytes(300), "tar"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
        (b"  <!DOCTYPE html><html><body>Log in", "web page"),
        ("\ufeff<html><body>Log in".encode("utf-16-le"), "web page"),
        (b"", "empty"),
        (b" \r\n\t\n", "blanks"),
        ("\ufeff \n".encode("utf-16-le"), "blanks"),
    ],
)
def test_what_is_no_data_is_refused_with_its_reason(tmp_path, raw, word):
    path = tmp_path / "export.csv"
    path.write_bytes(raw)
    with pytest.raises(WorkstationError, match=word) as raised:
        readers.detect(path, PLUGINS)
    assert raised.value.exit_code == 2
    assert raised.value.todo


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (PROSE.encode(), "running text"),
        (PROSE.encode("utf-16"), "running text"),
        (b"MIT License\n\nPermission is hereby granted, free of charge\n", "running text"),
        (b'{"name": "x", "version": 3}', "JSON"),
        (b"[[1, 2], [3, 4]]", "JSON"),
        (b"[package]\nname = 1\n", "running text"),
        (b"<?xml version='1.0'?><note><to>x</to></note>", "XML file no reader knows"),
        (bytes(range(256)) * 4, "binary"),
        ("a;ß;c\n1;2;3\n4;5;6\n".encode("cp1252"), "columns"),
    ],
)
def test_what_no_reader_knows_is_named(tmp_path, raw, word):
    path = tmp_path / "export.dat"
    path.write_bytes(raw)
    assert [d for d in readers.detect(path, PLUGINS) if d.automatic] == []
    assert word in magic.unknown(raw).what


def test_a_table_in_utf_16_is_text():
    assert magic.is_text("time,from,to\n1,2,3\n".encode("utf-16-le"))
    assert not magic.is_text(bytes(range(256)) * 3)


def test_containers_are_no_refusal_and_no_reader(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(b"\x1f\x8b\x08" + bytes(40))
    assert readers.detect(path, PLUGINS) == []


def test_a_text_reader_is_not_given_bytes(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(bytes(range(256)) * 4)
    with pytest.raises(WorkstationError, match="takes only text"):
        readers.parse(path, "ledger.csv", {}, PLUGINS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1251"])
def test_a_preview_shows_the_first_rows_and_the_header(tmp_path, encoding):
    path = tmp_path / "x.csv"
    rows = "".join(f"2024-01-{n % 28 + 1:02d};{n},5;перевод\n" for n in range(100))
    path.write_bytes(("Выписка по счёту\n\nДата;Сумма;Назначение\n" + rows).encode(encoding))
    found = readers.preview(path, rows=10)
    assert (found.delimiter, found.header_row, len(found.rows)) == (";", 3, 10)
    assert found.encoding == {"utf-16": "utf-16-le"}.get(encoding, encoding)
    assert found.rows[0] == ("Выписка по счёту",)
    assert found.rows[1] == ()
    assert found.rows[2] == ("Дата", "Сумма", "Назначение")


def test_a_preview_of_no_text_is_refused(tmp_path):
    path = tmp_path / "x.bin"
    path.write_bytes(bytes(range(256)))
    with pytest.raises(WorkstationError):
        readers.preview(path)
