"""Chains of NetHack's own skills: executed like any skill, and tried in a session."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("nle")

from agent.llm.answer_pack import shipped_pack
from agent.llm.asking import LanguageModel
from agent.play.job_player import JobPlayer
from agent.play.jobs import Job
from agent.play.kit import Kit
from agent.play.load import load_kit
from agent.practice.chains.chaining import Chaining
from agent.practice.roster import Roster
from agent.testing.pools import StandInPool
from envs.registry import game_spec
from envs.seeding import training_seed
from skills.chains.record import chain_skill
from skills.code.sandbox import Sandbox
from skills.skill import Effects, Lineage
from tests.agent.practice.small_session import small_session

LIBRARY = Path(__file__).parents[4] / "skills" / "library"
PARTS = ("discoverer", "reach_stairs", "descender")


@pytest.fixture(scope="module")
def kit() -> Kit:
    return load_kit(LIBRARY, "nethack")


def test_a_chain_goes_down(kit: Kit) -> None:
    parts = [kit.skills[name] for name in PARTS]
    cap = sum(part.step_cap for part in parts)
    chain = chain_skill("down", "", parts, Effects(), step_cap=cap, lineage=Lineage())
    player = JobPlayer(replace(kit, skills={**kit.skills, "down": chain}))
    outcomes = [player.play(Job(seed=training_seed(4, "chain", i), skill="down")) for i in range(3)]
    player.close()
    attempts = [outcome.attempt for outcome in outcomes if outcome.attempt is not None]
    assert len(attempts) == 3 and all(attempt.env_steps for attempt in attempts)
    done = [attempt for attempt in attempts if attempt.verdict.success]
    assert done and all(a.after["did.descend"] > a.before["did.descend"] for a in done)
    handed = {state.label for outcome in outcomes for state in outcome.states}
    assert "next descender" in handed
    names = {event["part"] for o in outcomes for event in o.events if event["kind"] == "chain_part"}
    assert names == {*PARTS}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def test_chains_are_built_in_a_session(kit: Kit, sandbox: Sandbox, tmp_path: Path) -> None:
    player = JobPlayer(kit)
    pool = StandInPool(player.play)
    own = small_session(
        tmp_path, pool, sandbox, spec=game_spec("nethack"), chaining="bootstrap", longest_chain=3
    )
    model = LanguageModel(records=[shipped_pack("nethack")])
    session = replace(own.session, graph=kit.open_graph(), model=model)
    own.beginnings.first[:] = 0
    names = {"discoverer", "reach_stairs", "descender", "search_hidden"}
    skills = {name: skill for name, skill in kit.skills.items() if name in names}
    roster = Roster(session, skills, {name: kit.networks[name] for name in names & set(kit.networks)})
    chaining = Chaining(session, roster, own.beginnings)
    for _ in range(4):
        chaining.build()
    player.close()
    events = own.events("chain_built")
    assert len(events) == 4 and any(event["parts"] for event in events)
    bases = {choice["basis"] for event in events for choice in event["choices"]}
    assert "an answer about the last part alone" in bases or "an answer about the chain" in bases
