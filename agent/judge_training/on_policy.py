"""Attempts that skills made while a judge was their signal, with what facts say of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agent.errors import AgentError
from agent.judge_training.measuring import Answer
from agent.judge_training.plays import Play
from agent.judge_training.replay import PlayDiverged, Replayer
from agent.judge_training.segments import Segment, moments_of
from agent.judges.embedded.judge import EmbeddedJudge
from envs.reading import open_file

SHIPPED = Path(__file__).parent / "data" / "on_policy.jsonl"
"""Attempts of five skills that were practised on the embedded judge's verdicts, on evaluation seeds."""

TOLD_EVERY = 200
"""Attempts after which it is told how many were judged."""


class BadAttempts(AgentError):
    """A file of recorded attempts cannot be used; the message names the line."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One attempt.

    Attributes:
        play: the episode up to its end.
        start: step of the episode at which it began.
        claim: what success means, in words.
        holds: whether facts say that it succeeded.
    """

    play: Play
    start: int
    claim: str
    holds: bool


def read_attempts(path: Path) -> Iterator[Recorded]:
    """Attempts of a file, one JSON object a line with seed, actions, start, claim and success.

    Raises:
        BadAttempts: a line is no such object.
        OSError: the file cannot be read.
    """
    with open_file(path) as file:
        for number, line in enumerate(file, 1):
            try:
                record = json.loads(line)
                actions = np.array(record["actions"], np.uint8)
                play, start = Play(int(record["seed"]), actions), int(record["start"])
                if not 0 <= start < len(actions):
                    raise ValueError(f"start is {start} of {len(actions)} steps")
                yield Recorded(play, start, str(record["claim"]), bool(record["success"]))
            except (ValueError, KeyError, TypeError, OverflowError) as error:
                raise BadAttempts(
                    f"{path}, line {number}: {error!r}; expected seed, actions, start, claim and success"
                ) from error


def judge_attempts(
    judge: EmbeddedJudge, attempts: Iterator[Recorded], tell: Callable[[str], None] = lambda text: None
) -> list[Answer]:
    """The judge's verdicts. Raises `BadAttempts`, also where an episode does not go as recorded."""
    replayer, found = Replayer(), []
    for number, attempt in enumerate(attempts):
        if number and number % TOLD_EVERY == 0:
            tell(f"{number:,} attempts judged")
        try:
            found.append(_answer(judge, replayer, attempt))
        except PlayDiverged as error:
            raise BadAttempts(str(error)) from error
    return found


def _answer(judge: EmbeddedJudge, replayer: Replayer, attempt: Recorded) -> Answer:
    counts = replayer.watch(attempt.play).truths.counts
    segment = Segment(attempt.start, len(attempt.play.actions), "on policy")
    moments, course_seen = moments_of(segment, counts)
    steps = sorted(set(moments))
    drawn = replayer.draw(attempt.play, steps)
    rows = np.array([steps.index(step) for step in moments])
    look = judge.look(judge.network.tiles(np.stack([drawn[step] for step in steps])), rows, course_seen)
    score = judge.score(attempt.claim, look)
    scale = judge.scale_of(score)
    chance = float(scale.chance(score.logit))
    return Answer(
        holds=attempt.holds,
        outcome="unclear" if score.way == "unseen" else scale.outcome(chance),
        chance=chance,
        seed=attempt.play.seed,
        way=score.way,
        claim=attempt.claim,
        changed=bool((counts[segment.start] != counts[segment.end]).any()),
    )
