"""The embedded judge: looks at pictures of an attempt and says whether a claim holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from agent.judges.embedded.calibration import Calibration, Scale
from agent.judges.embedded.compare import MOMENTS, Attempts
from agent.judges.embedded.errors import BadPicture, NoTextEncoder
from agent.judges.embedded.explaining import what_is_seen
from agent.judges.embedded.network import Network
from agent.judges.embedded.parsing import parse_claim
from agent.judges.embedded.picture import tiles_of
from agent.judges.embedded.scoring import Heard, Look, Score, heard_score, read_score
from agent.judges.embedded.shipped_states import load_states, normal
from agent.judges.embedded.sight import Floats
from agent.judges.embedded.text_encoder import TextEncoder
from agent.judges.embedded.translator import Translators
from agent.judges.embedded.weights import SHIPPED, Stored, load_judge
from envs.text import brief
from planners.execution.judge import JudgeTask
from planners.plan import Verdict

NAME: Final = "embedded"
KEPT_SENTENCES: Final = 4_096
"""Sentences of which it is kept in memory what they may claim."""


@dataclass(slots=True)
class EmbeddedJudge:
    """Judges Crafter by its pictures, offline.

    A claim that the lexicon understands is compared with what the reader reads off the pictures. Any other
    sentence is translated to the claims that it may make, each with a probability; the text head speaks for
    what is missing to one. Both need the sentence's token states: those of shipped claims are here, others
    come from the text encoder. What pictures do not settle is unclear.

    Attributes:
        network: tiles, reader and text head.
        calibration: what its scores are worth.
        known: float32[n, SIZE], directions of sentences that it was trained on.
        translator: from sentences to claims.
        encoder: for sentences that did not come with Journeyman; opened when one comes.
    """

    network: Network
    calibration: Calibration
    known: Floats
    translator: Translators | None = None
    encoder: TextEncoder | None = None
    name: str = NAME
    wants_captions: bool = False
    wants_frames: bool = True
    wants_screens: bool = False
    _heard: dict[str, Heard] = field(default_factory=dict, repr=False)

    @classmethod
    def load(cls, folder: Path | None = None) -> EmbeddedJudge:
        """The judge of a folder, by default the one that is shipped. Raises `BadWeights`."""
        return cls.of(load_judge(SHIPPED if folder is None else folder))

    @classmethod
    def of(cls, stored: Stored) -> EmbeddedJudge:
        """A judge out of its parts."""
        translator = Translators.of(stored.translator) if stored.translator else None
        return cls(Network(stored.weights), stored.calibration, stored.known.astype(np.float32), translator)

    def judge(self, task: JudgeTask) -> Verdict:
        """The verdict on one attempt; unclear, with the reason, where it cannot be judged."""
        text = task.in_words()
        try:
            if not text:
                return self._unclear("it is not said what success means")
            if not task.frames:
                return self._unclear("there are no pictures")
            look = self._look_at(task)
            return self._verdict(self.score(text, look), look)
        except (BadPicture, NoTextEncoder) as error:
            return self._unclear(str(error))
        except ValueError as error:
            return self._unclear(f"the claim {brief(text)} cannot be read: {error}")

    def look(self, pixels: NDArray[np.uint8], moments: NDArray[np.int64], course_seen: bool) -> Look:
        """Look at an attempt.

        Args:
            pixels: uint8[n, TILES, TILE_SIZE], its pictures in order of time.
            moments: int[MOMENTS], which of them show its moments.
            course_seen: whether nothing happened unseen between them.
        """
        tiles = self.network.tiles(pixels)
        attempts = Attempts(self.network.read(tiles), moments[None], np.array([course_seen]))
        return Look(tiles, moments, attempts)

    def score(self, text: str, look: Look, *, only_text: bool = False) -> Score:
        """How likely a claim holds of an attempt, before calibration.

        Args:
            text: the claim.
            look: at the attempt.
            only_text: whether the claim is translated even where the lexicon understands it.

        Raises:
            NoTextEncoder: the sentence did not come with Journeyman, and there is no encoder.
            ValueError: it is longer than the encoder reads.
        """
        claim = None if only_text else parse_claim(text)
        if claim is not None:
            return read_score(claim, look)
        return heard_score(self._hear(text), look, self.network)

    def scale_of(self, score: Score) -> Scale:
        """What the score is measured by."""
        if score.way == "read":
            return self.calibration.read
        familiar = score.likeness >= self.calibration.least_likeness
        return self.calibration.familiar if familiar else self.calibration.unfamiliar

    def _verdict(self, score: Score, look: Look) -> Verdict:
        if score.way == "unseen":
            return self._unclear("the claim is about the course of the attempt, which was not seen whole")
        scale = self.scale_of(score)
        chance = float(scale.chance(score.logit))
        if score.claim is None:
            return self._say(scale, chance, f"looks as if it held with chance {chance:.2f}")
        sure = f" ({score.share:.0%} sure of the words)" if score.way == "translated" else ""
        seen = what_is_seen(score.claim, look.attempts)
        return self._say(scale, chance, f"read as '{score.claim}'{sure}: {seen}")

    def _look_at(self, task: JudgeTask) -> Look:
        """Its pictures in order of time."""
        steps = task.frame_steps or tuple(range(0, 1000 * len(task.frames), 1000))
        shown = dict(zip(steps, task.frames, strict=False))
        shown |= {event.step: event.picture for event in task.event_frames if event.step not in shown}
        pictures = np.stack([tiles_of(shown[step]) for step in sorted(shown)])[-MOMENTS:]
        rows = [*range(len(pictures)), *[len(pictures) - 1] * (MOMENTS - len(pictures))]
        return self.look(pictures, np.array(rows), task.course_seen)

    def _hear(self, text: str) -> Heard:
        """What is made of a sentence.

        Raises:
            NoTextEncoder: the sentence did not come with Journeyman, and there is no encoder.
            ValueError: it has more than `LONGEST` word pieces.
        """
        key = normal(text)
        if key not in self._heard:
            if len(self._heard) >= KEPT_SENTENCES:
                self._heard.pop(next(iter(self._heard)))
            states = load_states().get(key)
            if states is None:
                self.encoder = self.encoder or TextEncoder()
                states = self.encoder.encode([key])[0]
            self.remember({key: states})
        return self._heard[key]

    def remember(self, states: Mapping[str, NDArray[np.float16]]) -> None:
        """Take in the token states of sentences, so that none of them needs the encoder any more."""
        for text, own in states.items():
            meaning = self.translator.meaning(own) if self.translator else None
            self._heard[normal(text)] = Heard(self.network.question(own), self.likeness(own), meaning)

    def likeness(self, states: NDArray[np.floating]) -> float:
        """Of a sentence's token states to the most similar sentence known, -1..1."""
        mean = states[1:-1].astype(np.float32).mean(0)
        return float((self.known @ (mean / (np.linalg.norm(mean) + 1e-9))).max())

    def _say(self, scale: Scale, chance: float, reason: str) -> Verdict:
        outcome = scale.outcome(chance)
        confidence = (
            chance if outcome == "done" else 1 - chance if outcome == "not_done" else max(chance, 1 - chance)
        )
        return Verdict(outcome=outcome, reason=reason, judge=self.name, confidence=round(confidence, 4))

    def _unclear(self, reason: str) -> Verdict:
        return Verdict(outcome="unclear", reason=reason, judge=self.name, confidence=0.0)
