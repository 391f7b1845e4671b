"""The shipped pools: they fit their games, overlap no evaluation, and their code passes the checks."""

from pathlib import Path

import pytest

from agent.design.code import Designer, record_random_play
from agent.design.effects import ask_effects
from agent.design.proposal_rules import Rules, known_task
from agent.design.proposer import Situation
from agent.design.task_pool import POOL_FOLDER, TaskPool
from agent.design.tasks import propose
from agent.judges.embedded.parsing import parse_claim
from agent.likeness.reserved import reserved_tasks
from agent.llm.answer_pack import shipped_pack
from agent.llm.asking import LanguageModel
from envs.registry import game_spec, make_game
from skills.code.sandbox import Sandbox

TOY_POOL = Path(__file__).with_name("toy_pool.json")
"""A small one for tests; none is shipped for the toy game, whose sessions end when its tree is learned."""
POOLS = (*sorted(POOL_FOLDER.glob("*.json")), TOY_POOL)


@pytest.fixture(params=POOLS, ids=lambda path: path.stem)
def shipped(request: pytest.FixtureRequest) -> TaskPool:
    path: Path = request.param
    return TaskPool.load(path, game_spec(path.stem.removesuffix("_pool")))


def test_every_task_is_taken_by_a_session_that_knows_the_first_ones(shipped: TaskPool) -> None:
    spec = game_spec(shipped.game)
    first, _ = propose(LanguageModel(records=[shipped_pack(shipped.game)]), spec)
    rules = Rules(
        spec=spec, first={}, known=[known_task(task) for task in first], reserved=reserved_tasks(spec.name)
    )
    situation = Situation(brings=frozenset(spec.fact_index))
    taken, refused = rules.sifted([entry.task for entry in shipped.tasks], situation)
    assert refused == {}
    assert len(taken) == len(shipped.tasks)


def test_every_task_has_effects_that_fit_it(shipped: TaskPool) -> None:
    spec = game_spec(shipped.game)
    model = LanguageModel(records=[shipped.answers([e.task.name for e in shipped.tasks], spec)])
    for entry in shipped.tasks:
        assert ask_effects(model, spec, entry.task).effects.obtains == entry.task.obtains


def test_crafters_pool_is_large_and_a_third_of_it_is_judged_by_looking() -> None:
    pool = TaskPool.shipped(game_spec("crafter"))
    assert len(pool.tasks) >= 60
    assert sum(bool(entry.task.claim) for entry in pool.tasks) >= 20
    assert "language model" in pool.note


def test_most_of_crafters_claims_can_be_read_off_pictures() -> None:
    """The others are left to the judge's text head, which knows fewer words."""
    claims = [entry.task.claim for entry in TaskPool.shipped(game_spec("crafter")).tasks if entry.task.claim]
    assert sum(parse_claim(claim) is not None for claim in claims) >= 20


@pytest.mark.parametrize("part", range(2))
def test_the_code_of_crafters_pool_passes_the_checks(part: int) -> None:
    """Every fifth task, from the first and from the third on."""
    spec = game_spec("crafter")
    pool = TaskPool.shipped(spec)
    game = make_game("crafter")
    play = record_random_play(game, 0, episodes=1)
    game.close()
    model = LanguageModel(records=[pool.answers([e.task.name for e in pool.tasks], spec)])
    with Sandbox() as sandbox:
        designer = Designer(model, spec, sandbox, play)
        for entry in pool.tasks[2 * part :: 5]:
            claim = ask_effects(model, spec, entry.task)
            draft = designer.design(claim, claim.effects, 0, "", "recorded")
            assert draft.claim == entry.task.claim
            assert bool(draft.reward) == (draft.policy.kind == "learned")
