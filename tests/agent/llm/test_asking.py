from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from agent.llm.answer_log import AnswerLog, read_log
from agent.llm.answer_pack import AnswerPack
from agent.llm.asking import LanguageModel
from agent.llm.client import RetryPolicy
from agent.llm.errors import BadPack, BadPrompt, NoRecordedAnswer, ReplyInvalid
from agent.llm.keys import Secrets
from agent.llm.models import ModelSettings
from agent.llm.open_model import ModelOptions, open_model
from agent.llm.pack_writer import record_authored, record_repair, reply_text, rerecord
from agent.llm.parse import parse_reply
from agent.llm.question import build_request
from agent.llm.replies import GoalFacts, SkillReward
from skills.errors import CodeRejected
from tests.agent.llm.llm_bench import KEY, Bench
from tests.agent.llm.openai_server import OpenAIServer, Say

Game = dict[str, str]
Make = Callable[..., Bench]

SMALL = {"reason": "tiny", "reward": ["def reward(before, after):", "    return 0.0"]}
LARGE = {"reason": "huge", "reward": ["def reward(before, after):", "    return 99.0"]}
UNBOUNDED = "reward() returned 99.0; expected a value between -10 and 10"


def bounded(reply: SkillReward) -> None:
    if "99" in reply.reward:
        raise CodeRejected(UNBOUNDED)


@pytest.fixture
def pack() -> AnswerPack:
    return AnswerPack("garden", "by hand")


def test_recorded_answers_are_typed_cited_and_kept_in_the_run(
    pack: AnswerPack, skill: Game, tmp_path: Path
) -> None:
    answer = record_authored("skill_reward", skill, SMALL, pack, date="2026-01-01")
    log = AnswerLog(tmp_path / "answers.jsonl")
    asked = LanguageModel(records=[pack], log=log).ask("skill_reward", SkillReward, check=bounded, **skill)
    assert asked.reply.reward == "def reward(before, after):\n    return 0.0\n"
    assert asked.answer_id == answer.id == build_request("skill_reward", skill).key
    assert (asked.source.kind, asked.source.note) == ("recorded", "written offline by a language model")
    contents = read_log(log.path)
    assert contents.answers == {answer.id: answer}
    assert contents.calls == 0


def test_a_question_without_a_recorded_answer_says_what_to_do(pack: AnswerPack, skill: Game) -> None:
    model = LanguageModel(records=[pack])
    assert (model.mode, model.meter.calls) == ("replay", 0)
    expected = (
        r"^no recorded answer to prompt 'skill_reward' version 1 about 'pick_berries', draw 0 "
        r"\(blake2b-16:[0-9a-f]{32}\)\. Ask a live model .* or write an answer down"
    )
    with pytest.raises(NoRecordedAnswer, match=expected):
        model.ask("skill_reward", SkillReward, **skill)


def test_a_changed_manual_cannot_silently_reuse_an_answer(pack: AnswerPack, skill: Game) -> None:
    record_authored("skill_reward", skill, SMALL, pack)
    changed = {**skill, "manual": skill["manual"] + " Bushes bite."}
    with pytest.raises(NoRecordedAnswer, match="An answer to an earlier wording is there"):
        LanguageModel(records=[pack]).ask("skill_reward", SkillReward, **changed)
    with pytest.raises(NoRecordedAnswer, match="draw 1"):
        LanguageModel(records=[pack]).ask("skill_reward", SkillReward, draw=1, **skill)


def test_prompt_and_reply_type_must_fit(pack: AnswerPack, skill: Game) -> None:
    with pytest.raises(BadPrompt, match=r"'skill_reward' replies with SkillReward/1\(.*\), not GoalFacts"):
        LanguageModel(records=[pack]).ask("skill_reward", GoalFacts, **skill)
    with pytest.raises(BadPrompt, match=r"missing \['name'\], given but not used \['nam'\]"):
        nameless = {k: v for k, v in skill.items() if k != "name"}
        LanguageModel(records=[pack]).ask("skill_reward", SkillReward, **nameless, nam="x")
    with pytest.raises(BadPrompt, match="'repair' has no reply of its own"):
        LanguageModel(records=[pack]).ask("repair", SkillReward, reason="x")


def test_a_rejected_recorded_reply_without_a_repaired_one_gives_both_reasons(
    pack: AnswerPack, skill: Game, tmp_path: Path
) -> None:
    record_authored("skill_reward", skill, LARGE, pack)
    log = AnswerLog(tmp_path / "answers.jsonl")
    expected = (
        rf"{UNBOUNDED[:20].replace('(', '[(]').replace(')', '[)]')}.*no recorded answer to prompt 'repair'"
    )
    with pytest.raises(ReplyInvalid, match=expected):
        LanguageModel(records=[pack], log=log).ask("skill_reward", SkillReward, check=bounded, **skill)
    assert log.contents.answers == {}
    assert [(f.error, f.reason) for f in log.contents.failed] == [("CodeRejected", UNBOUNDED)]


def test_reasons_that_end_with_a_question_are_told_without_a_second_mark(
    pack: AnswerPack, skill: Game
) -> None:
    def doubting(reply: SkillReward) -> None:
        raise ValueError("no such fact; did you mean 'wood'?")

    record_authored("skill_reward", skill, SMALL, pack)
    with pytest.raises(ReplyInvalid, match=r"did you mean 'wood'\? And there is no repaired one"):
        LanguageModel(records=[pack]).ask("skill_reward", SkillReward, check=doubting, **skill)


def test_a_repaired_reply_can_be_recorded_too(pack: AnswerPack, skill: Game, tmp_path: Path) -> None:
    record_authored("skill_reward", skill, LARGE, pack)
    record_repair("skill_reward", skill, UNBOUNDED, SMALL, pack)
    path = tmp_path / "garden.json"
    pack.save(path)
    log = AnswerLog(tmp_path / "answers.jsonl")
    model = open_model(f"recorded:{path}", "garden", ModelOptions(log=log.path))
    asked = model.ask("skill_reward", SkillReward, check=bounded, **skill)
    assert (asked.repaired, asked.reply.reason) == (True, "tiny")
    assert asked.answer_id == build_request("skill_reward", skill).key
    # The run's record alone replays the repaired reply, with no repair round.
    again = open_model(f"recorded:{log.path}", "garden").ask(
        "skill_reward", SkillReward, check=bounded, **skill
    )
    assert again == asked


@pytest.mark.slow
def test_code_that_a_check_rejects_goes_back_to_the_live_model_with_the_reason(
    bench: Make, server: OpenAIServer, skill: Game
) -> None:
    server.play(Say(reply_text(LARGE)), Say(reply_text(SMALL)))
    live = bench()
    asked = live.model.ask("skill_reward", SkillReward, check=bounded, **skill)
    assert (asked.repaired, asked.reply.reason) == (True, "tiny")
    assert UNBOUNDED in server.requests[1]["messages"][3]["content"]
    assert [f.error for f in live.log.contents.failed] == ["CodeRejected"]
    assert [a.reply for a in live.log.contents.answers.values()] == [reply_text(SMALL)]


@pytest.mark.slow
def test_code_rejected_twice_is_never_an_answer(bench: Make, server: OpenAIServer, skill: Game) -> None:
    server.play(*[Say(reply_text(LARGE))] * 3)
    live = bench()
    with pytest.raises(ReplyInvalid, match=r"rejected again: reward.. returned 99.0"):
        live.model.ask("skill_reward", SkillReward, check=bounded, **skill)
    assert len(server.requests) == 2
    assert live.log.contents.answers == {}
    assert [f.request.prompt_id for f in live.log.contents.failed] == ["skill_reward", "repair"]


def test_an_error_of_the_check_itself_is_not_taken_for_a_bad_reply(pack: AnswerPack, skill: Game) -> None:
    record_authored("skill_reward", skill, SMALL, pack)

    def broken(reply: SkillReward) -> None:
        raise ZeroDivisionError("our own fault")

    with pytest.raises(ZeroDivisionError, match="our own fault"):
        LanguageModel(records=[pack]).ask("skill_reward", SkillReward, check=broken, **skill)


def test_replay_equals_live(server: OpenAIServer, skill: Game, game: Game, tmp_path: Path) -> None:
    server.play(
        Say(reply_text(LARGE)), Say(reply_text(SMALL)), Say('{"facts": {"berries": 1}}'), Say('{"facts": {}}')
    )
    secrets = Secrets(Path("none"), {"JOURNEYMAN_API_KEY": KEY})
    recorded, log = tmp_path / "garden.json", tmp_path / "run" / "answers.jsonl"
    options = ModelOptions(log=log, record_to=recorded, settings=ModelSettings(timeout_s=60))

    def questions(model: LanguageModel) -> list[object]:
        asked = [
            model.ask("skill_reward", SkillReward, check=bounded, **skill),
            model.ask("parse_goal", GoalFacts, **game, goal="berries"),
        ]
        return [(a.reply, a.answer_id, a.source, a.repaired) for a in asked]

    with open_model(server.address, "garden", options, secrets) as model:
        assert model.mode == "record"
        live = questions(model)
    assert len(server.requests) == 3
    assert questions(open_model(f"recorded:{recorded}", "garden")) == live
    assert questions(open_model(f"recorded:{log}", "garden")) == live
    # Recording again into the same pack asks nothing twice.
    with open_model(server.address, "garden", ModelOptions(record_to=recorded), secrets) as model:
        assert questions(model) == live
    assert len(server.requests) == 3


def test_a_resumed_run_goes_on_with_its_own_answers_and_spending(
    server: OpenAIServer, game: Game, tmp_path: Path
) -> None:
    server.play(Say('{"facts": {"berries": 1}}', usage=(9000, 10)), Say("nonsense", usage=(9000, 20)))
    secrets = Secrets(Path("none"), {})
    options = ModelOptions(log=tmp_path / "answers.jsonl", retry=RetryPolicy(attempts=1))
    with open_model(server.address, "garden", options, secrets) as model:
        model.ask("parse_goal", GoalFacts, **game, goal="berries")
        with pytest.raises(Exception, match="the script is exhausted"):
            model.ask("parse_goal", GoalFacts, **game, goal="tea")
    with open_model(server.address, "garden", options, secrets) as model:
        # Two replies were paid for, and one call ended in an HTTP error.
        assert (model.meter.calls, model.meter.usage.input_tokens, model.meter.usage.output_tokens) == (
            3,
            18_000,
            30,
        )
        model.ask("parse_goal", GoalFacts, **game, goal="berries")
        assert model.meter.calls == 3


def test_a_live_model_does_not_answer_from_the_shipped_pack(
    bench: Make, server: OpenAIServer, game: Game
) -> None:
    server.play(Say('{"facts": {"berries": 1}}'))
    live = bench()
    assert live.model.mode == "live"
    assert live.model.ask("parse_goal", GoalFacts, **game, goal="x").source.kind == "live"


def test_a_pack_for_another_game_is_refused(pack: AnswerPack, tmp_path: Path, server: OpenAIServer) -> None:
    path = tmp_path / "garden.json"
    pack.save(path)
    with pytest.raises(BadPack, match=r"'garden.json' is for game 'garden', not 'chess'"):
        open_model(f"recorded:{path}", "chess")
    with pytest.raises(BadPack, match=r"'garden.json' is for game 'garden', not 'chess'"):
        open_model(server.address, "chess", ModelOptions(record_to=path), Secrets(Path("none"), {}))


def test_lone_surrogates_do_not_break_the_record(bench: Make, server: OpenAIServer, game: Game) -> None:
    server.play(Say('{"facts": {"berries": 1}, "impossible": ""} \ud800'))
    live = bench()
    live.model.ask("parse_goal", GoalFacts, **game, goal="caf\udce9")
    assert len(read_log(live.log.path).answers) == 1


def test_authored_replies_must_be_valid_and_replace_older_ones(pack: AnswerPack, skill: Game) -> None:
    with pytest.raises(
        ReplyInvalid, match=r"(?s)no valid reply to prompt 'skill_reward' .*starts with 'def reward"
    ):
        record_authored("skill_reward", skill, {"reward": "x = 1"}, pack)
    assert len(pack) == 0
    record_authored("skill_reward", skill, LARGE, pack)
    record_authored("skill_reward", skill, SMALL, pack)
    assert [a.reply for a in pack] == [reply_text(SMALL)]
    with pytest.raises(NoRecordedAnswer, match="nothing to repair"):
        record_repair("skill_reward", {**skill, "name": "pick_more"}, "bad", SMALL, pack)


def test_reply_text_is_readable_and_parses_back() -> None:
    text = reply_text(SMALL)
    assert text == (
        '```json\n{\n"reason": "tiny",\n"reward": ["def reward(before, after):", "    return 0.0"]\n}\n```'
    )
    long = {"reward": ["def reward(before, after):", "    return 0.25 * (after['a'] - before['a'])"]}
    assert '[\n  "def reward(before, after):",\n  "    return' in reply_text(long)
    assert parse_reply(reply_text(long), SkillReward).reward.splitlines() == long["reward"]


def test_rerecord_carries_an_answer_over_to_a_new_wording(pack: AnswerPack, skill: Game) -> None:
    old = record_authored("skill_reward", skill, SMALL, pack, note="by hand", date="2026-01-01")
    changed = {**skill, "manual": "Bushes bite."}
    new = rerecord("skill_reward", changed, pack)
    assert new.id != old.id and new.reply == old.reply and new.source == old.source
    assert [a.id for a in pack] == [new.id]
    assert rerecord("skill_reward", changed, pack) == new
    with pytest.raises(NoRecordedAnswer, match="nothing to carry over"):
        rerecord("skill_option", changed, pack)
