"""The shipped judge reads known pictures, and says unclear where it cannot know."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agent.judges.embedded import EmbeddedJudge, text_encoder
from agent.judges.embedded.errors import BadPicture, BadWeights, NoTextEncoder
from agent.judges.embedded.picture import tiles_of
from agent.judges.embedded.shipped_states import load_states
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
        with_changes(attempt("see a tree", ["noop"]), frames=(np.zeros((288, 288, 3), np.uint8),))
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
    assert (SHIPPED / WEIGHTS).stat().st_size <= 3 * 2**20


def test_it_knows_beforehand_what_it_can_read(judge: EmbeddedJudge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_encoder.importlib.util, "find_spec", lambda name: None)
    own = EmbeddedJudge.load()
    assert own.understands("Stand with a tree directly above.")
    assert own.understands(next(iter(load_states())))
    assert not own.understands("the moon hangs over a violet glade")
    assert not own.understands(" . ")
    own.remember({"the moon hangs over a violet glade": np.zeros((4, text_encoder.SIZE), np.float16)})
    assert own.understands("The moon hangs over a violet glade.")


def test_attempts_judged_together_are_judged_as_one_by_one(judge: EmbeddedJudge) -> None:
    tasks = [
        attempt(claim, ["noop"] * n)
        for claim, n in (("see a tree", 1), ("have no wood", 2), ("see a cow", 3), ("never lose health", 1))
    ]
    bad = with_changes(tasks[0], frames=(np.zeros((9, 9, 3), np.uint8),))
    together = EmbeddedJudge.load().judge_many([*tasks, bad, *tasks])
    alone = [EmbeddedJudge.load().judge(task) for task in (*tasks, bad)]
    assert [verdict.outcome for verdict in together[:5]] == [verdict.outcome for verdict in alone]
    assert together[:4] == together[5:]
    assert together[4].outcome == "unclear"


def test_pictures_are_forgotten_in_the_end(judge: EmbeddedJudge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.judges.embedded.judge.KEPT_PICTURES", 3)
    own, task = EmbeddedJudge.load(), attempt("see a tree", ["noop"])
    for shade in range(9):
        picture = np.full((72, 72, 3), shade, np.uint8)
        own.judge(with_changes(task, frames=(picture,), frame_steps=(0,)))
    assert list(own._pictures)[-1] == picture.tobytes()
    assert len(own._pictures) == 3
