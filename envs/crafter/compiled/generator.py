"""The random generator that `numpy.random.RandomState` has: MT19937, and its draws that Crafter uses.

Numba's own generator has one state per thread and takes other bits for integers.

Source:
    Matsumoto and Nishimura, Mersenne Twister, ACM TOMACS 8 (1998); numpy's ``mt19937.c`` and
    ``distributions.c`` for how draws are made of it.
"""

from __future__ import annotations

from envs.crafter.compiled.state import KEY_WORDS, Game
from envs.grid.compiling import inner, integer

_SHIFT = 397
_HIGH_BIT = 0x80000000
_LOW_BITS = 0x7FFFFFFF
_WORD = 0xFFFFFFFF
_MATRIX = 0x9908B0DF


@inner
def seed_generator(game: Game, seed: int) -> None:
    """Set the state to that of ``RandomState(seed)``; `seed` is 0..2^32 - 1."""
    word = seed
    for i in range(KEY_WORDS):
        game.key[i] = word
        word = (1812433253 * (word ^ (word >> 30)) + i + 1) & _WORD
    game.position = KEY_WORDS
    game.has_gauss = 0
    game.gauss = 0.0


@inner
def _refill(game: Game) -> None:
    key = game.key
    for i in range(KEY_WORDS):
        ahead = i + 1 if i + 1 < KEY_WORDS else 0
        mixed = i + _SHIFT if i + _SHIFT < KEY_WORDS else i + _SHIFT - KEY_WORDS
        word = (integer(key[i]) & _HIGH_BIT) | (integer(key[ahead]) & _LOW_BITS)
        key[i] = integer(key[mixed]) ^ (word >> 1) ^ (_MATRIX if word & 1 else 0)
    game.position = 0


@inner
def next_word(game: Game) -> int:
    """The next 32 bits."""
    if game.position >= KEY_WORDS:
        _refill(game)
    word = integer(game.key[game.position])
    game.position += 1
    word ^= word >> 11
    word ^= (word << 7) & 0x9D2C5680
    word ^= (word << 15) & 0xEFC60000
    return word ^ (word >> 18)


@inner
def uniform(game: Game) -> float:
    """As ``RandomState.uniform()``: from 53 bits, in [0, 1)."""
    high = next_word(game) >> 5
    low = next_word(game) >> 6
    return (high * 67108864.0 + low) / 9007199254740992.0


@inner
def randint(game: Game, n: int) -> int:
    """As ``RandomState.randint(0, n)`` for 1 <= n < 2^32; nothing is drawn when there is one number."""
    most = n - 1
    if most == 0:
        return 0
    mask = most
    for shift in (1, 2, 4, 8, 16):
        mask |= mask >> shift
    number = next_word(game) & mask
    while number > most:
        number = next_word(game) & mask
    return number
