"""Which arrays the judge's weights are made of, and whether given ones are such."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from agent.judges.embedded.errors import BadWeights
from agent.judges.embedded.grammar import SYMBOLS
from agent.judges.embedded.network import KEY, QUERIES, TILE, VALUE, WORD
from agent.judges.embedded.picture import TILE_SIZE
from agent.judges.embedded.sight import COUNTS, CREATURES, FACINGS, LIGHTS, MATERIALS, TILES
from agent.judges.embedded.text_encoder import SIZE
from envs.text import brief, counted, listed

Shapes: TypeAlias = Mapping[str, tuple[int, ...]]

_HIDDEN, _WORD_IN, _HEAD = 128, 96, 192
_HEARD, _STATE, _SYMBOL = 64, 96, 32
_FOUND: Final = QUERIES * (VALUE + 1)
_LINEAR: Final = {
    "tile_in": (_HIDDEN, TILE_SIZE),
    "tile_out": (TILE, _HIDDEN),
    "cell": (len(MATERIALS) + len(CREATURES), TILE),
    "number": (COUNTS, TILE),
    "player": (len(FACINGS) + 1, TILE),
    "light": (len(LIGHTS), TILE),
    "key": (KEY, TILE),
    "value": (VALUE, TILE),
    "word_in": (_WORD_IN, SIZE),
    "query": (KEY, WORD),
    "gate": (_FOUND, WORD),
    "head_in": (_HEAD, 5 * _FOUND + WORD),
    "head_out": (1, _HEAD),
    "mix_1": (TILE, TILE, 3, 3),
    "mix_2": (TILE, TILE, 3, 3),
    "tile_norm": (TILE,),
    "mix_norm": (TILE,),
}


def network_shapes() -> dict[str, tuple[int, ...]]:
    """Name of each array of `agent.judges.embedded.network.Network` -> its shape."""
    shapes: dict[str, tuple[int, ...]] = {"place": (TILES, TILE), "ask": (QUERIES, WORD)}
    for name, shape in _LINEAR.items():
        shapes |= {f"{name}.weight": shape, f"{name}.bias": shape[:1]}
    return shapes | _reader_shapes(_WORD_IN, WORD // 2)


def translator_shapes() -> dict[str, tuple[int, ...]]:
    """Name of each array of `agent.judges.embedded.translator.Translator` -> its shape."""
    heard = 2 * _HEARD + _WORD_IN
    linear = {
        "word_in": (_WORD_IN, SIZE),
        "key": (_STATE, heard),
        "begin": (_STATE, heard),
        "query": (_STATE, _STATE),
        "hidden": (_STATE, _STATE + heard),
        "out": (len(SYMBOLS), _STATE),
    }
    shapes: dict[str, tuple[int, ...]] = {"symbol.weight": (len(SYMBOLS) + 1, _SYMBOL)}
    for name, shape in linear.items():
        shapes |= {f"{name}.weight": shape, f"{name}.bias": shape[:1]}
    shapes |= {"next.weight_ih": (3 * _STATE, _SYMBOL + heard), "next.weight_hh": (3 * _STATE, _STATE)}
    shapes |= {"next.bias_ih": (3 * _STATE,), "next.bias_hh": (3 * _STATE,)}
    return shapes | _reader_shapes(_WORD_IN, _HEARD)


def _reader_shapes(inputs: int, state: int) -> dict[str, tuple[int, ...]]:
    """The arrays of a layer that reads words forwards and backwards."""
    shapes: dict[str, tuple[int, ...]] = {}
    for way in ("l0", "l0_reverse"):
        shapes |= {f"words.weight_ih_{way}": (3 * state, inputs), f"words.bias_ih_{way}": (3 * state,)}
        shapes |= {f"words.weight_hh_{way}": (3 * state, state), f"words.bias_hh_{way}": (3 * state,)}
    return shapes


def check_arrays(arrays: Mapping[str, NDArray[Any]], shapes: Shapes) -> None:
    """Raise `BadWeights` unless these are the arrays, of these shapes, with finite numbers."""
    if missing := sorted(shapes.keys() - arrays.keys()):
        raise BadWeights(f"{counted(len(missing), 'array')} missing: {listed(missing, 100)}")
    if strange := sorted(arrays.keys() - shapes.keys()):
        raise BadWeights(f"{counted(len(strange), 'array')} that no judge has: {listed(strange, 100)}")
    for name, shape in shapes.items():
        check_array(name, arrays[name], shape)


def check_array(name: str, values: NDArray[Any], shape: tuple[int, ...]) -> None:
    """Raise `BadWeights` unless an array has this shape and finite numbers; a size of -1 may be any."""
    given = values.shape
    alike = len(given) == len(shape) and all(b in (-1, a) for a, b in zip(given, shape, strict=True))
    if not alike or 0 in given:
        raise BadWeights(f"array {brief(name)} has the shape {brief(given)}, expected {_in_words(shape)}")
    if not np.issubdtype(values.dtype, np.floating):
        raise BadWeights(f"array {brief(name)} holds {values.dtype}, expected fractions such as float16")
    if not np.isfinite(values).all():
        raise BadWeights(f"array {brief(name)} holds numbers that are not finite")


def _in_words(shape: tuple[int, ...]) -> str:
    return f"({', '.join('any' if size < 0 else str(size) for size in shape)})"
