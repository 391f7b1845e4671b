import json
from pathlib import Path

import pytest

from agent.llm.answer_pack import PACK_FOLDER, AnswerPack
from agent.llm.parse import LONGEST_REPLY, Unparsable, is_refusal, parse_reply, read_reply
from agent.llm.replies import (
    REPLIES,
    EventGrades,
    GoalFacts,
    Guards,
    SkillEffects,
    SkillOption,
    SkillReward,
    TaskProposals,
    reply_signature,
)


@pytest.mark.parametrize(
    "text",
    [
        '{"facts": {"wood": 1}}',
        'Sure! Here it is:\n```json\n{"facts": {"wood": 1}}\n```\nHope this helps.',
        '```\n{"facts": {"wood": 1}}\n```',
        'The set {a, b} is meant. {"facts": {"wood": 1}} and more {text}',
        '<think>{"facts": {"stone": 9}}</think>{"facts": {"wood": 1}}',
        'A draft:\n```json\n{"facts": {"stone": 9}}\n```\nBetter:\n```json\n{"facts": {"wood": 1}}\n```',
        '```json\n{"facts": {"wood": 1}}',
    ],
)
def test_what_surrounds_the_object_is_tolerated(text: str) -> None:
    assert parse_reply(text, GoalFacts).facts == {"wood": 1}


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "the reply is empty"),
        ("<think>hm</think>  ", "the reply is empty"),
        ("I would chop a tree.", "holds no JSON object; it begins 'I would chop a tree.'"),
        ('[{"facts": {}}', "facts or a reason|give either"),
        ('{"facts": {"wood": 1}', "not well-formed"),
        ('{"facts": {"wood": 1,}}', "not well-formed"),
        ('{"facts": {"wood": NaN}}', "NaN is not JSON"),
        ('{"facts": {"wood": 1, "wood": 2}}', "names 'wood' more than once"),
        ('{"facts": {"wood": "1"}}', "facts.wood: Input should be a valid integer"),
        ('{"facts": {"wood": 1.0}}', "facts.wood: Input should be a valid integer"),
        ('{"facts": {"wood": true}}', "facts.wood: Input should be a valid integer"),
        ('{"facts": {"wood": 0}}', "facts.wood: Input should be greater than or equal to 1"),
        ('{"facts": {"wood": 1}, "extra": 1}', "extra: Extra inputs are not permitted"),
        ('{"facts": {"wood": 1}, "impossible": "no"}', "give either"),
        ("{}", "give either"),
        ('{"a":' * 5000, "nested too deeply|not well-formed"),
    ],
)
def test_what_is_in_the_object_is_checked_strictly(text: str, error: str) -> None:
    with pytest.raises(Unparsable, match=error):
        parse_reply(text, GoalFacts)


def test_code_may_be_lines_and_may_hold_raw_line_breaks_and_fences() -> None:
    lines = parse_reply('{"reward": ["def reward(before, after):", "    return 0.0"]}', SkillReward)
    raw = parse_reply('```json\n{"reward": "def reward(before, after):\n    return 0.0\n"}\n```', SkillReward)
    assert lines.reward == raw.reward == "def reward(before, after):\n    return 0.0\n"
    fenced = '```json\n{"reward": "# ```\\ndef reward(before, after):\\n    return 1.0\\n"}\n```'
    assert parse_reply(fenced, SkillReward).reward.endswith("return 1.0\n")


def test_code_must_define_its_functions() -> None:
    with pytest.raises(Unparsable, match=r"starts with 'def reward\('"):
        parse_reply('{"reward": "reward = 1"}', SkillReward)
    option = {"initiation": "def initiation(facts): return True", "termination": "def stop(): return 0"}
    with pytest.raises(Unparsable, match=r"starts with 'def termination\('"):
        parse_reply(json.dumps(option), SkillOption)
    guard = {"guard": "def guard(facts, remaining): return ''", "ranking": ["eat", "eat"]}
    with pytest.raises(Unparsable, match='"ranking" must name each skill once'):
        parse_reply(json.dumps(guard), Guards)


def effects(**change: object) -> str:
    base: dict[str, object] = {"obtains": {"tea": 1}, "explore": "anywhere", "step_cap": 50}
    return json.dumps({**base, **change})


def test_effects_have_defaults_and_limits() -> None:
    reply = parse_reply(effects(seek=["fire"]), SkillEffects)
    assert (reply.requires, reply.consumes, reply.seek, reply.action, reply.until) == (
        {},
        {},
        ("fire",),
        "",
        False,
    )
    with pytest.raises(Unparsable, match="step_cap: Input should be less than or equal to 10000"):
        parse_reply(effects(step_cap=10_001), SkillEffects)
    with pytest.raises(Unparsable, match='"action" is empty; name the action to repeat'):
        parse_reply(effects(until=True), SkillEffects)
    with pytest.raises(Unparsable, match=r"obtains\.wood: Input should be greater than or equal to 1"):
        parse_reply(effects(obtains={"wood": 0}), SkillEffects)
    assert parse_reply(effects(obtains={}), SkillEffects).obtains == {}  # for a task that no fact states


def test_proposals_must_differ_in_name() -> None:
    task = {"name": "a", "kind": "act", "description": "Do a thing.", "obtains": {"x": 1}, "difficulty": 1}
    with pytest.raises(Unparsable, match="task names must differ; repeated: a"):
        parse_reply(json.dumps({"tasks": [task, task]}), TaskProposals)
    with pytest.raises(Unparsable, match=r"tasks\.0\.name: String should match pattern"):
        parse_reply(json.dumps({"tasks": [{**task, "name": "Chop Wood"}]}), TaskProposals)
    with pytest.raises(Unparsable, match=r"tasks\.0\.kind"):
        parse_reply(json.dumps({"tasks": [{**task, "kind": "chain"}]}), TaskProposals)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("I'm sorry, but I can't help with that.", True),
        ("I cannot assist with this request.", True),
        ("As an AI, I do not play games.", True),
        ("Sorry, no.", True),
        ('I\'m sorry for the delay: {"facts": {"wood": 1}}', False),
        ("In a forest I can see trees.", False),
        ("", False),
    ],
)
def test_refusals_are_told_from_answers(text: str, refusal: bool) -> None:
    assert is_refusal(text) is refusal


REPLY_FILES = Path(__file__).parent / "replies"
EXPECTED = json.loads((REPLY_FILES / "expected.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_what_models_wrap_their_answers_in(name: str) -> None:
    """Two berries are right; nine pieces of wood were only thought of."""
    text, expected = (REPLY_FILES / f"{name}.txt").read_text(encoding="utf-8"), EXPECTED[name]
    if "error" in expected:
        with pytest.raises(Unparsable, match=expected["error"]):
            parse_reply(text, GoalFacts)
    else:
        assert parse_reply(text, GoalFacts).model_dump() == expected


def test_every_reply_file_has_an_expectation() -> None:
    assert {path.stem for path in REPLY_FILES.glob("*.txt")} == set(EXPECTED)


@pytest.mark.parametrize("pack", sorted(PACK_FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_every_shipped_answer_is_read_as_it_stands(pack: Path) -> None:
    """The object in the last fence, as it was written; nothing is taken for a thought or a draft."""
    for answer in AnswerPack.load(pack):
        reply_type = REPLIES[answer.request.reply.partition("/")[0]]
        reading = read_reply(answer.reply, reply_type)
        written = answer.reply[answer.reply.index("{") : answer.reply.rindex("}") + 1]
        assert reading.reply == reply_type.model_validate_json(json.dumps(json.loads(written)), strict=True)
        assert reading.note == ""


def test_what_was_left_aside_is_said() -> None:
    one, two = '{"facts": {"wood": 9}}', '{"facts": {"berries": 2}}'
    assert read_reply(two, GoalFacts).note == ""
    assert read_reply(f"<think>{one}</think>{two}", GoalFacts).note == "thoughts were left out"
    assert (
        read_reply(f"{one} {two}", GoalFacts).note == "1 other answer came before the last one, which counts"
    )
    assert read_reply(f"{two} {two}", GoalFacts).others == 0
    many = " ".join(f'{{"facts": {{"wood": {n}}}}}' for n in range(1, 100))
    assert read_reply(many, GoalFacts).reply.facts == {"wood": 99}


def test_a_thought_mark_in_code_is_code() -> None:
    source = "def reward(before, after):\n    return 0.0  # </think> <thinking> [THINK] <|channel|>analysis"
    assert parse_reply(json.dumps({"reward": source}), SkillReward).reward == source
    fenced = f"<think>hm</think>\n```json\n{json.dumps({'reward': source})}\n```"
    assert parse_reply(fenced, SkillReward).reward == source


HOSTILE = {
    "opening": "<think>",
    "closing": "</think>",
    "half tags": "<think ",
    "angles": "<",
    "nested": '{"facts":',
    "braces": '{"',
    "empties": "{}",
    "quotes": '"',
    "escapes": '{"\\"',
    "lists": "[[",
    "blanks": "{ \t\n",
    "lines": "\n",
    "fences": '```json\n{"facts"',
    "channels": "<|channel|>analysis<|message|>",
    "bare": "analysisassistantfinal",
    "drafts": '{"facts": {"wood": 0}}\n',
    "answers": '{"facts": {"wood": 1}}\n',
    "notes": '{"note": 1} ',
    "refusals": "\u2019.",
    "thoughts with objects": '<think>{"facts": {"wood": 9}}</think>',
}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_long_hostile_replies_are_read_in_time_that_grows_with_their_length(piece: str) -> None:
    """Half a million characters: what takes time with the square of it would take hours."""
    text = piece * (500_000 // len(piece))
    is_refusal(text)
    try:
        read_reply(text, GoalFacts)
    except Unparsable as error:
        assert len(str(error)) < 3000


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('{"facts": {' + ", ".join(f'"w{n}": 1, "w{n}": 1' for n in range(30_000)) + "}}", "more than once"),
        ('{"facts": {' + ", ".join(f'"w{n}": 0' for n in range(40_000)) + "}}", "greater than or equal to 1"),
        ("{" + ", ".join(f'"facts{n}": 0' for n in range(40_000)) + "}", "Extra inputs"),
        ('{"facts": {"' + "w" * 900_000 + '": 0}}', "greater than or equal to 1"),
        ('{"facts": {"wood": ' + "9" * 900_000 + "}}", "a number has 900,000 digits"),
        ('{"facts": ' + "[" * 400_000, "nested too deeply"),
        ('{"facts": ' + "[" * 400_000 + "]" * 400_000 + "}", "nested too deeply"),
        ("x" * (LONGEST_REPLY + 1), "expected at most 1,000,000"),
    ],
    ids=["same names", "bad values", "unknown names", "long name", "long number", "open", "deep", "too long"],
)
def test_large_objects_are_refused_in_few_words(text: str, error: str) -> None:
    with pytest.raises(Unparsable, match=error) as caught:
        parse_reply(text, GoalFacts)
    assert len(str(caught.value)) < 3000


@pytest.mark.timeout(300)
def test_long_lists_that_repeat_themselves_are_refused_in_few_words() -> None:
    task = {"name": "a", "kind": "act", "description": "Do a thing.", "obtains": {"x": 1}, "difficulty": 1}
    with pytest.raises(Unparsable, match="task names must differ"):
        parse_reply(
            json.dumps({"tasks": [{**task, "name": f"a{n // 2}"} for n in range(9_000)]}), TaskProposals
        )
    with pytest.raises(Unparsable, match="every event has one grade; listed twice: 1, 2, 3") as caught:
        parse_reply(json.dumps({"grades": {"1": [*range(1, 1001)] * 100}}), EventGrades)
    assert len(str(caught.value)) < 500


def test_control_characters_are_made_visible_in_messages() -> None:
    for text in ("\x1b[2Jno object", '{"\x1b[2J": 1, "facts": 0}', '{"facts": \x1b[2J}'):
        with pytest.raises(Unparsable) as caught:
            parse_reply(text, GoalFacts)
        assert "\x1b" not in str(caught.value)


def test_reply_signatures_are_pinned() -> None:
    """They are part of every recorded answer's key: a change here makes all shipped answers unusable."""
    assert [reply_signature(reply) for reply in REPLIES.values()] == [
        "TaskProposals/1(tasks)",
        "SkillEffects/1(reason,requires,consumes,holds,obtains,seek,explore,action,until,actions,step_cap)",
        "SkillReward/1(reason,reward)",
        "SkillOption/1(reason,initiation,termination)",
        "Guards/1(reason,guard,ranking)",
        "Shield/1(reason,shield)",
        "ArenaChoices/1(reason,choices)",
        "GoalFacts/1(facts,impossible)",
        "TaskChain/1(skills,reason)",
        "SkillPolicy/1(reason,goal,choose,simulate,check,impossible)",
        "TrainingPolicy/1(reason,choose,simulate,check)",
        "OptionTest/1(reason,cases,simulate,initiation,termination)",
        "EventGrades/1(reason,grades)",
        "EventPreference/1(better)",
        "NextSkill/1(reason,next)",
        "ChainName/1(name,description)",
        "ClaimCriteria/1(criteria)",
        "AttemptJudgement/1(seen,criteria,confidence,verdict)",
        "DebatedJudgement/1(seen,criteria,confidence,verdict)",
        "AttemptArgument/1(argument)",
    ]
