"""The embedded judge: looks at pictures of an attempt and says whether a claim holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from agent.judges.embedded.calibration import Calibration, Scale
from agent.judges.embedded.compare import MOMENTS, Attempts, has_room, highest_at_start
from agent.judges.embedded.describing import description
from agent.judges.embedded.errors import BadPicture, NoTextEncoder
from agent.judges.embedded.explaining import what_is_seen
from agent.judges.embedded.network import Network
from agent.judges.embedded.parsing import parse_claim
from agent.judges.embedded.picture import is_picture, tiles_of
from agent.judges.embedded.readable import why_unreadable
from agent.judges.embedded.scoring import Heard, Look, Score, heard_score, read_score
from agent.judges.embedded.shipped_states import load_states, normal
from agent.judges.embedded.sight import Floats, Sights, joined
from agent.judges.embedded.text_encoder import TextEncoder, encoder_is_installed
from agent.judges.embedded.translator import Translators
from agent.judges.embedded.weights import SHIPPED, Stored, load_judge
from envs.text import brief
from envs.workers.cores import one_blas_thread
from planners.execution.judge import JudgeTask
from planners.plan import Verdict

NAME: Final = "embedded"
KEPT_SENTENCES: Final = 4_096
"""Sentences of which it is kept in memory what they may claim."""
KEPT_PICTURES: Final = 512
"""Pictures kept in memory as they were read, 28 kB each: every look at an attempt shows some again."""


@dataclass(frozen=True, slots=True)
class _Picture:
    """One picture as the network takes it in.

    Attributes:
        tiles: float32[TILES, TILE].
        sights: what is read off it, one row.
    """

    tiles: Floats
    sights: Sights


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
    _pictures: dict[bytes, _Picture] = field(default_factory=dict, repr=False)

    @classmethod
    def load(cls, folder: Path | None = None) -> EmbeddedJudge:
        """The judge of a folder, by default the one that is shipped. Raises `BadWeights`."""
        return cls.of(load_judge(SHIPPED if folder is None else folder))

    @classmethod
    def of(cls, stored: Stored) -> EmbeddedJudge:
        """A judge out of its parts."""
        translator = Translators.of(stored.translator) if stored.translator else None
        return cls(Network(stored.weights), stored.calibration, stored.known.astype(np.float32), translator)

    def understands(self, claim: str) -> bool:
        """Whether its verdict may be other than unclear: the claim is read, or its token states are at hand.

        Raises:
            BadWeights: the token states that are shipped cannot be read.
        """
        key = normal(claim)
        if not key or why_unreadable(claim):
            return False
        if key in self._heard or parse_claim(claim) is not None:
            return True
        return key in load_states() or self.encoder is not None or encoder_is_installed()

    def highest_at_start(self, claim: str) -> dict[str, int]:
        """Bar -> the value up to which it may stand at the start of an attempt, or success could not be seen.

        Of what the claim lets rise, such as food for "eat"; empty for a claim that the lexicon does not have.
        """
        read = parse_claim(claim)
        return {} if read is None else highest_at_start(read)

    def features(self, task: JudgeTask) -> NDArray[Any] | None:
        """What is read off the pictures of an attempt, see `description`; None where they cannot be read."""
        try:
            return None if _why_unseen(task) else description(self._look_at(task).attempts)
        except BadPicture:
            return None

    def judge(self, task: JudgeTask) -> Verdict:
        """The verdict on one attempt; unclear, with the reason, where it cannot be judged."""
        return self.judge_many([task])[0]

    def judge_many(self, tasks: Sequence[JudgeTask]) -> list[Verdict]:
        """The verdicts on several attempts, whose pictures are looked at together."""
        with one_blas_thread():
            self._take_in(tasks)
            return [self._judged(task) for task in tasks]

    def _judged(self, task: JudgeTask) -> Verdict:
        text = task.in_words()
        try:
            if reason := why_unreadable(text) or _why_unseen(task):
                return self._unclear(reason)
            look = self._look_at(task)
            return self._verdict(self.score(text, look), look)
        except (BadPicture, NoTextEncoder) as error:
            return self._unclear(str(error))
        except ValueError as error:
            return self._unclear(f"the claim {brief(text)} cannot be read: {error}")

    def look(self, tiles: Floats, moments: NDArray[np.int64], course_seen: bool) -> Look:
        """Look at an attempt.

        Args:
            tiles: float32[n, TILES, TILE], of its pictures in order of time.
            moments: int[MOMENTS], which of them show its moments.
            course_seen: whether nothing happened unseen between them.
        """
        return _look(tiles, self.network.read(tiles), moments, course_seen)

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
        return heard_score(self._hear(text), look, self.network, self.calibration.translated)

    def scale_of(self, score: Score) -> Scale:
        """What the score is measured by."""
        if score.way == "read":
            return self.calibration.read
        familiar = score.likeness >= self.calibration.least_likeness
        return self.calibration.familiar if familiar else self.calibration.unfamiliar

    def _verdict(self, score: Score, look: Look) -> Verdict:
        if score.way == "unseen":
            return self._unclear(_why_not_settled(score, look))
        scale = self.scale_of(score)
        chance = float(scale.chance(score.logit))
        if score.claim is None:
            return self._say(scale, chance, f"looks as if it held with chance {chance:.2f}")
        sure = f" ({score.share:.0%} sure of the words)" if score.way == "translated" else ""
        seen = what_is_seen(score.claim, look.attempts)
        return self._say(scale, chance, f"read as '{score.claim}'{sure}: {seen}")

    def _look_at(self, task: JudgeTask) -> Look:
        """Its pictures in order of time."""
        pictures = [self._picture(picture) for picture in _shown(task)]
        rows = [*range(len(pictures)), *[len(pictures) - 1] * (MOMENTS - len(pictures))]
        tiles, sights = (
            np.stack([each.tiles for each in pictures]),
            joined([each.sights for each in pictures]),
        )
        return _look(tiles, sights, np.array(rows), task.course_seen)

    def _take_in(self, tasks: Sequence[JudgeTask]) -> None:
        """Take in the pictures of all attempts at once, as far as they are kept; bad ones are left alone."""
        new: dict[bytes, NDArray[np.uint8]] = {}
        sound = (task for task in tasks if not _why_unseen(task))
        for picture in (picture for task in sound for picture in _shown(task)):
            if len(new) < KEPT_PICTURES and is_picture(picture):
                new.setdefault(picture.tobytes(), picture)
        fresh = [key for key in new if key not in self._pictures]
        for key in new.keys() & self._pictures.keys():  # the youngest, so that they are not dropped below
            self._pictures[key] = self._pictures.pop(key)
        if fresh:
            read = self._read(np.stack([tiles_of(new[key]) for key in fresh]))
            self._pictures |= dict(zip(fresh, read, strict=True))
        for key in list(self._pictures)[: max(0, len(self._pictures) - KEPT_PICTURES)]:
            del self._pictures[key]

    def _picture(self, picture: NDArray[Any]) -> _Picture:
        """One picture as it was read. Raises `BadPicture`."""
        pixels = tiles_of(picture)
        known = self._pictures.get(picture.tobytes())
        return self._read(pixels[None])[0] if known is None else known

    def _read(self, pixels: NDArray[np.uint8]) -> list[_Picture]:
        """Pictures uint8[n, TILES, TILE_SIZE], read together."""
        tiles = self.network.tiles(pixels)
        sights = self.network.read(tiles)
        return [_Picture(tiles[i], sights[i : i + 1]) for i in range(len(tiles))]

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


def _why_not_settled(score: Score, look: Look) -> str:
    """Why pictures do not settle a claim."""
    if score.claim is not None and not has_room(score.claim, look.attempts)[0]:
        bars = " and ".join(highest_at_start(score.claim))
        return f"{bars} may have been full at the start, so nothing shows whether the player took any"
    return "the claim is about the course of the attempt, which was not seen whole"


def _look(tiles: Floats, sights: Sights, moments: NDArray[np.int64], course_seen: bool) -> Look:
    return Look(tiles, moments, Attempts(sights, moments[None], np.array([course_seen])))


def _why_unseen(task: JudgeTask) -> str:
    """Why there is nothing to look at; empty where there is."""
    if not task.frames:
        return "there are no pictures"
    if task.frame_steps and len(task.frame_steps) != len(task.frames):
        return f"{len(task.frames)} pictures come with {len(task.frame_steps)} steps; each must have one"
    return ""


def _shown(task: JudgeTask) -> list[NDArray[Any]]:
    """The pictures of an attempt in order of time, the last `MOMENTS` of them."""
    steps = task.frame_steps or tuple(range(0, 1000 * len(task.frames), 1000))
    shown = dict(zip(steps, task.frames, strict=True))
    shown |= {event.step: event.picture for event in task.event_frames if event.step not in shown}
    return [shown[step] for step in sorted(shown)][-MOMENTS:]
