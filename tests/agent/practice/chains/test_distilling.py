"""One network for a chain: what it learns from, what it looks for, when it takes the chain's place."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from agent.play.job_player import JobPlayer
from agent.play.jobs import Job, JobResult
from agent.play.kit import Kit
from agent.practice.chains.distilling import common_focus, distil
from agent.practice.roster import Roster
from agent.practice.session_state import SkillProgress
from agent.practice.start_states import StateSearch
from agent.testing.abilities import Ability, kit_of
from agent.testing.pools import StandInPool
from agent.testing.toy import NAMES, SPEC, walk
from envs.game import Focus
from envs.rollout.episode import Start
from envs.seeding import training_seed
from envs.toy.game import ToyGame
from envs.toy.meadow import GRASS, SIDE, TREE
from envs.toy.snapshot import ToyState, dump
from skills.chains.record import chain_skill
from skills.code.sandbox import Sandbox
from skills.skill import Effects, FocusRecord, Lineage
from tests.agent.practice.small_session import small_session

CHOP = Ability(name="chop", obtains={"wood": 1}, action="take")
PILE = chain_skill(
    "pile", "A pile of wood.", [CHOP.skill] * 6, Effects(obtains={"wood": 6}), step_cap=40, lineage=Lineage()
)


def at_a_tree(wood: int = 0) -> ToyGame:
    """The player stands in a corner and faces a tree."""
    squares = [GRASS] * SIDE * SIDE
    squares[1] = TREE
    game = ToyGame()
    state = ToyState(
        squares="".join(map(str, squares)), player=0, facing=1, inventory=(wood, 0, 0, 0),
        done=(0, 0, 0, 0, 0), steps=0, max_steps=200, status=0,
    )  # fmt: skip
    game.restore(dump(state))
    return game


def start(number: int) -> Start:
    return Start(at_a_tree(number % 3).snapshot(), training_seed(1, "tree", number))


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def test_what_the_parts_do_is_kept_under_one_focus() -> None:
    base = kit_of(CHOP)
    player = JobPlayer(replace(base, skills={**base.skills, "pile": PILE}))
    focus = Focus(seek=("tree",), explore="anywhere")
    outcome = player.play(Job(seed=1, start=start(0), skill="pile", demonstrate=focus))
    other = player.play(Job(seed=1, start=start(0), skill="pile"))
    player.close()
    assert outcome.demonstration is not None and other.demonstration is None
    seen, done = outcome.demonstration.arrays()
    assert seen.shape == (6, SPEC.encoding_size)
    assert [SPEC.actions[action] for action in done] == ["take"] * 6
    wanted = np.zeros(SPEC.encoding_size, np.float32)
    at_a_tree().encode(focus, wanted)
    assert (seen[0] == wanted).all()


def test_a_network_for_the_whole_looks_for_what_the_parts_look_for() -> None:
    parts = [
        Ability(name="a", obtains={"wood": 1}, seek=("tree",)).skill,
        walk("up").skill,
        Ability(name="b", obtains={"stone": 1}, seek=("rock", "tree")).skill,
    ]
    parts[0] = parts[0].model_copy(update={"focus": FocusRecord(seek=("tree",), explore="anywhere")})
    parts[2] = parts[2].model_copy(update={"focus": FocusRecord(seek=("rock", "tree"), explore="anywhere")})
    assert common_focus(parts) == FocusRecord(seek=("tree", "rock"), explore="anywhere")
    assert common_focus([walk("up").skill]).seek == ()


def test_the_network_takes_the_place_only_if_it_does_better(sandbox: Sandbox, tmp_path: Path) -> None:
    base = kit_of(CHOP)
    players: dict[int, JobPlayer] = {}

    class Pool(StandInPool):
        def run(self, kit: Kit, jobs: Sequence[Job]) -> Iterator[JobResult]:
            if id(kit) not in players:
                players[id(kit)] = JobPlayer(kit)
            yield from map(players[id(kit)].play, jobs)

    own = small_session(tmp_path, Pool(lambda job: JobResult(job=job)), sandbox, CHOP)
    session = own.session
    session.library.add(CHOP.skill)
    roster = Roster(session, {**base.skills, "pile": PILE}, {})
    session.graph.add_skill("pile", PILE.kind, PILE.effects, available=True, step_cap=40)
    session.state.skills["pile"] = SkillProgress(status="admitted")
    for number in range(90):
        row = np.array([at_a_tree(number % 3).facts()[name] for name in NAMES], np.int32)
        session.bank.add(start(number), row, "tree")
    search = StateSearch(session, roster, own.beginnings, PILE)
    held_out = search.find(0, 20).held_out
    distil(session, roster, search, PILE, [CHOP.skill] * 6, held_out)
    for player in players.values():
        player.close()
    (cloned,) = own.events("cloned")
    assert cloned["agreement"] > 0.9 and cloned["steps"] > 100
    (told,) = own.events("distilled")
    assert told["successes"] > 12 and told["wins"] == 0  # as good as the chain, which is not better
    assert not own.events("admitted") and session.library.versions("pile") == []
