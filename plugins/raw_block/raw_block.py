"""Reads raw Bitcoin blocks: block files of a node (magic, length, block) and the bare bytes of one block.

Owns the records of them. A block counts only when its proof of work and its merkle root hold; otherwise the whole
block is quarantined, because nothing says which of its transactions is the changed one. The outputs that inputs spend
are not in a block, so their amounts and owners stay unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from workstation.domain.chains import Chain
from workstation.domain.records import Place, Record
from workstation.sdk import blocks, utxo
from workstation.sdk.answers import Spot
from workstation.sdk.reader import CUT_OFF, NO, SHAPE, Refusal, RowProblem, Run, Sniff, Source, bad, raw_at
from workstation.sdk.scripts import LIMIT, Owners, describe
from workstation.sdk.text import known_chain, units

STREAMS = ("transaction {row}", "transaction {row} input {sub}", "transaction {row} output {sub}", "block {row}")
_TX, _BLOCK = 0, 3
_CHAINS = ("bitcoin", "bitcoin-cash", "bitcoin-sv")
_HIDDEN = (
    "This block file of a node is obfuscated, as Bitcoin Core does since version 28: it can be read only with the key "
    "in the file xor.dat beside it. Export the blocks with getblock instead"
)
_UNDO = (
    "This begins like a block file of a node and holds no block: it may be undo data (rev*.dat), which names no "
    "transactions without its blocks"
)
_UNDO_BY_NAME = "By its name this is undo data: the outputs that a block spends, which say nothing without that block"
_UNDO_NAME = re.compile(r"undo[^\\/]*\.(?:raw|dat|bin)$", re.IGNORECASE)
_TEST = "This is a block file of a Bitcoin test network, whose coins have no value"


def _refusal(head: bytes, name: str) -> str:
    """Why these bytes cannot be read, or an empty text."""
    if head[:4] == blocks.MAGIC:
        return "" if blocks.proven(head[8 : 8 + blocks.HEADER]) else _UNDO
    if head[:4] in blocks.TEST_MAGICS:
        return _TEST
    if blocks.proven(head[: blocks.HEADER]):
        return ""
    if _UNDO_NAME.search(name):
        return _UNDO_BY_NAME
    if re.search(r"(?:^|[\\/])(?:blk|rev)[0-9]{5}\.dat$", name, re.IGNORECASE) and any(head[:8]):
        return _HIDDEN
    return "These bytes are no Bitcoin block"


def sniff(head: bytes, name: str) -> Sniff:
    """By the magic number and a header whose proof of work holds."""
    why = _refusal(head, name)
    if not why:
        form = "a block file of a node" if head[:4] == blocks.MAGIC else "the bytes of one block"
        return Sniff(0.99, f"a Bitcoin block header with proof of work: {form}")
    return NO if why.startswith("These bytes") else Sniff(0.95, why, why)


def _chain(parameters: Mapping[str, str], run: Run) -> Chain:
    stated = parameters.get("chain", "")
    try:
        chain = known_chain(stated or "bitcoin")
    except RowProblem as problem:
        raise Refusal(f"The parameter chain: {problem}.") from problem
    if chain.key not in _CHAINS:
        raise Refusal(f"The parameter chain: raw blocks of {chain.key} cannot be read.")
    if not stated:
        run.remark("assumption", "The chain is bitcoin: the bytes of a block are the same on its forks.")
    return chain


class _Reader:
    """Turns blocks into records; counts transactions from 1 through the file."""

    def __init__(self, chain: Chain, run: Run) -> None:
        self.chain = chain
        self.run = run
        self.owners = Owners(chain.key, run)
        self.heights = {blocks.GENESIS: 0}
        self.row = 0

    def block(self, data: bytes, offset: int) -> list[Record]:
        """The records of one block that stands at ``offset``; ``Damaged`` or ``RowProblem`` when it does not hold."""
        made: list[Record] = []
        told = blocks.header(data)
        found = blocks.transactions(data)
        height = self._height(told, found[0])
        for position, tx in enumerate(found):
            spot = Spot(_TX, self.row + position + 1, offset + tx.start, tx.end - tx.start)
            head = utxo.Head(self.chain, tx.txid, height, position, told.time, "ok")
            made.append(head.transaction(spot.whole()))
            for index, item in enumerate(tx.inputs):
                if item.tx:
                    made.append(head.spent(spot.input(index), index, None, None, "", item.tx, item.output))
                else:
                    made.append(head.coinbase(spot.input(index), index))
            for index, (value, script) in enumerate(tx.outputs):
                kind, address = describe(script)
                owner, text = self.owners(address, script.hex()[:LIMIT], kind)
                made.append(head.paid(spot.output(index), index, owner, units(value), text))
        self.row += len(found)
        return made

    def _height(self, told: blocks.Header, first: blocks.Transaction) -> int | None:
        """From the block before it in this file, else from the coinbase; a block of version 1 does not say it."""
        height = self.heights[told.previous] + 1 if told.previous in self.heights else None
        height = 0 if told.hash == blocks.GENESIS else height
        if height is None:
            height = blocks.stated_height(told.version, first)
        if height is None:
            self.run.remark(
                "assumption", "Some blocks do not say their height and do not follow a block of this file that does:"
                " it stays unknown.",
            )  # fmt: skip
        else:
            self.heights[told.hash] = height
        return height


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """The records of the file; blocks that do not hold come out as bad rows."""
    head = bytes(source.data[: 8 + blocks.HEADER])
    why = _refusal(head, source.name)
    if why:
        raise Refusal(f"{why}.")
    reader = _Reader(_chain(parameters, run), run)
    found = blocks.spans(source.data, source.size) if head[:4] == blocks.MAGIC else iter([(0, source.size, "")])
    damaged = 0
    for number, (start, end, problem) in enumerate(found, 1):
        place = Place(_BLOCK, number, None, start, end - start)
        code = CUT_OFF if "ends" in problem else SHAPE
        if not problem:
            try:
                yield from reader.block(bytes(source.data[start:end]), start)
            except (blocks.Damaged, RowProblem) as wrong:
                problem = str(wrong)
        if problem:
            damaged += 1
            yield bad(place, code, problem, raw_at(source, place))
        run.progress(end, source.size)
    run.rows(reader.row + damaged)
    if reader.row:
        run.remark(
            "warning", "A raw block does not hold the outputs that its inputs spend: their amounts stay unknown."
        )
