"""The judge's network as it is trained; `agent.judges.embedded.network` computes the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from agent.judges.embedded.compare import MOMENTS
from agent.judges.embedded.network import KEY, QUERIES, TILE, VALUE, WORD
from agent.judges.embedded.picture import TILE_SIZE
from agent.judges.embedded.sight import (
    CELLS,
    CENTRE,
    COLUMNS,
    COUNTED,
    COUNTS,
    CREATURES,
    FACINGS,
    LIGHTS,
    MATERIALS,
    ROWS,
    TILES,
)
from agent.judges.embedded.text_encoder import SIZE

_HIDDEN: Final = 128
_FOUND: Final = QUERIES * (VALUE + 1)


@dataclass(frozen=True, slots=True)
class Read:
    """What the reader's heads say of n pictures, as logits; the last axis is the choice."""

    material: Tensor
    creature: Tensor
    counts: Tensor
    asleep: Tensor
    light: Tensor
    facing: Tensor


class JudgeModel(nn.Module):
    """Tiles, the reader's heads, the reader of words, and the head that compares."""

    def __init__(self) -> None:
        super().__init__()
        self.tile_in = nn.Linear(TILE_SIZE, _HIDDEN)
        self.tile_out = nn.Linear(_HIDDEN, TILE)
        self.place = nn.Parameter(torch.randn(TILES, TILE) * 0.1)
        self.tile_norm = nn.LayerNorm(TILE)
        self.mix_1 = nn.Conv2d(TILE, TILE, 3, padding=1)
        self.mix_2 = nn.Conv2d(TILE, TILE, 3, padding=1)
        self.mix_norm = nn.LayerNorm(TILE)
        self.cell = nn.Linear(TILE, len(MATERIALS) + len(CREATURES))
        self.number = nn.Linear(TILE, COUNTS)
        self.player = nn.Linear(TILE, len(FACINGS) + 1)
        self.light = nn.Linear(TILE, len(LIGHTS))
        self.key = nn.Linear(TILE, KEY)
        self.value = nn.Linear(TILE, VALUE)
        self.word_in = nn.Linear(SIZE, 96)
        self.words = nn.GRU(96, WORD // 2, batch_first=True, bidirectional=True)
        self.ask = nn.Parameter(torch.randn(QUERIES, WORD) * 0.1)
        self.query = nn.Linear(WORD, KEY)
        self.gate = nn.Linear(WORD, _FOUND)
        self.head_in = nn.Linear(5 * _FOUND + WORD, 192)
        self.head_out = nn.Linear(192, 1)

    def tiles(self, pixels: Tensor) -> Tensor:
        """uint8[n, TILES, TILE_SIZE] -> float[n, TILES, TILE], tiles that know of their neighbours."""
        states = self.tile_out(_gelu(self.tile_in(pixels.float() / 255 - 0.4)))
        states = self.tile_norm(states + self.place)
        grid = states[:, :CELLS].transpose(1, 2).reshape(-1, TILE, ROWS, COLUMNS)
        grid = grid + self.mix_2(_gelu(self.mix_1(grid)))
        mixed = self.mix_norm(grid.flatten(2).transpose(1, 2))
        return torch.cat([mixed, states[:, CELLS:]], 1)

    def read(self, tiles: Tensor) -> Read:
        """What the pictures show."""
        cell = self.cell(tiles[:, :CELLS])
        player = self.player(tiles[:, CENTRE])
        return Read(
            cell[..., : len(MATERIALS)],
            cell[..., len(MATERIALS) :],
            self.number(tiles[:, CELLS : CELLS + len(COUNTED)]),
            player[:, -1],
            self.light(tiles[:, :CELLS].mean(1)),
            player[:, :-1],
        )

    def text(self, states: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Token states float[m, words, SIZE] -> queries float[m, QUERIES, KEY], sentences float[m, WORD]."""
        heard, _ = self.words(self.word_in(functional.dropout(states, 0.1, self.training)))
        scores = self.ask @ heard.transpose(1, 2) / WORD**0.5
        scores = scores.masked_fill(mask[:, None] == 0, -1e9)
        asked = scores.softmax(-1) @ heard
        whole = heard.masked_fill(mask[..., None] == 0, -9).amax(1)
        return self.query(asked), whole

    def judge(self, tiles: Tensor, moments: Tensor, queries: Tensor, whole: Tensor) -> Tensor:
        """The logit of each claim for each attempt.

        Args:
            tiles: float[n, TILES, TILE].
            moments: long[s, MOMENTS], rows of `tiles`.
            queries: float[m, QUERIES, KEY].
            whole: float[m, WORD].

        Returns:
            float[s, m].
        """
        found = self._looked_up(tiles, queries)[moments]
        first, last = found[:, 0], found[:, -1]
        steps = found[:, 1:] - found[:, :-1]
        said = whole.expand(len(moments), -1, -1)
        gate = torch.tanh(self.gate(whole))
        parts = [last, last - first, steps.amax(1), steps.amin(1), last * gate, said]
        hidden = _gelu(self.head_in(torch.cat(parts, -1)))
        logits: Tensor = self.head_out(functional.dropout(hidden, 0.1, self.training))
        return logits[..., 0]

    def _looked_up(self, tiles: Tensor, queries: Tensor) -> Tensor:
        """What every query finds in every picture, float[n, m, QUERIES * (VALUE + 1)]."""
        m = len(queries)
        scores = self.key(tiles) @ queries.reshape(m * QUERIES, KEY).T / KEY**0.5
        shares = scores.softmax(1).transpose(1, 2)
        values = (shares @ self.value(tiles)).reshape(len(tiles), m, QUERIES, VALUE)
        mass = torch.logsumexp(scores, 1).reshape(len(tiles), m, QUERIES, 1)
        return torch.cat([values, mass], -1).flatten(2)


assert MOMENTS == 7, "the network looks at seven moments"


def _gelu(values: Tensor) -> Tensor:
    return functional.gelu(values, approximate="tanh")
