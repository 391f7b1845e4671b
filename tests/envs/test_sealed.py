"""Saved states: what was written comes back, and nothing else is accepted."""

import json
import random
import zlib
from pathlib import Path

import numpy as np
import pytest

from envs.errors import BadSnapshot
from envs.registry import game_names, make_game
from envs.rollout.episode import Start
from envs.sealed import LARGEST_BODY, Seal
from skills.start_bank import StartBank

SAVED = Path(__file__).with_name("saved")
SEAL = Seal(name="Chess", mark=b"JMCHESS2", earlier=b"JMCHESS1")
BODY = b"e4 e5 " * 50
TOLD_SINCE = frozenset(("daylight.rising", "distance.home", "distance.home_site", "wall.missing"))
"""Facts that games tell now, and did not when the saved states were made."""


def earlier(body: bytes, behind: bytes = b"") -> bytes:
    """As states were saved before the checksum covered the stored bytes."""
    return SEAL.earlier + zlib.crc32(body).to_bytes(4, "little") + zlib.compress(body, 1) + behind


def sealed(body: bytes, length: int, behind: bytes = b"", whole: bool = True) -> bytes:
    """A state with a right checksum, whatever else is wrong."""
    stored = zlib.compress(body, 9) + behind if whole else zlib.compress(body, 9)[:-6]
    head = SEAL.mark + length.to_bytes(4, "little")
    return head + zlib.crc32(head + stored).to_bytes(4, "little") + stored


def test_the_format_is_the_one_that_is_documented() -> None:
    data = SEAL.close(BODY)
    assert data[:8] == b"JMCHESS2"
    assert int.from_bytes(data[8:12], "little") == len(BODY)
    assert int.from_bytes(data[12:16], "little") == zlib.crc32(data[:12] + data[16:])
    assert zlib.decompress(data[16:]) == BODY
    assert SEAL.open(data) == BODY == SEAL.open(earlier(BODY))
    assert SEAL.open(SEAL.close(b"")) == b""


@pytest.mark.parametrize("body", [b"", b"x", BODY, random.Random(3).randbytes(300)])
def test_every_single_bit_counts(body: bytes) -> None:
    data = SEAL.close(body)
    for bit in range(8 * len(data)):
        turned = bytearray(data)
        turned[bit // 8] ^= 1 << bit % 8
        with pytest.raises(BadSnapshot):
            SEAL.open(bytes(turned))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not a saved Chess state: it begins with b'', expected b'JMCHESS2' or b'JMCHESS1'"),
        (b"JMCRAFT2" + SEAL.close(BODY)[8:], "begins with b'JMCRAFT2'"),
        (SEAL.close(BODY)[:-1], r"damaged \(checksum\)"),
        (SEAL.close(BODY) + b"\0", r"damaged \(checksum\)"),
        (sealed(BODY, len(BODY), b"more"), "something follows its end: b'more'"),
        (sealed(BODY, len(BODY) + 1), "not the 301 bytes long"),
        (sealed(BODY, len(BODY) - 1), "not the 299 bytes long"),
        (sealed(BODY, len(BODY), whole=False), "breaks off|bytes long"),
        (sealed(b"\0" * (LARGEST_BODY + 1), LARGEST_BODY + 1), "not the 16,000,000 bytes long"),
        (sealed(b"\0" * (LARGEST_BODY + 1), 2**32 - 1), "not the 16,000,000 bytes long"),
        (earlier(BODY, b"\0"), "something follows its end: b'.x00'"),
        (earlier(BODY)[:-1], "breaks off"),
        (earlier(b"\0" * (LARGEST_BODY + 1)), "not the 16,000,000 bytes long"),
        (SEAL.earlier + b"\0\0\0\0" + zlib.compress(BODY), r"damaged \(checksum\)"),
        (SEAL.earlier, "breaks off"),
    ],
)
def test_what_is_wrong_is_said(data: bytes, message: str) -> None:
    with pytest.raises(BadSnapshot, match=message):
        SEAL.open(data)


def test_a_state_that_could_not_be_read_again_is_not_written() -> None:
    with pytest.raises(BadSnapshot, match="16,000,001 bytes is not saved"):
        SEAL.close(b"\0" * (LARGEST_BODY + 1))


@pytest.mark.parametrize("name", [name for name in game_names() if name != "minecraft"])  # it is in its first
def test_states_of_the_first_version_are_read_and_written_anew(name: str) -> None:
    """They were saved by the version before, with what it saw then."""
    seen = json.loads((SAVED / f"{name}.json").read_text())
    game = make_game(name)
    game.restore((SAVED / f"{name}.state").read_bytes())
    for _ in range(2):
        facts = {fact: value for fact, value in game.facts().items() if value}
        assert {fact: value for fact, value in facts.items() if fact not in TOLD_SINCE} == seen["facts"]
        assert (game.steps, int(game.status)) == (seen["steps"], seen["status"])
        game.restore(game.snapshot())
    game.close()


@pytest.mark.parametrize("name", ["crafter", "toy"])
def test_a_bank_of_the_first_version_still_serves(name: str, tmp_path: Path) -> None:
    game = make_game(name)
    bank = StartBank([fact.name for fact in game.spec.facts])
    game.restore((SAVED / f"{name}.state").read_bytes())
    values = [game.facts()[fact.name] for fact in game.spec.facts]
    bank.add(Start((SAVED / f"{name}.state").read_bytes(), 11), np.array(values, np.int32))
    bank.save(tmp_path / "bank.npz")
    (start,) = StartBank.load(tmp_path / "bank.npz").matching({})
    other = make_game(name)
    other.restore(start.snapshot)
    assert other.facts() == game.facts()
