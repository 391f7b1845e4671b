"""The translator learns what sentences claim."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from agent.judge_training.learning import padded
from agent.judge_training.lessons import encode_all
from agent.judge_training.wider import Saying, draw_others, draw_sayings
from agent.judges.embedded.grammar import SYMBOLS, allowed, expected, row_of
from agent.judges.embedded.text_encoder import SIZE, TextEncoder
from envs.disk import Written, make_folder
from skills.files import write_atomically

WORD: Final = 96
"""Numbers that stand for a word piece."""
HEARD: Final = 64
"""The same in each direction of the reader."""
STATE: Final = 96
"""Numbers of what was said so far."""
SYMBOL: Final = 32
_PEAK: Final = 3e-3
_WARM_UP: Final = 50
_APART: Final = 1_000
"""Between the seeds of translators that are averaged, so that judges of other seeds share none."""
_NOISE: Final = 0.15
"""Standard deviation of the noise on word pieces, whose own is about 0.5."""


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence and what it claims.

    Attributes:
        row: of the claim's symbols.
        states: of the sentence's word pieces, float16[pieces, SIZE].
    """

    row: tuple[int, ...]
    states: NDArray[np.float16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Translating:
    """How it learns.

    Attributes:
        sentences: that are drawn for claims, for each translator.
        others: that are drawn for what claims cannot say, for each translator.
        epochs: how often each is seen.
        batch: sentences of a step.
        members: translators whose translations are averaged, each from sentences and with a seed of its own.
        seed: of everything.
    """

    sentences: int = 60_000
    others: int = 6_000
    epochs: int = 5
    batch: int = 96
    members: int = 2
    seed: int = 0


class TranslatorModel(nn.Module):
    """The network of `agent.judges.embedded.translator` in torch."""

    def __init__(self) -> None:
        super().__init__()
        heard = 2 * HEARD + WORD
        self.word_in = nn.Linear(SIZE, WORD)
        self.words = nn.GRU(WORD, HEARD, batch_first=True, bidirectional=True)
        self.key = nn.Linear(heard, STATE)
        self.begin = nn.Linear(heard, STATE)
        self.query = nn.Linear(STATE, STATE)
        self.symbol = nn.Embedding(len(SYMBOLS) + 1, SYMBOL)
        self.next = nn.GRUCell(SYMBOL + heard, STATE)
        self.hidden = nn.Linear(STATE + heard, STATE)
        self.out = nn.Linear(STATE, len(SYMBOLS))

    def forward(self, states: Tensor, mask: Tensor, rows: Tensor) -> Tensor:
        """Logits of each symbol of rows, float[m, length, SYMBOLS].

        Args:
            states: float[m, words, SIZE].
            mask: float[m, words].
            rows: long[m, length], symbols; -1 behind the end.
        """
        heard = self._heard(states, mask)
        keys = self.key(heard)
        state = torch.tanh(self.begin(heard.masked_fill(mask[..., None] == 0, -9).amax(1)))
        begin = torch.full((len(rows), 1), len(SYMBOLS), device=rows.device)
        before = self.symbol(torch.cat([begin, rows[:, :-1].clamp(min=0)], 1))
        said = []
        for k in range(rows.shape[1]):
            state = self.next(torch.cat([before[:, k], self._look(state, keys, heard, mask)], 1), state)
            looked = self._look(state, keys, heard, mask)
            said.append(torch.cat([functional.dropout(state, 0.2, self.training), looked], 1))
        hidden = functional.dropout(torch.relu(self.hidden(torch.stack(said, 1))), 0.2, self.training)
        logits: Tensor = self.out(hidden)
        return logits

    def _heard(self, states: Tensor, mask: Tensor) -> Tensor:
        if self.training:
            states = functional.dropout(states + _NOISE * torch.randn_like(states), 0.2)
        inputs = self.word_in(states)
        lengths = mask.sum(1).long().cpu()
        packed = nn.utils.rnn.pack_padded_sequence(inputs, lengths, batch_first=True, enforce_sorted=False)
        heard, _ = nn.utils.rnn.pad_packed_sequence(
            self.words(packed)[0], batch_first=True, total_length=inputs.shape[1]
        )
        return functional.dropout(torch.cat([heard, inputs], -1), 0.2, self.training)

    def _look(self, state: Tensor, keys: Tensor, heard: Tensor, mask: Tensor) -> Tensor:
        scores = torch.einsum("mwk,mk->mw", keys, self.query(state)) / STATE**0.5
        shares = scores.masked_fill(mask == 0, -1e9).softmax(1)
        return torch.einsum("mw,mwh->mh", shares, heard)


def kept_translators(
    folder: Path, encoder: TextEncoder, how: Translating, say: Callable[[str], None]
) -> dict[str, NDArray[Any]]:
    """The weights of all translators, by number and name.

    Each learns from sentences of its own, and is kept in `folder`, so that a training that is stopped goes on
    with the first one that is not there.
    """
    weights: dict[str, NDArray[Any]] = {}
    for k in range(how.members):
        own = replace(how, seed=how.seed + k * _APART)
        learned = _kept_translator(folder / f"translator-{k}.npz", encoder, own, f"translator {k + 1}", say)
        weights |= {f"{k}.{name}": values for name, values in learned.items()}
    return weights


def _kept_translator(
    path: Path, encoder: TextEncoder, how: Translating, name: str, say: Callable[[str], None]
) -> dict[str, NDArray[Any]]:
    """One translator: read from its file, or learned and kept there."""
    if path.is_file():
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    say(f"{name} of {how.members}: {how.sentences + how.others} sentences are drawn and encoded")
    weights = learn_translator(
        examples_of(draw_lines(how), encoder),
        how,
        lambda epoch, loss: say(f"{name}, epoch {epoch} of {how.epochs}: loss {loss:.3f}"),
    )
    content = io.BytesIO()
    np.savez(content, **weights)  # type: ignore[arg-type]
    make_folder(path.parent, Written.TRAINING)
    write_atomically(path, content.getvalue(), Written.TRAINING)
    return weights


def draw_lines(how: Translating) -> list[Saying]:
    """The sentences to learn from."""
    claims = draw_sayings(np.random.default_rng((how.seed, 2)), how.sentences)
    return claims + draw_others(np.random.default_rng((how.seed, 3)), how.others)


def examples_of(sayings: Sequence[Saying], encoder: TextEncoder) -> list[Example]:
    """Sentences with their token states, of claims that rows can hold."""
    texts = list(dict.fromkeys(saying.text for saying in sayings))
    states = dict(zip(texts, encode_all(texts, encoder), strict=True))
    rows = [(row_of(saying.short), states[saying.text]) for saying in sayings]
    return [Example(row, own) for row, own in rows if row is not None]


def learn_translator(
    examples: Sequence[Example], how: Translating, on_epoch: Callable[[int, float], None]
) -> dict[str, NDArray[Any]]:
    """Learn from sentences; the weights by name.

    Args:
        examples: the sentences.
        how: seed and sizes.
        on_epoch: told after every epoch its number and the mean loss of a sentence.
    """
    torch.manual_seed(how.seed)
    rng, model = np.random.default_rng(how.seed), TranslatorModel()
    optimiser = torch.optim.AdamW(model.parameters(), _PEAK, weight_decay=0.02)
    steps, step = how.epochs * math.ceil(len(examples) / how.batch), 0
    for epoch in range(how.epochs):
        losses = []
        for part in _batches(examples, how.batch, rng):
            for group in optimiser.param_groups:
                group["lr"] = _PEAK * min(1, (step + 1) / _WARM_UP) * _cooling(step / steps)
            loss = loss_of(model, part)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            losses.append(float(loss.detach()))
            step += 1
        on_epoch(epoch + 1, float(np.mean(losses)))
    return {name: values.detach().numpy() for name, values in model.state_dict().items()}


def _cooling(share: float) -> float:
    return 0.5 * (1 + math.cos(math.pi * share)) + 0.01


def loss_of(model: TranslatorModel, part: Sequence[Example]) -> Tensor:
    """Mean log loss of a sentence's row."""
    states, mask = padded([example.states for example in part], "cpu")
    rows, may = _targets([example.row for example in part])
    logits = model(states, mask, rows).masked_fill(~may, -1e9)
    loss = functional.cross_entropy(logits.flatten(0, 1), rows.flatten(), ignore_index=-1, reduction="sum")
    return loss / len(part)


def _targets(rows: Sequence[tuple[int, ...]]) -> tuple[Tensor, Tensor]:
    """Rows as long[m, length], -1 behind their ends, and which symbols each place may hold."""
    longest = max(map(len, rows))
    targets = np.full((len(rows), longest), -1)
    may = np.ones((len(rows), longest, len(SYMBOLS)), np.bool_)
    for i, row in enumerate(rows):
        targets[i, : len(row)] = row
        for k in range(len(row)):
            may[i, k] = allowed(expected(row[:k])[0])
    return torch.from_numpy(targets), torch.from_numpy(may)


def _batches(examples: Sequence[Example], size: int, rng: np.random.Generator) -> list[list[Example]]:
    """All examples, those of like lengths together, in an order by chance."""
    noisy = [len(example.states) + 1.5 * len(example.row) + 3 * rng.random() for example in examples]
    order = np.argsort(noisy)
    parts = [[examples[i] for i in order[at : at + size]] for at in range(0, len(order), size)]
    return [parts[i] for i in rng.permutation(len(parts))]
