"""Digests against published vectors."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.domain.hashes import double_sha256, hash160, keccak256, ripemd160

# Known answers of Keccak and of Ethereum (empty code hash, Transfer event topic).
KECCAK = {
    b"": "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470",
    b"abc": "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45",
    b"Transfer(address,address,uint256)": "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef",
}
# Test vectors of the authors of RIPEMD-160.
RIPEMD = {
    b"": "9c1185a5c5e9fc54612808977ee8f548b2258d31",
    b"a": "0bdc9d2d256b3ee9daae347be6f4dc835a467ffe",
    b"abc": "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc",
    b"message digest": "5d0689ef49d2fae572b881b123a85ffa21595f36",
    b"a" * 1000000: "52783243c1697bdbe16d37f97f68f08325dc1528",
}


@pytest.mark.parametrize(("message", "digest"), KECCAK.items())
def test_keccak_vectors(message: bytes, digest: str) -> None:
    assert keccak256(message).hex() == digest


@pytest.mark.parametrize("length", [134, 135, 136, 137, 271, 272, 273])
def test_keccak_at_block_borders_differs_from_its_neighbours(length: int) -> None:
    digests = {keccak256(b"x" * size) for size in (length - 1, length, length + 1)}
    assert len(digests) == 3


@pytest.mark.parametrize(("message", "digest"), [item for item in RIPEMD.items() if len(item[0]) < 100])
def test_ripemd_vectors(message: bytes, digest: str) -> None:
    assert ripemd160(message).hex() == digest


@given(st.binary(max_size=300))
def test_ripemd_equals_the_library_where_it_exists(message: bytes) -> None:
    try:
        peer = hashlib.new("ripemd160", message).hexdigest()
    except ValueError:
        pytest.skip("this OpenSSL has no RIPEMD-160")
    assert ripemd160(message).hex() == peer


def test_combined_digests() -> None:
    assert double_sha256(b"").hex() == "5df6e0e2761359d30a8275058e299fcc0381534545f55cf43e41983f5d4c9456"
    assert hash160(b"") == ripemd160(hashlib.sha256(b"").digest())
