import re
from collections.abc import Iterator

import numpy as np
import pytest

from agent.design.code import Designer, RecordedPlay, record_random_play
from agent.design.effects import ask_effects
from agent.design.tasks import propose
from agent.llm.answer_pack import shipped_pack
from agent.llm.asking import LanguageModel
from agent.llm.errors import ReplyInvalid
from agent.testing.abilities import Ability, pack_of
from agent.testing.model import scripted_model
from agent.testing.toy import NAMES, SPEC, walk
from envs.registry import make_game
from envs.seeding import EVALUATION_BASE
from envs.toy.game import ToyGame
from skills.code.sandbox import Sandbox, SandboxLimits
from skills.skill import Effects

CHOP = Ability(name="collect_wood", obtains={"wood": 1}, seek=("tree",), actions=("up", "take"), step_cap=60)
OPTION = {"initiation": list(CHOP.initiation), "termination": list(CHOP.termination)}
BELIEF = Effects(obtains={"wood": 1})


def reward(*body: str) -> dict[str, list[str]]:
    return {"reward": ["def reward(before, after):", *(f"    {line}" for line in body)]}


GOOD = reward("return 1.0 * max(0, min(5, after['wood'] - before['wood']))")


@pytest.fixture(scope="module")
def play() -> RecordedPlay:
    return record_random_play(make_game("toy"), 0)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(SandboxLimits(seconds=1.0)) as sandbox:
        yield sandbox


class WatchedGame(ToyGame):
    """Keeps the seeds it was reset with."""

    seeds: tuple[int, ...] = ()

    def reset(self, seed: int, max_steps: int | None = None) -> None:
        self.seeds += (seed,)
        super().reset(seed, max_steps)


def test_random_play_is_on_training_seeds_and_repeats() -> None:
    game = WatchedGame()
    first, again = record_random_play(game, 7), record_random_play(make_game("toy"), 7)
    assert np.array_equal(first.before, again.before) and np.array_equal(first.after, again.after)
    assert first.before.dtype == np.int32
    assert first.before.shape == (4 * 150, len(NAMES))  # four episodes of 150 steps
    assert len(set(game.seeds[1:])) == 4
    assert all(seed < EVALUATION_BASE for seed in game.seeds)
    other = record_random_play(make_game("toy"), 8)
    assert not np.array_equal(first.before[0], other.before[0])


def test_each_step_starts_where_the_last_one_ended(play: RecordedPlay) -> None:
    inside = np.arange(1, play.steps) % 150 != 0
    assert np.array_equal(play.before[1:][inside], play.after[:-1][inside])


def test_a_learned_skill_gets_reward_and_option(play: RecordedPlay, sandbox: Sandbox) -> None:
    model, chat = scripted_model(GOOD, OPTION)
    draft = Designer(model, SPEC, sandbox, play).design(CHOP.claim, BELIEF, 3, "run-1", "live")
    assert draft.reward == "\n".join(GOOD["reward"]) + "\n"
    assert draft.option.initiation == "def initiation(facts):\n    return True\n"
    assert (draft.policy.kind, draft.actions, draft.step_cap) == ("learned", ("up", "take"), 60)
    assert draft.focus.focus().seek == ("tree",)
    assert draft.effects == BELIEF
    lineage = draft.lineage
    assert (lineage.run, lineage.source, lineage.seed) == ("run-1", "live", 3)
    assert lineage.answers[0] == "answer-collect_wood" and len(set(lineage.answers)) == 3
    assert "Write the reward function" in chat.asked[0][-1][1]


def test_a_scripted_skill_needs_no_reward(play: RecordedPlay, sandbox: Sandbox) -> None:
    model, chat = scripted_model(OPTION)
    ability = walk("up")
    draft = Designer(model, SPEC, sandbox, play).design(ability.claim, ability.claim.effects, 0, "", "live")
    assert len(chat.asked) == 1
    assert (draft.reward, len(draft.lineage.answers)) == ("", 2)
    assert (draft.policy.kind, draft.policy.action, draft.policy.until) == ("scripted", "up", True)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (
            reward("while True:", "    pass"),
            "reward: exceeded the time limit of 1 s; is there a loop without end?",
        ),
        (reward("x = [0] * 1_000_000_000", "return 1.0"), "reward: exceeded the memory limit of 50 MB"),
        (reward("return reward(before, after)"), "reward: calls itself more than 100 levels deep"),
        (reward("import os", "return 1.0"), "import of 'os' in line 2 is refused"),
        (reward("return open('/etc/passwd').read()"), "open in line 2 is refused"),
        (reward("return float('nan')"), "it must return a finite number"),
        (reward("return 1e300 * 1e300"), "it must return a finite number"),
        (reward("return 100.0 * (after['wood'] - before['wood'])"), "keep rewards within -10 and 10"),
        (reward("return 'much'"), "it must return a number"),
        (reward("return after['gold']"), "'gold'"),
        (reward("return 1.0"), "it must tell them apart"),
        (reward("return 0.1 * after['near.tree']"), "standing still pays"),
        (reward("return 0.1 * max(0, after['near.tree'] - before['near.tree'])"), "there and back pays"),
        (reward("return -1.0 * max(0, after['wood'] - before['wood'])"), "success does not pay"),
    ],
)
def test_a_bad_reward_is_rejected_twice_with_its_reason(
    play: RecordedPlay, sandbox: Sandbox, code: dict[str, list[str]], reason: str
) -> None:
    model, chat = scripted_model(code, code)
    with pytest.raises(
        ReplyInvalid, match=r"(?s)was rejected: .*After the repair round it was rejected again"
    ):
        Designer(model, SPEC, sandbox, play).design(CHOP.claim, BELIEF, 0, "", "live")
    assert reason in chat.asked[1][-1][1]


def test_a_reward_is_put_right_in_the_repair_round(play: RecordedPlay, sandbox: Sandbox) -> None:
    model, _ = scripted_model(reward("return 0.1 * after['near.tree']"), GOOD, OPTION)
    draft = Designer(model, SPEC, sandbox, play).design(CHOP.claim, BELIEF, 0, "", "live")
    assert draft.reward == "\n".join(GOOD["reward"]) + "\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("part", "code", "reason"),
    [
        ("initiation", ["def initiation(facts):", "    return facts['wood'] > 99"], "could never start"),
        ("initiation", ["def initiation(facts):", "    return 'yes'"], "it must return True or False"),
        ("initiation", ["def initiation(facts):", "    while True:", "        pass"], "loop without end"),
        (
            "termination",
            ["def termination(start, facts, steps):", "    return steps == 0"],
            "the skill would always stop before its first step",
        ),
        ("termination", ["def termination(start, facts):", "    return False"], "termination"),
    ],
)
def test_a_bad_option_is_rejected_with_its_reason(
    play: RecordedPlay, sandbox: Sandbox, part: str, code: list[str], reason: str
) -> None:
    model, chat = scripted_model({**OPTION, part: code}, OPTION)
    ability = walk("up")
    draft = Designer(model, SPEC, sandbox, play).design(ability.claim, ability.claim.effects, 0, "", "live")
    assert reason in chat.asked[1][-1][1]
    assert draft.option.initiation == "def initiation(facts):\n    return True\n"


GUARD = [
    "def guard(facts, remaining):",
    "    if facts['wood'] > 3:",
    "        return 'rest'",
    "    return ''",
]


def test_a_guard_names_only_skills(play: RecordedPlay, sandbox: Sandbox) -> None:
    wrong = {"guard": GUARD, "ranking": ["rst"]}
    right = {"guard": GUARD, "ranking": ["rest"]}
    model, chat = scripted_model(wrong, right)
    guard = Designer(model, SPEC, sandbox, play).guards({"rest": "Sit down.", "walk": "Walk on."})
    assert guard.source == "\n".join(GUARD) + "\n"
    assert (guard.ranking, guard.answer_id.startswith("blake2b-16:")) == (("rest",), True)
    assert "- rest: Sit down.\n- walk: Walk on." in chat.asked[0][-1][1]
    assert "ranking names 'rst', which is no skill; did you mean 'rest'?" in chat.asked[1][-1][1]


def test_a_guard_that_returns_something_else_is_no_guard(play: RecordedPlay, sandbox: Sandbox) -> None:
    odd = {"guard": ["def guard(facts, remaining):", "    return 'sleep'"], "ranking": ["rest"]}
    model, chat = scripted_model(odd, odd)
    with pytest.raises(ReplyInvalid, match=re.escape("no such skill")):
        Designer(model, SPEC, sandbox, play).guards({"rest": "Sit down."})
    assert "returned 'sleep'" in chat.asked[1][-1][1]


SHIELD = ["def shield(facts):", "    return ['up'] if facts['wood'] > 3 else []"]


def test_a_shield_names_only_actions(play: RecordedPlay, sandbox: Sandbox) -> None:
    model, chat = scripted_model({"shield": ["def shield(facts):", "    return ['upp']"]}, {"shield": SHIELD})
    shield = Designer(model, SPEC, sandbox, play).shield()
    assert shield.source == "\n".join(SHIELD) + "\n"
    assert shield.answer_id.startswith("blake2b-16:")
    assert "no such action: 'upp'; did you mean 'up'?" in chat.asked[1][-1][1]


@pytest.mark.slow
def test_the_toys_own_designs_pass_their_checks(play: RecordedPlay, sandbox: Sandbox) -> None:
    model = LanguageModel(records=[shipped_pack("toy")])
    designer = Designer(model, SPEC, sandbox, play)
    for task in propose(model, SPEC)[0]:
        claim = ask_effects(model, SPEC, task)
        draft = designer.design(claim, claim.effects, 0, "", "recorded")
        assert draft.name == task.name
        assert bool(draft.reward) is (draft.policy.kind == "learned")


def test_a_skill_that_is_judged_by_looking_is_designed_without_effects(sandbox: Sandbox, play) -> None:
    ability = Ability(
        name="stand_beside_rock",
        success_in_words="the player stands beside a rock",
        reward=(
            "def reward(before, after):",
            "    return 0.1 * (min(before['distance.rock'], 9) - min(after['distance.rock'], 9))",
        ),
    )
    model = LanguageModel(records=[pack_of(ability)])
    draft = Designer(model, SPEC, sandbox, play).design(
        ability.claim, ability.claim.effects, 0, "", "recorded"
    )
    assert (draft.claim, draft.effects.obtains) == ("the player stands beside a rock", {})
    assert "distance.rock" in draft.reward
