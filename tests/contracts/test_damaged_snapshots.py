"""Not one bit of a saved state can change unnoticed; states saved by version 0.1.0 are still read."""

import zlib

import pytest

from envs.crafter import snapshot as crafter
from envs.errors import BadSnapshot
from envs.nethack import snapshot as nethack
from envs.registry import make_game


@pytest.mark.parametrize("name", ["toy", pytest.param("crafter", marks=pytest.mark.slow)])
def test_every_changed_bit_is_noticed(name: str) -> None:
    game = make_game(name)
    game.reset(1)
    data = game.snapshot()
    for place in range(0, len(data), max(1, len(data) // 400)):
        for bit in range(8):
            damaged = data[:place] + bytes([data[place] ^ 1 << bit]) + data[place + 1 :]
            with pytest.raises(BadSnapshot):
                game.restore(damaged)
    game.restore(data)
    game.close()


COURSE = nethack.ReplayLog(setup="a room", seed=7, limit=900, actions=bytes(500), digest="blake2b:00")


def test_every_changed_bit_of_a_course_is_noticed() -> None:
    data = nethack.dump(COURSE)
    for place in range(len(data)):
        for bit in range(8):
            with pytest.raises(BadSnapshot):
                nethack.load(data[:place] + bytes([data[place] ^ 1 << bit]) + data[place + 1 :], 9)
    assert nethack.load(data, 9) == COURSE


def earlier(data: bytes, magic: bytes) -> bytes:
    """As version 0.1.0 wrote it."""
    return magic + zlib.crc32(zlib.decompress(data[12:])).to_bytes(4, "little") + data[12:]


def test_what_version_0_1_0_saved_is_read() -> None:
    assert nethack.load(earlier(nethack.dump(COURSE), nethack.EARLIER), 9) == COURSE
    game = make_game("crafter")
    game.reset(3)
    data = game.snapshot()
    game.step(1)
    game.restore(earlier(data, crafter.EARLIER))
    assert game.snapshot() == data
    game.close()
