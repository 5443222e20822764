"""Addresses against the vectors their specifications publish, and against one wrong character."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.domain import addresses
from workstation.domain.chains import CHAINS
from workstation.domain.encodings import (
    BITCOIN_ALPHABET,
    base58_decode,
    base58_encode,
    base58check_decode,
    base58check_encode,
    cashaddr_decode,
    cashaddr_encode,
    segwit_decode,
)

# EIP-55, "Test Cases".
EIP55 = (
    "0x52908400098527886E0F7030069857D2E4169EE7",
    "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
    "0xde709f2102306220921060314715629080e2fb77",
    "0x27b1fdb04752bbc536007a920d24acb045561c26",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
)
# BIP173 (version 0) and BIP350 (version 1 and up), "Test vectors for ... addresses", main network.
SEGWIT = {
    "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4": (0, "751e76e8199196d454941c45d1b3a323f1433bd6"),
    "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y": (
        1, "751e76e8199196d454941c45d1b3a323f1433bd6751e76e8199196d454941c45d1b3a323f1433bd6"),
    "BC1SW50QGDZ25J": (16, "751e"),
    "bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs": (2, "751e76e8199196d454941c45d1b3a323"),
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0": (
        1, "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"),
}  # fmt: skip
# BIP350, "invalid addresses", those with the main network prefix.
BAD_SEGWIT = (
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
    "BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL",
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh",
    "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4",
    "BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R",
    "bc1pw5dgrnzv",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav",
    "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf",
    "bc1gmk9yu",
)
# The cashaddr specification, "Examples of address translation".
CASH = {
    "1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu": "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a",
    "1KXrWXciRDZUpQwQmuM1DbwsKDLYAYsVLR": "bitcoincash:qr95sy3j9xwd2ap32xkykttr4cvcu7as4y0qverfuy",
    "3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC": "bitcoincash:ppm2qsznhks23z7629mms6s4cwef74vcwvn0h829pq",
}
GENESIS_KEY = (
    "04678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d57"
    "8a4c702b6bf11d5f"
)
GENESIS = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
USDT_TRON = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
USDT_TRON_HEX = "41a614f803b6fd780986a42c78ec9c7f77e6ded13c"

VALID = (
    ("bitcoin", GENESIS),
    ("bitcoin", "3P14159f73E4gFr7JterCCQh9QjiTjiZrG"),
    ("bitcoin", "bc1q7eqheemcu6xpgr42vl0ayel6wj087nxdfjfndf"),
    ("litecoin", "LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1"),
    ("dogecoin", "DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L"),
    ("zcash", "t1XVXWCvpMgBvUaed4XDqWtgQgJSu1Ghz7F"),
    ("tron", USDT_TRON),
    ("ripple", "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"),
    ("solana", "So11111111111111111111111111111111111111112"),
)


@pytest.mark.parametrize("text", EIP55)
def test_eip55(text: str) -> None:
    assert addresses.check("ethereum", text) == text.lower()
    assert addresses.display("ethereum", text.lower()) == text
    assert addresses.recognise(text)[0] == "ethereum"


@pytest.mark.parametrize("text", EIP55[4:])
@given(data=st.data())
def test_eip55_refuses_one_changed_capital(text: str, data: st.DataObject) -> None:
    letters = [at for at, c in enumerate(text) if c.isalpha() and at > 1]
    at = data.draw(st.sampled_from(letters))
    with pytest.raises(addresses.AddressError, match="EIP-55"):
        addresses.check("ethereum", text[:at] + text[at].swapcase() + text[at + 1 :])


@pytest.mark.parametrize("text", ["", "0x", "0x" + "a" * 39, "0x" + "a" * 41, "0x" + "g" * 40, "0x" + "a" * 40 + "\n"])
def test_evm_shape(text: str) -> None:
    with pytest.raises(addresses.AddressError, match="40 hexadecimal"):
        addresses.check("ethereum", text)


@pytest.mark.parametrize(("text", "meaning"), SEGWIT.items())
def test_segwit_vectors(text: str, meaning: tuple[int, str]) -> None:
    version, program = segwit_decode(text, "bc")
    assert (version, program.hex()) == meaning
    assert addresses.check("bitcoin", text) == text.lower()


@pytest.mark.parametrize("text", [*BAD_SEGWIT, "bc1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4"])
def test_bad_segwit_vectors(text: str) -> None:
    with pytest.raises(addresses.AddressError):
        addresses.check("bitcoin", text)


@pytest.mark.parametrize(("legacy", "cash"), CASH.items())
def test_bitcoin_cash_has_one_canonical_form(legacy: str, cash: str) -> None:
    bare = cash.partition(":")[2]
    assert {addresses.check("bitcoin-cash", t) for t in (legacy, cash, bare, cash.upper(), bare.upper())} == {cash}


@pytest.mark.parametrize(("chain", "text"), VALID)
def test_known_addresses(chain: str, text: str) -> None:
    assert addresses.check(chain, text) == text
    assert chain in addresses.recognise(text)
    assert addresses.display(chain, text) == text


def test_tron_hex_and_base58_meet() -> None:
    assert addresses.check("tron", USDT_TRON_HEX) == USDT_TRON
    assert addresses.check("tron", "0x" + USDT_TRON_HEX.upper()) == USDT_TRON
    assert addresses.recognise(USDT_TRON_HEX) == ("tron",)


def test_bare_public_key() -> None:
    assert addresses.p2pkh_from_pubkey(GENESIS_KEY) == GENESIS
    compressed = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
    assert addresses.p2pkh_from_pubkey(compressed) == "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH"
    for bad in ("", "zz", GENESIS_KEY[:-2], "05" + GENESIS_KEY[2:]):
        with pytest.raises(addresses.AddressError):
            addresses.p2pkh_from_pubkey(bad)


def test_recognise_keeps_a_fixed_order() -> None:
    assert addresses.recognise("0x" + "0" * 40)[:3] == ("ethereum", "ethereum-classic", "bsc")
    assert addresses.recognise(GENESIS) == ("bitcoin", "bitcoin-cash", "bitcoin-sv")
    assert addresses.recognise("not an address") == ()
    assert addresses.recognise("") == ()


def test_an_address_of_another_chain_is_refused() -> None:
    with pytest.raises(addresses.AddressError, match="another chain"):
        addresses.check("bitcoin", USDT_TRON)
    with pytest.raises(addresses.AddressError, match="another chain"):
        addresses.check("tron", GENESIS)
    with pytest.raises(KeyError):
        addresses.check("no-such-chain", GENESIS)


def test_free_forms() -> None:
    assert addresses.check("stated", "Bank A, account 12") == "Bank A, account 12"
    assert addresses.check("zcash", "zs1z7rejlpsa98s2rrrfkwmaxu53e4ue0ulcrw0h4x5g8jl04tak0d3mm47vdtahatqrlkngh9sly")
    for bad in ("", " x", "x\n", "a b", "a\x00", "ä", "x" * 129):
        with pytest.raises(addresses.AddressError):
            addresses.check("stated" if bad != "a b" else "zcash", bad)


@pytest.mark.parametrize(
    ("chain", "text"),
    [
        ("monero", "49HqitRzdnhYjgTEAhgGpCfsjdTeMbUTU6cyR4JV1R7k2Eej9rGT8JpFiYDa4tZM6RZiFrHmMzgSrhHEqpDYKBe5B2ufNsL"),
        ("monero", "be5543ff73456ab9f2d207887e2af87322c651ea1a873c5b25b7ffae456c3201"),
        ("ripple", "rnXyVQzgxZe7TR1EPzTkGj2jxH4LMJYh66"),
        ("solana", "9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM"),
        ("verge", "DFFJhnQNZf8rf67tYnesPu7MuGUpYtzv7Z"),
    ],
)
def test_forms_that_are_checked(chain: str, text: str) -> None:
    assert addresses.check(chain, text) == text
    for wrong in (text[:20], text + text, f'"{text}"', text[:9] + "O" + text[10:], "WALLETADDRESS"):
        with pytest.raises(addresses.AddressError):
            addresses.check(chain, wrong)


@pytest.mark.parametrize("at", [3, 20, 60, 94])
def test_a_wrong_letter_in_a_monero_or_ripple_address_is_found(at: int) -> None:
    for chain, text in (
        ("monero", "49HqitRzdnhYjgTEAhgGpCfsjdTeMbUTU6cyR4JV1R7k2Eej9rGT8JpFiYDa4tZM6RZiFrHmMzgSrhHEqpDYKBe5B2ufNsL"),
        ("ripple", "rnXyVQzgxZe7TR1EPzTkGj2jxH4LMJYh66"),
    ):
        place = at % len(text)
        wrong = text[:place] + ("2" if text[place] != "2" else "3") + text[place + 1 :]
        with pytest.raises(addresses.AddressError):
            addresses.check(chain, wrong)


def test_groups_of_four() -> None:
    assert addresses.groups4("0x123456789a") == "0x1234 5678 9a"
    assert addresses.groups4(GENESIS).replace(" ", "") == GENESIS
    assert addresses.groups4("") == ""


@given(st.data())
def test_one_wrong_character_is_refused(data: st.DataObject) -> None:
    chain, text = data.draw(st.sampled_from([v for v in VALID if v[0] not in ("ripple", "solana")]))
    at = data.draw(st.integers(0, len(text) - 1))
    letters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l" if text.startswith("bc1") else BITCOIN_ALPHABET
    letter = data.draw(st.sampled_from([c for c in letters if c != text[at]]))
    wrong = text[:at] + letter + text[at + 1 :]
    if chain == "zcash" and not wrong.startswith("t"):
        return  # a shielded form, which is not checked
    with pytest.raises(addresses.AddressError):
        addresses.check(chain, wrong)


@given(st.sampled_from(sorted(CHAINS)), st.text(max_size=60))
def test_any_text_gets_an_answer_and_a_canonical_text_stays(chain: str, text: str) -> None:
    canonical = ""
    with contextlib.suppress(addresses.AddressError):
        canonical = addresses.check(chain, text)
    assert not canonical or addresses.check(chain, canonical) == canonical


@given(st.binary(max_size=60))
def test_base58_round_trip(data: bytes) -> None:
    assert base58check_decode(base58check_encode(data + b"x")) == data + b"x"
    if data:
        assert base58_decode(base58_encode(data)) == data


@given(st.binary(min_size=20, max_size=20), st.sampled_from([0, 1]))
def test_cashaddr_round_trip(digest: bytes, kind: int) -> None:
    assert cashaddr_decode(cashaddr_encode("bitcoincash", kind, digest), "bitcoincash") == (kind, digest)
