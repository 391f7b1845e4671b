"""The judge's network learns from attempts and claims."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from agent.judge_training.bank import Bank
from agent.judge_training.model import JudgeModel, Read
from agent.judge_training.pool import family, neighbours, settled
from agent.judge_training.variation import Batch, Variation
from agent.judges.embedded.claims import Claim
from agent.judges.embedded.compare import probability
from agent.judges.embedded.sight import Truths
from agent.judges.embedded.text_encoder import SIZE
from envs.disk import Written
from skills.files import write_atomically

_PEAK: Final = 2e-3
_WARM_UP: Final = 100


@dataclass(frozen=True, slots=True)
class Lesson:
    """A claim with its sentences.

    Attributes:
        claim: it.
        holds: rows of attempts of which it holds.
        states: of the word pieces of each sentence, float16[pieces, SIZE].
    """

    claim: Claim
    holds: NDArray[np.int64]
    states: tuple[NDArray[np.float16], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """How it learns.

    Attributes:
        steps: updates.
        attempts: of a step.
        claims: of a step.
        seed: of everything.
        reading: weight of what the reader's heads get wrong.
    """

    steps: int = 6_000
    attempts: int = 40
    claims: int = 36
    seed: int = 0
    reading: float = 0.5


class Learner:
    """Learns step by step; may be stopped and resumed."""

    def __init__(self, bank: Bank, lessons: Sequence[Lesson], how: Learning, device: str = "cpu") -> None:
        torch.manual_seed(how.seed)
        self._bank, self._lessons, self._how, self._device = bank, list(lessons), how, device
        self.model = JudgeModel().to(device)
        self._optimiser = torch.optim.AdamW(self.model.parameters(), _PEAK, weight_decay=0.02)
        self.step = 0
        self._variation: Variation | None = None
        self._weights = _drawing_weights(lessons)
        self._number = {str(lesson.claim): i for i, lesson in enumerate(lessons)}
        self._families: dict[str, list[Claim]] = {}
        for lesson in lessons:
            for key in family(lesson.claim):
                self._families.setdefault(key, []).append(lesson.claim)

    def learn(self, on_step: Callable[[int, dict[str, float]], None]) -> None:
        """Take the steps that are left."""
        while self.step < self._how.steps:
            on_step(self.step, self._update())

    def _update(self) -> dict[str, float]:
        rng = np.random.default_rng((self._how.seed, self.step))
        if self._variation is None:
            self._variation = Variation(self._bank, np.random.default_rng(self._how.seed))
        self._variation.reseed(rng)
        numbers = self._claims(rng)
        batch = self._variation.batch(self._attempts(numbers, rng))
        losses = self._losses(batch, numbers, rng)
        for group in self._optimiser.param_groups:
            group["lr"] = self._rate()
        self._optimiser.zero_grad()
        (losses["claims"] + self._how.reading * losses["reading"]).backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self._optimiser.step()
        self.step += 1
        return {name: float(value.detach()) for name, value in losses.items()} if self.step % 50 == 0 else {}

    def _rate(self) -> float:
        share = self.step / self._how.steps
        return _PEAK * min(1, (self.step + 1) / _WARM_UP) * (0.5 * (1 + math.cos(math.pi * share)) + 0.005)

    def _claims(self, rng: np.random.Generator) -> list[int]:
        """Claims of a step: some drawn, and some that are easily taken for them."""
        n = self._how.claims
        drawn = rng.choice(len(self._lessons), n - n // 3, replace=False, p=self._weights).tolist()
        close = list[int]()
        for number in drawn:
            claim = self._lessons[number].claim
            like = neighbours(claim, self._families) or [
                atom for atom in claim.atoms() if str(atom) in self._number
            ]
            if like and len(close) < n // 3:
                close.append(self._number[str(like[int(rng.integers(len(like)))])])
        return list(dict.fromkeys([*drawn, *close]))

    def _attempts(self, numbers: Sequence[int], rng: np.random.Generator) -> NDArray[np.int64]:
        """Attempts of a step: one of which each claim holds, and any."""
        n = self._how.attempts
        chosen = [int(rng.choice(self._lessons[i].holds)) for i in numbers[: (2 * n) // 3]]
        return np.array([*chosen, *rng.integers(len(self._bank), size=n - len(chosen))], np.int64)

    def _losses(self, batch: Batch, numbers: Sequence[int], rng: np.random.Generator) -> dict[str, Tensor]:
        labels, weights = self._labels(batch, [self._lessons[i].claim for i in numbers])
        tiles = self.model.tiles(self._to(batch.tiles))
        texts = [self._sentence(self._lessons[i], rng) for i in numbers]
        queries, whole = self.model.text(*padded(texts, self._device))
        logits = self.model.judge(tiles, self._to(batch.moments), queries, whole)
        loss = functional.binary_cross_entropy_with_logits(logits, self._to(labels), reduction="none")
        right = ((logits > 0) == (self._to(labels) > 0.5)).float()
        share = self._to(weights / weights.sum())
        return {
            "claims": (share * loss).sum(),
            "reading": reading_loss(self.model.read(tiles), batch.truths, self._device),
            "accuracy": (share * right).sum(),
        }

    def _sentence(self, lesson: Lesson, rng: np.random.Generator) -> NDArray[np.float16]:
        return lesson.states[int(rng.integers(len(lesson.states)))]

    def _labels(
        self, batch: Batch, claims: Sequence[Claim]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Whether each claim holds of each attempt, and how much that counts; float32[attempts, claims]."""
        shown, without = batch.attempts(hidden=True), batch.attempts(hidden=False)
        labels = np.stack([probability(claim, shown) for claim in claims], 1)
        counts = np.stack([settled(claim, shown, without) for claim in claims], 1).astype(np.float32)
        share = (labels * counts).sum(0) / np.maximum(counts.sum(0), 1)
        weights = np.where(labels > 0.5, 0.5 / np.maximum(share, 0.03), 0.5 / np.maximum(1 - share, 0.03))
        return labels, (weights.clip(0.3, 8) * counts).astype(np.float32)

    def _to(self, values: NDArray[Any]) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(values)).to(self._device)

    def save(self, path: Path) -> None:
        """Write what is needed to go on. Raises `OSError`."""
        content = io.BytesIO()
        torch.save(
            {"step": self.step, "model": self.model.state_dict(), "optimiser": self._optimiser.state_dict()},
            content,
        )
        write_atomically(path, content.getvalue(), Written.CHECKPOINT)

    def resume(self, path: Path) -> None:
        """Go on from what `save` wrote."""
        saved = torch.load(path, map_location=self._device, weights_only=True)
        self.model.load_state_dict(saved["model"])
        self._optimiser.load_state_dict(saved["optimiser"])
        self.step = int(saved["step"])


def padded(texts: Sequence[NDArray[np.float16]], device: str) -> tuple[Tensor, Tensor]:
    """Token states of several sentences as float32[m, words, SIZE] and their mask."""
    longest = max(map(len, texts))
    states = np.zeros((len(texts), longest, SIZE), np.float32)
    mask = np.zeros((len(texts), longest), np.float32)
    for i, text in enumerate(texts):
        states[i, : len(text)], mask[i, : len(text)] = text, 1
    return torch.from_numpy(states).to(device), torch.from_numpy(mask).to(device)


def reading_loss(read: Read, truths: Truths, device: str) -> Tensor:
    """How far the reader's heads are from what the pictures show."""

    def to(values: NDArray[np.uint8]) -> Tensor:
        return torch.from_numpy(values.astype(np.int64)).to(device)

    return (
        functional.cross_entropy(read.material.flatten(0, 1), to(truths.material).flatten())
        + functional.cross_entropy(read.creature.flatten(0, 1), to(truths.creature).flatten())
        + functional.cross_entropy(read.counts.flatten(0, 1), to(truths.counts).flatten())
        + 0.3 * functional.cross_entropy(read.facing, to(truths.facing))
        + 0.3 * functional.cross_entropy(read.light, to(truths.light))
        + 0.3 * functional.binary_cross_entropy_with_logits(read.asleep, to(truths.asleep).float())
    )


def _drawing_weights(lessons: Sequence[Lesson]) -> NDArray[np.float64]:
    """How often each claim is drawn: rare kinds more often than their number says."""
    counts: dict[str, int] = {}
    for lesson in lessons:
        counts[lesson.claim.kind] = counts.get(lesson.claim.kind, 0) + 1
    weights = np.array([counts[lesson.claim.kind] ** -0.6 for lesson in lessons])
    drawn: NDArray[np.float64] = weights / weights.sum()
    return drawn
