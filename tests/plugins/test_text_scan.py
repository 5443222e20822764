"""Finding addresses in anything: by checksum or exact form only, with the exact place, whatever hides the text."""

from __future__ import annotations

import email.mime.application
import email.mime.multipart
import email.mime.text

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workstation.domain.records import MentionRecord, Remark
from workstation.plugin_host import readers
from workstation.sdk.reader import Refusal, Run, Source

BTC = "12t9YDPgwueZ9NyMgw519p7AA8isjr6SMw"
EVM = "0x098B716B8Aaf21512996dC57EB0615e2383E2f96"
SEGWIT = "bc1qq2euq8pw950klpjcawuy4uj39ym43hs6cfsegq"
TRON = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
CASH = "bitcoincash:qq3vlashthktqpeppuv7trmw070e3mydgq63zq348v"
XRP = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"
TX = "ab" * 32


def mentions(records):
    return [r for r in records if isinstance(r, MentionRecord)]


def refs(records):
    return [m.ref for m in mentions(records)]


@pytest.fixture
def scan(direct):
    """Search some bytes."""

    def run(raw, name="note.txt"):
        return direct("text.scan", raw if isinstance(raw, bytes) else raw.encode(), name)

    return run


def test_every_form_is_found_at_its_byte(scan):
    text = f"Zw\u00f6lf: {BTC}, {EVM} {EVM.lower()}\n({SEGWIT}) {TRON};{CASH} {XRP} tx={TX} 0x{TX}\n"
    records = scan(text)
    assert refs(records) == [BTC, EVM.lower(), EVM.lower(), SEGWIT, TRON, CASH, XRP, TX, "0x" + TX]
    raw = text.encode()
    for mention in mentions(records):
        piece = raw[mention.place.offset : mention.place.offset + mention.place.length].decode()
        assert piece.lower() == mention.ref.lower()
    assert [(m.place.row, m.place.sub) for m in mentions(records)] == [(1, 1), (1, 2), (1, 3)] + [
        (2, n) for n in range(1, 7)
    ]
    assert mentions(records)[-2].chains[0] == "bitcoin"
    assert mentions(records)[-1].chains[0] == "ethereum"
    assert any("may be a transaction or any other hash" in r.text for r in records if isinstance(r, Remark))


@pytest.mark.parametrize(
    "text",
    [
        BTC[:-1] + "x", EVM[:-1] + "7", EVM + "0", "x" + BTC, BTC + "x", EVM[2:], "41" + "a" * 40, TX[:-1], TX + "a",
        "0" * 10 + "a" * 54, SEGWIT[:-1] + "p", "hello", "1" * 30, "A" * 44, "9" * 43,
    ],
)  # fmt: skip
def test_what_does_not_hold_is_not_found(scan, text):
    assert not refs(scan(text + "\n"))


def test_what_is_left_out_is_counted(modules):
    run = Run(lambda remark: None, lambda done, total: None)
    raw = f"{EVM[:-1]}7 {'0' * 16}{'a' * 48} {'0' * 8}{'b' * 56}".encode()
    assert not list(modules["text.scan"].read(Source("x", raw), {}, run))
    assert sorted(run.left_out.values()) == [1, 2]


def test_context_shows_hidden_characters(scan):
    (mention,) = mentions(scan(f"pay\u202eto\u200b {BTC}\x07\tnow\nand\n"))
    assert mention.context == f"pay\\u202eto\\u200b {BTC}\\u0007 now and"


def test_context_has_at_most_200_characters_and_one_line(scan):
    (mention,) = mentions(scan("\u0007" * 100 + f"{CASH}" + "\u2028" * 100))
    assert len(mention.context) <= 200
    assert CASH in mention.context
    assert mention.context.isprintable()


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-be", "cp1251", "gbk", "utf-8-sig", "shift_jis"])
def test_any_encoding(scan, codec):
    text = f"\u043f\u043b\u0430\u0442\u0438 {BTC} \u0438 {TRON}\n" if codec != "cp1251" else f"\u043f {BTC} {TRON}\n"
    raw = text.encode(codec)
    if codec == "utf-16-be":
        raw = b"\xfe\xff" + raw
    records = scan(raw)
    assert refs(records) == [BTC, TRON]
    width = 2 if codec.startswith("utf-16") else 1
    first = mentions(records)[0].place
    assert first.length == width * len(BTC)
    assert raw[first.offset : first.offset + first.length].replace(b"\0", b"") == BTC.encode()


def test_binary_dumps(scan):
    raw = (
        bytes(range(256)) + BTC.encode() + b"\0\xff" + TRON.encode("utf-16-le") + b"\1" * 9 + SEGWIT.encode("utf-16-be")
    )
    records = scan(raw)
    assert refs(records) == [BTC, TRON, SEGWIT]
    for mention in mentions(records):
        place = mention.place
        assert place.stream == 3
        assert raw[place.offset : place.offset + place.length].replace(b"\0", b"").decode() == mention.ref


def test_web_pages(scan):
    raw = (
        f'<!DOCTYPE html><html><head><title>x</title></head><body><a href="bitcoin:{BTC}?amount=1">pay</a>\n'
        f"<td>{SEGWIT[:20]}</td><td>{SEGWIT[20:]}</td><p>{EVM[:10]}<b>{EVM[10:]}</b> &amp;{TRON}&#46;</p>"
        f"<!-- {CASH} --><script>var a='{XRP}'</script></body></html>"
    ).encode()
    records = scan(raw, "page.html")
    assert refs(records) == [BTC, EVM.lower(), TRON, CASH, XRP]  # two cells are never put together
    for mention in mentions(records):
        piece = raw[mention.place.offset : mention.place.offset + mention.place.length]
        assert piece.replace(b"<b>", b"").decode().lower() == mention.ref.lower()


@pytest.fixture
def run():
    """A channel nobody listens to."""
    return Run(lambda remark: None, lambda done, total: None)


def letter():
    made = email.mime.multipart.MIMEMultipart()
    made["From"], made["To"], made["Subject"] = "a@example.org", "b@example.org", f"Rent {BTC}"
    made.attach(email.mime.text.MIMEText(f"Zw\u00f6lf {SEGWIT} ende", "plain", "utf-8"))
    made.attach(email.mime.text.MIMEText(f"<p>{TRON[:9]}<i>{TRON[9:]}</i></p>", "html"))
    made.attach(email.mime.application.MIMEApplication(b"%PDF"))
    note = email.mime.text.MIMEText(f"id,{TX}\n", "csv")
    note.add_header("Content-Disposition", "attachment", filename="list.csv")
    made.attach(note)
    return made.as_bytes()


def test_mail_parts_are_decoded(scan):
    records = scan(letter(), "mail.eml")
    assert [(m.ref, m.place.row) for m in mentions(records)] == [(BTC, 1), (SEGWIT, 2), (TRON, 3), (TX, 5)]
    assert mentions(records)[1].context == f"Zw\u00f6lf {SEGWIT} ende"
    box = b"From a Mon\r\n" + letter() + b"\nFrom b Tue\r\n" + letter()
    assert len(refs(scan(box, "all.mbox"))) == 8


def pdf(*texts, encrypt=b""):
    """A small PDF with one page for each text."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * n) for n in range(len(texts)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(texts)),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]  # fmt: skip
    for number, text in enumerate(texts):
        body = f"BT /F1 8 Tf 20 100 Td ({text}) Tj ET".encode() if text else b""
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 200]/Contents %d 0 R/Resources<</Font<</F1 3 0 R>>>>>>"
            % (5 + 2 * number)
        )
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(body), body))
    out, offsets = b"%PDF-1.4\n", []
    for number, item in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    start = len(out)
    rows = b"".join(b"%010d 00000 n \n" % at for at in offsets)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    return (
        out
        + head
        + rows
        + b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, encrypt, start)
    )


def test_pdf_pages(scan):
    records = scan(pdf(f"Pay {BTC} now", "", f"{TRON} and {EVM}"), "letter.pdf")
    assert [(m.ref, m.place.row, m.place.sub) for m in mentions(records)] == [
        (BTC, 1, 1),
        (TRON, 3, 1),
        (EVM.lower(), 3, 2),
    ]
    assert any("1 pages have no text layer" in r.text for r in records if isinstance(r, Remark))


def test_a_checksum_joins_what_a_line_of_a_pdf_breaks(modules, run):
    search = modules["text.scan"]._Search(run, 0)
    text = f"Pay {BTC[:20]}\n{BTC[20:]} or {EVM[:30]} \r\n {EVM[30:]}.\n{EVM[:20].lower()}\n{EVM[20:].lower()}\nwords\nwords\n"
    assert [found.ref for _, _, found in search.broken(text)] == [BTC, EVM.lower()]


def test_a_damaged_pdf_is_refused(scan):
    for raw in (b"%PDF-1.4", b"%PDF-1.7\n" + b"\0" * 500, pdf(BTC)[:100]):
        with pytest.raises(Refusal, match="cannot be opened"):
            scan(raw)


def test_pdf_in_the_worker_and_never_by_itself(tmp_path, plugins):
    path = tmp_path / "letter.pdf"
    path.write_bytes(pdf(f"Pay {BTC} now"))
    with readers.parse(path, "text.scan", {}, plugins) as parse:
        assert refs(list(parse)) == [BTC]
    path = tmp_path / "note.txt"
    path.write_text(f"Dear colleague,\nplease look at {BTC}.\n")
    assert all(found.reader != "text.scan" for found in readers.detect(path, plugins))


def test_limits(scan, modules, monkeypatch):
    monkeypatch.setattr(modules["text.scan"], "_MOST", 10)
    records = scan(f"{BTC} " * 50)
    assert len(refs(records)) == 10
    assert any("stopped after 10 finds" in r.text for r in records if isinstance(r, Remark))
    monkeypatch.setattr(modules["text.scan"], "_BYTES", 100)
    assert any("Only the first" in r.text for r in scan("x" * 90 + f" {BTC}\n") if isinstance(r, Remark))


def test_nothing_found_is_said(scan):
    assert [r.text for r in scan("nothing here") if isinstance(r, Remark)] == [
        "No address and no transaction id was found."
    ]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=600),
        st.lists(
            st.sampled_from(
                [BTC, EVM, TX, "<", ">", "<p ", "<!--", "&#", "&#x110000;", "From a\nSubject: x\n", "Subject: x\nTo: y\nDate: z\n\n",
                 "Content-Type: multipart/mixed; boundary=a\n\n--a\n", "%PDF", "\0", "\ud7ff", "\n", "]]>", "<![CDATA[", "=?utf-8?b?/w==?="]
            ),
            max_size=12,
        ).map(lambda parts: "".join(parts).encode()),
    )
)  # fmt: skip
def test_any_bytes_have_a_clean_outcome(direct, raw):
    try:
        records = direct("text.scan", raw, "x.eml")
    except Refusal:
        return
    for mention in mentions(records):
        assert len(mention.context) <= 200
        assert mention.chains
