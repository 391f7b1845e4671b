import json

import pytest

from agent.llm.parse import Unparsable, is_refusal, parse_reply
from agent.llm.replies import (
    REPLIES,
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
    with pytest.raises(Unparsable, match="obtains: Dictionary should have at least 1 item"):
        parse_reply(effects(obtains={}), SkillEffects)


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
        "SkillPolicy/1(reason,goal,choose,simulate,check,impossible)",
        "TrainingPolicy/1(reason,choose,simulate,check)",
        "OptionTest/1(reason,cases,simulate,initiation,termination)",
        "EventGrades/1(reason,grades)",
        "EventPreference/1(better)",
    ]
