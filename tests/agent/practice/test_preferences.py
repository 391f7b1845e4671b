"""A practice session that trains on preferences: asked once, stored beside the skill, cited."""

from collections.abc import Callable
from pathlib import Path

import pytest

from agent.cli import main
from agent.config import PracticeConfig
from agent.errors import BadConfig
from agent.llm.answer_log import read_log
from agent.llm.answer_pack import AnswerPack, shipped_pack
from agent.practice.loop import run_practice
from agent.practice.preferences import SessionPreferences
from skills.store.store import SkillLibrary
from tests.agent.scripted import shipped_part
from tests.agent.toy_session import admitted, kinds, run_of

pytestmark = pytest.mark.usefixtures("borrowed_worker")

Configure = Callable[..., PracticeConfig]


def only(pack: AnswerPack, *dropped: str) -> AnswerPack:
    """The pack without the answers to some prompts."""
    for answer in list(pack):
        if answer.request.prompt_id in dropped:
            pack.remove(answer.id)
    return pack


@pytest.mark.slow
def test_a_skill_is_learned_from_preferences_and_keeps_them(
    configure: Configure, capsys: pytest.CaptureFixture[str]
) -> None:
    # the code that rewards is not recorded at all: nobody asks for it
    pack = only(shipped_part("collect_wood"), "skill_reward")
    config = configure(pack, reward="preference", budget_steps=60_000)
    report = run_practice(config)
    run = run_of(config, report)
    assert admitted(report) == ["collect_wood"]
    library = SkillLibrary(config.library, "toy")
    stored = library.load("collect_wood")
    assert stored.reward == ""
    assert stored.preference is not None and stored.preference.pairs_compared == 40
    model = library.preference("collect_wood")
    assert model is not None and model.skill == "collect_wood"
    assert library.verify() == []
    (event,) = kinds(run, "preferred")
    assert (event["skill"], event["sha256"]) == ("collect_wood", stored.preference.sha256)
    answers = read_log(run.path / "answers.jsonl").answers
    graded = {id_ for id_, answer in answers.items() if answer.request.prompt_id == "grade_events"}
    assert graded and graded <= set(stored.lineage.answers) <= set(answers)
    assert main(["skills", "show", "collect_wood", "--game", "toy", "--library", str(config.library)]) == 0
    assert "81 answers on 10 events; " in " ".join(capsys.readouterr().out.split())


@pytest.mark.slow
def test_without_preferences_the_skill_is_given_up_with_the_reason(configure: Configure) -> None:
    pack = only(shipped_part("collect_wood"), "grade_events")
    report = run_practice(configure(pack, reward="both"))
    (entry,) = report.abandoned
    assert entry["name"] == "collect_wood"
    assert "no usable design: no recorded answer to prompt 'grade_events'" in entry["reason"]


def test_by_default_nobody_asks(configure: Configure, tmp_path: Path) -> None:
    config = configure(only(shipped_pack("toy"), "grade_events"))
    session = SessionPreferences(config, None, None, None)  # type: ignore[arg-type]
    assert config.reward == "code"
    draft = object()
    assert session.learn(draft) is draft  # type: ignore[arg-type]
    assert session.model("collect_wood") is None


def test_an_unknown_reward() -> None:
    with pytest.raises(BadConfig, match="reward is 'codes'; expected one of code, preference, both"):
        PracticeConfig(reward="codes")


def test_the_option_of_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["practice", "--game", "toy", "--reward", "codes"]) == 2
    assert "reward is 'codes'; expected one of code, preference, both" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
