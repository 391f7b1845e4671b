"""The shipped judge reads known pictures, and says unclear where it cannot know."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agent.judges.embedded import EmbeddedJudge, text_encoder
from agent.judges.embedded.claims import read_claim
from agent.judges.embedded.errors import BadPicture, BadWeights, NoTextEncoder
from agent.judges.embedded.picture import tiles_of
from agent.judges.embedded.scoring import Heard, heard_score
from agent.judges.embedded.translator import Meaning
from agent.judges.embedded.weights import CARD, SHIPPED, WEIGHTS, load_judge
from envs.crafter.game import CrafterGame
from envs.crafter.spec import SPEC
from planners.execution.judge import JudgeTask
from planners.execution.views import Views


@pytest.fixture(scope="module")
def judge() -> EmbeddedJudge:
    return EmbeddedJudge.load()


def attempt(claim: str, actions: list[str], seed: int = 3) -> JudgeTask:
    game, views = CrafterGame(), Views(captions=False, frames=True)
    game.reset(seed)
    before = game.facts()
    views.look(game, 0)
    for step, action in enumerate(actions, 1):
        game.step(SPEC.action_index[action])
        views.look(game, step, last=step == len(actions))
    seen = views.chosen()
    return JudgeTask(
        task=claim, claim=claim, obtains={}, kinds=SPEC.fact_kinds, before=before, after=game.facts(),
        frames=seen.frames, frame_steps=seen.steps, event_frames=seen.events, course_seen=seen.course_seen,
    )  # fmt: skip


def test_bars_items_and_cells_are_read(judge: EmbeddedJudge) -> None:
    game = CrafterGame()
    rng = np.random.default_rng(0)
    right = []
    for seed in range(3):
        game.reset(seed)
        for action in rng.integers(1, 6, 120):
            game.step(int(action))
        read = judge.network.read(judge.network.tiles(tiles_of(game.frame(SPEC.judged_size))[None]))
        facts = game.facts()
        assert read.counts[0, :4].argmax(1).tolist() == [
            facts[n] for n in ("health", "food", "drink", "energy")
        ]
        right.append(read.material[0].max(1).mean())
    assert np.mean(right) > 0.95


@pytest.mark.parametrize(
    ("claim", "bar"), [("eat", "food"), ("drink", "drink"), ("eat and collect wood", "food")]
)
def test_nobody_can_see_who_eats_on_a_full_stomach(judge: EmbeddedJudge, claim: str, bar: str) -> None:
    verdict = judge.judge(attempt(claim, ["noop"] * 3))
    assert verdict.outcome == "unclear"
    assert f"{bar} may have been full at the start" in verdict.reason


def test_it_says_from_where_a_rise_could_be_seen(judge: EmbeddedJudge) -> None:
    assert judge.highest_at_start("eat") == {"food": 8}
    assert judge.highest_at_start("raise drink by 3 and collect wood") == {"drink": 6}
    assert judge.highest_at_start("collect wood") == {}
    assert judge.highest_at_start("make the world a better place") == {}


@pytest.mark.parametrize("claim", ["have no wood", "health is at least 9", "be awake", "it is bright"])
def test_what_holds_is_done(judge: EmbeddedJudge, claim: str) -> None:
    verdict = judge.judge(attempt(claim, ["noop"] * 3))
    assert (verdict.outcome, verdict.judge) == ("done", "embedded")
    assert verdict.confidence > 0.9


@pytest.mark.parametrize("claim", ["collect 3 wood", "have an iron pickaxe", "be asleep", "lose 2 health"])
def test_what_does_not_hold_is_not_done(judge: EmbeddedJudge, claim: str) -> None:
    assert judge.judge(attempt(claim, ["noop"] * 3)).outcome == "not_done"


def test_the_reason_names_what_was_read(judge: EmbeddedJudge) -> None:
    assert "wood was 0 and is 0" in judge.judge(attempt("collect 3 wood", ["noop"])).reason


def with_changes(given: JudgeTask, /, **changes: Any) -> JudgeTask:
    names = ("task", "claim", "obtains", "kinds", "before", "after", "frames", "frame_steps", "course_seen")
    return JudgeTask(**{**{name: getattr(given, name) for name in names}, **changes})


def test_the_course_is_unclear_unless_it_was_seen(judge: EmbeddedJudge) -> None:
    task = attempt("never lose health", ["noop"] * 3)
    assert judge.judge(task).outcome == "done"
    assert judge.judge(with_changes(task, course_seen=False)).outcome == "unclear"


def test_a_picture_of_another_size_is_unclear(judge: EmbeddedJudge) -> None:
    verdict = judge.judge(
        with_changes(
            attempt("see a tree", ["noop"]), frames=(np.zeros((288, 288, 3), np.uint8),), frame_steps=(0,)
        )
    )
    assert verdict.outcome == "unclear"
    assert "uint8[288, 288, 3]" in verdict.reason


def test_tiles_of_another_picture_are_refused() -> None:
    with pytest.raises(BadPicture, match="expected uint8"):
        tiles_of(np.zeros((72, 72, 3), np.float32))


@pytest.mark.parametrize("changes", [{"frames": ()}, {"claim": "", "task": ""}])
def test_without_pictures_or_claim_it_is_unclear(judge: EmbeddedJudge, changes: dict[str, Any]) -> None:
    assert judge.judge(with_changes(attempt("see a tree", ["noop"]), **changes)).outcome == "unclear"


def test_new_words_without_the_encoder_say_what_to_install(
    judge: EmbeddedJudge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_encoder, "PACKAGE", "no_such_package")
    monkeypatch.setattr(judge, "encoder", None)
    verdict = judge.judge(attempt("brew a cup of espresso", ["noop"]))
    assert verdict.outcome == "unclear"
    assert "journeyman[judge]" in verdict.reason
    with pytest.raises(NoTextEncoder):
        text_encoder.TextEncoder()


def test_weights_with_another_hash_are_refused(tmp_path: Path) -> None:
    for name in (CARD, WEIGHTS):
        (tmp_path / name).write_bytes((SHIPPED / name).read_bytes())
    content = bytearray((tmp_path / WEIGHTS).read_bytes())
    content[1000] ^= 1
    (tmp_path / WEIGHTS).write_bytes(content)
    with pytest.raises(BadWeights, match="SHA-256"):
        load_judge(tmp_path)


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadWeights, match="no judge can be read"):
        EmbeddedJudge.load(tmp_path)


def test_the_weights_are_small() -> None:
    sizes = [(folder / WEIGHTS).stat().st_size for folder in (SHIPPED, SHIPPED.parent / "second")]
    assert max(sizes) <= 3 * 2**20
    assert sum(sizes) <= 5 * 2**20


def test_the_second_judge_was_trained_otherwise_and_judges(judge: EmbeddedJudge) -> None:
    second = EmbeddedJudge.load(SHIPPED.parent / "second")
    assert not np.array_equal(second.network.question(STATES).queries, judge.network.question(STATES).queries)
    task = attempt("have no wood", ["noop"] * 3)
    assert second.judge(task).outcome == judge.judge(task).outcome == "done"


STATES = np.random.default_rng(0).normal(size=(6, 384)).astype(np.float16)


def test_shipped_claims_in_other_words_are_translated_without_the_encoder(
    judge: EmbeddedJudge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_encoder, "PACKAGE", "no_such_package")
    monkeypatch.setattr(judge, "encoder", None)
    verdict = judge.judge(attempt("lay a straight row of four stones", ["noop"] * 3))
    assert "read as 'row stone 4'" in verdict.reason
    assert "sure of the words" in verdict.reason


def test_what_is_left_open_pulls_towards_unclear(judge: EmbeddedJudge) -> None:
    pictures = judge.network.tiles(np.stack([tiles_of(frame) for frame in attempt("x", ["noop"]).frames]))
    look = judge.look(pictures, np.array([0, *[len(pictures) - 1] * 6]), True)
    holds, question = read_claim("have health 9"), judge.network.question(STATES)
    scores = [
        heard_score(Heard(question, 1.0, Meaning((holds,), (share,))), look, judge.network).logit
        for share in (1.0, 0.9, 0.6)
    ]
    assert scores[0] > scores[1] > scores[2] > 0
    nothing = heard_score(Heard(question, 1.0, Meaning((), ())), look, judge.network)
    assert nothing.way == "text"


def test_a_translated_claim_about_a_course_that_was_not_seen_is_unseen(judge: EmbeddedJudge) -> None:
    pictures = judge.network.tiles(np.stack([tiles_of(frame) for frame in attempt("x", ["noop"]).frames]))
    look = judge.look(pictures, np.array([0, *[len(pictures) - 1] * 6]), False)
    meaning = Meaning((read_claim("steady health"),), (0.9,))
    heard = Heard(judge.network.question(STATES), 1.0, meaning)
    assert heard_score(heard, look, judge.network).way == "unseen"
