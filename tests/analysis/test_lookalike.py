"""Look-alike addresses: both ends equal and the middle different; prefixes and other chains never count."""

from __future__ import annotations

import random
import time

from workstation.analysis.lookalike import look_alikes

REAL = "0x1234567890abcdef1234567890abcdef12345678"
FAKE = "0x1234" + "f" * 32 + "5678"
TRON_REAL = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
TRON_FAKE = "TR7NHxxxxxxxxxxxxxxxxxxxxxxxxgjLj6t"


def test_a_poisoned_address_is_found():
    (group,) = look_alikes([("ethereum", REAL), ("ethereum", FAKE), ("ethereum", "0x" + "9" * 40)])
    assert group.members == (("ethereum", REAL), ("ethereum", FAKE))
    assert (group.head, group.tail) == (4, 4)


def test_shared_ends_are_measured_behind_the_prefix():
    longer = "0x123456" + "e" * 28 + "345678"
    (group,) = look_alikes([("ethereum", REAL), ("bsc", longer)])
    assert (group.head, group.tail) == (6, 6)
    (group,) = look_alikes([("tron", TRON_REAL), ("tron", TRON_FAKE[:5] + "y" * 24 + TRON_REAL[-5:])])
    assert (group.head, group.tail) == (4, 5)


def test_the_same_address_on_other_chains_is_no_look_alike():
    assert look_alikes([("ethereum", REAL), ("bsc", REAL), ("ethereum", REAL)]) == []
    (group,) = look_alikes([("ethereum", REAL), ("bsc", REAL), ("bsc", FAKE)])
    assert group.members == (("bsc", REAL), ("ethereum", REAL), ("bsc", FAKE))


def test_prefixes_and_names_and_short_texts_do_not_count():
    one, two = "bc1q" + "a" * 4 + "x" * 30 + "zzzz", "bc1q" + "b" * 4 + "x" * 30 + "zzzz"
    assert look_alikes([("bitcoin", one), ("bitcoin", two)]) == []
    assert look_alikes([("stated", "Binance account 12345678"), ("stated", "Binance account 92345678")]) == []
    assert look_alikes([("monero", "abcdefgh"), ("monero", "abcdXfgh")]) == []


def test_capitals_fool_the_eye():
    one, two = "1AbCdEfGhJkLmNpQrStUvWxYz123456789", "1aBcDeFgHjKlMnPqRsTuVwXyZ123456789"
    assert len(look_alikes([("bitcoin", one), ("bitcoin", two)])) == 1


def test_the_order_of_the_input_does_not_matter():
    items = [("ethereum", f"0xabcd{number:032x}abcd") for number in range(50)]
    items += [("ethereum", f"0x{number:04x}{'0' * 32}0001") for number in range(50)]
    expected = look_alikes(items)
    random.Random(7).shuffle(items)
    assert look_alikes(items) == expected
    assert [len(group.members) for group in expected] == [50]


def test_many_addresses_take_no_long_time():
    made = random.Random(1)
    items = [("ethereum", f"0x{made.getrandbits(160):040x}") for _ in range(100_000)]
    start = time.monotonic()
    look_alikes(items)
    assert time.monotonic() - start < 20
