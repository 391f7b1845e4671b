"""Records attempts of skills that were learned on a judge's verdicts, as `on_policy` reads them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from agent.errors import AgentError
from agent.judge_training.playing import NotedGame
from agent.judge_training.plays import Play
from agent.judge_training.pool import holds_of
from agent.judge_training.replay import Episode, Replayer
from agent.judge_training.segments import Segment, moments_of
from agent.judges.embedded.claims import Claim
from agent.judges.embedded.compare import Attempts
from agent.judges.embedded.parsing import parse_claim
from agent.play.kit import Kit
from agent.play.player import Player
from envs.disk import Written
from envs.facts import EndStatus
from envs.registry import make_game
from envs.seeding import evaluation_seed
from planners.plan import Goal
from skills.files import write_atomically

MOST_STEPS: Final = 400
"""Steps of an episode that may pass before the attempt begins."""


class NothingToRecord(AgentError):
    """No skill of a library was learned on verdicts on a claim that can be read."""


def claims_of(kit: Kit) -> dict[str, Claim]:
    """Skill -> what must be seen, of those whose claims can be read.

    Raises:
        NothingToRecord: there are none.
    """
    parsed = {name: parse_claim(skill.claim) for name, skill in kit.skills.items() if skill.claim}
    found = {name: claim for name, claim in parsed.items() if claim is not None}
    if not found:
        raise NothingToRecord(
            "no skill of the library has a claim that can be read; practise some with: "
            "journeyman practice --proposer pool"
        )
    return found


def record_attempts(kit: Kit, path: Path, episodes: int, seed: int = 0) -> int:
    """Play a kit's skills with claims on evaluation seeds and write the attempts; how many they are.

    Each attempt is written as it ended, and once more up to a moment drawn from what came before: judges look
    all along, and most of what they see is not done yet. What the engine shows says whether the claim holds.

    Raises:
        NothingToRecord: no skill has a claim that can be read.
        OSError: the file cannot be written.
    """
    claims, replayer = claims_of(kit), Replayer()
    records: list[dict[str, Any]] = []
    with Player(kit, seed, learn=False) as player:
        for index in range(episodes):
            for name, claim in claims.items():
                own = evaluation_seed(seed, index)
                play, start = _played(player, name, own)
                if start < len(play.actions):
                    texts = {"claim": kit.skills[name].claim}
                    records += [{**record, **texts} for record in _records(replayer, play, start, claim)]
    lines = "".join(f"{json.dumps(record, separators=(',', ':'))}\n" for record in records)
    write_atomically(path, lines.encode(), Written.OUTPUT)
    return len(records)


def _played(player: Player, skill: str, seed: int) -> tuple[Play, int]:
    """An episode in which a skill is executed once what it needs is there, and the step at which it is."""
    game = NotedGame(make_game(player.kit.game))
    try:
        game.reset(seed)
        player.reseed(seed)
        needs = player.graph.belief(skill).needs
        if needs:
            player.pursue(game, Goal(facts=dict(needs)), MOST_STEPS)
        start = game.steps
        if game.status is EndStatus.RUNNING:
            player.attempt(game, skill, guarded=False)
    finally:
        game.close()
    return Play(seed=seed, actions=np.array(game.actions, np.uint8)), start


def _records(replayer: Replayer, play: Play, start: int, claim: Claim) -> Iterator[Mapping[str, Any]]:
    episode, end = replayer.watch(play), len(play.actions)
    rng = np.random.default_rng((play.seed, end))
    for last in sorted({end, int(rng.integers(start + 1, end + 1))}):
        yield {
            "seed": play.seed,
            "actions": play.actions[:last].tolist(),
            "start": start,
            "success": holds_in(episode, Segment(start, last, "on policy"), claim),
        }


def holds_in(episode: Episode, segment: Segment, claim: Claim) -> bool:
    """Whether a claim holds of a part of an episode, by what the engine shows."""
    moments, course_seen = moments_of(segment, episode.truths.counts)
    shown: Sequence[int] = moments
    attempts = Attempts(episode.truths.sights(), np.array([shown], np.int64), np.array([course_seen]))
    return bool(holds_of(claim, attempts)[0])
