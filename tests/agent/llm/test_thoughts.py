from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.llm.parse import OnlyThoughts, Unparsable, is_refusal, parse_reply
from agent.llm.replies import GoalFacts
from agent.llm.thoughts import said_aloud

ANSWER = '{"facts": {"berries": 2}}'

NAMES = [
    "think", "Thinking", "THOUGHT", "thoughts", "reasoning", "reflection", "analysis", "scratchpad",
    "seed:think", "inner_monologue", "chain_of_thought", "ant_thinking", "antThinking", "thinking_process",
    "reasoning_content", "self-reflection", "deep_think", "think_on", "deliberation", "draft",
]  # fmt: skip
SPELLINGS = [
    ("<{}>", "</{}>"),
    ("< {} >", "</ {} >"),
    ("<{} budget='9'>", "</{}>"),
    ("<|{}|>", "<|/{}|>"),
    ("<|begin_of_{}|>", "<|end_of_{}|>"),
    ("<|start_{}|>", "<|end_{}|>"),
    ("\u25c1{}\u25b7", "\u25c1/{}\u25b7"),
    ("&lt;{}&gt;", "&lt;/{}&gt;"),
    ("&amp;lt;{}&amp;gt;", "&amp;lt;/{}&amp;gt;"),
    ("\\u003c{}\\u003e", "\\u003C/{}\\u003E"),
    ("\uff1c{}\uff1e", "\uff1c/{}\uff1e"),
    ("&#60;{}&#62;", "&#x3C;/{}&#x3E;"),
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("opening", "closing"), SPELLINGS)
def test_thoughts_are_left_out_however_they_are_marked(name: str, opening: str, closing: str) -> None:
    start, end = opening.format(name), closing.format(name)
    assert said_aloud(f"a {start} b {end} c").said == "a  c"
    assert said_aloud(f"a {start} b {start} c {end} d {end} e").said == "a  e"
    assert said_aloud(f"a {end} b {end} c").said == " c"
    assert said_aloud(f"a {start} b {start} c {end} d").said.strip() in ("a  d", "d")
    assert said_aloud(f"a {start} b").said == "a "
    assert said_aloud(f"say `{start}` and `{end}`").said == f"say `{start}` and `{end}`"


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "a < b and c > d", "<b>bold</b>", "<thinker>", "<answer>x</answer>", "[1, 2]", "<tool_call>",
        "<final_analysis>", "<reasoning_result>", "<draft-answer>", "<apricot>", "<reasonable>",
        "<details>more</details>", "<details type='list'>x</details>", "```\nx\n```", "```thinker\nx\n```",
        "analysis of it: x", "Analysis: x", "think!", "<think", "final", "assistantfinal",
    ],
)  # fmt: skip
def test_other_texts_stay_as_they_are(text: str) -> None:
    aloud = said_aloud(text)
    assert (aloud.said, aloud.thoughts) == (text, False)


MARKS = [
    ("<", ">"), ("< ", " >"), ("&lt;", "&gt;"), ("&amp;lt;", "&amp;gt;"), ("&#60;", "&#62;"),
    ("\\u003c", "\\u003e"), ("\uff1c", "\uff1e"),
]  # fmt: skip
CONVERSATIONS = [
    ("<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|channel|>final<|message|>"),
    ("<\uff5cchannel\uff5c>analysis<\uff5cmessage\uff5c>", "<\uff5cchannel\uff5c>final<\uff5cmessage\uff5c>"),
    ("<|channel>thought ", "<channel|>"),
    ("<unused94>", "<unused95>"),
]


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ('<details type="reasoning" done="true">\n<summary>Thought for 3 seconds</summary>\n', "</details>"),
        ("<details open type=thinking>", "</Details >"),
        ("```thinking\n", "\n```"),
        ("  ~~~~ reasoning\n```json\n", "\n~~~~"),
    ],
)
def test_folded_and_fenced_thoughts_are_left_out(opening: str, closing: str) -> None:
    draft = 'Perhaps {"facts": {"wood": 9}}?'
    assert parse_reply(f"{opening}{draft}{closing}\n{ANSWER}", GoalFacts).facts == {"berries": 2}
    for unanswered in (f"{opening}{draft}{closing}", f"{opening}{draft}"):
        with pytest.raises(OnlyThoughts):
            parse_reply(unanswered, GoalFacts)


@pytest.mark.parametrize(("less", "more"), MARKS)
@pytest.mark.parametrize(("thought", "answer"), CONVERSATIONS)
def test_channels_are_told_apart_however_their_marks_are_written(
    less: str, more: str, thought: str, answer: str
) -> None:
    def written(marks: str) -> str:
        return marks.replace("<", "\0").replace(">", more).replace("\0", less)

    draft = 'Perhaps {"facts": {"wood": 9}}?'
    assert parse_reply(written(thought) + draft + written(answer) + ANSWER, GoalFacts).facts == {"berries": 2}
    with pytest.raises(OnlyThoughts):
        parse_reply(written(thought) + draft, GoalFacts)


PIECES = [
    "<think>", "</think>", "<thinking>", "</THOUGHT>", "[THINK]", "[/THINK]", "<think/>", "{", "}", "[", "]",
    '"', "\\", ":", ",", "{}", '{"facts": {"wood": 9}}', '{"a": "', '{"facts": ', "```json\n", "```", "\n",
    " ", "x", "1", "null", "'", "`", '{"impossible": "</think>"}',
]  # fmt: skip
CHANNELS = [
    "<|channel|>final<|message|>", "<|channel|>analysis<|message|>", "<|end|>", "<|start|>assistant",
    "analysis", "assistantfinal",
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES + CHANNELS), max_size=30).map("".join))
def test_any_text_gives_a_reply_or_says_why_not(text: str) -> None:
    is_refusal(text)
    try:
        parse_reply(text, GoalFacts)
    except Unparsable as error:
        assert str(error)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_whatever_was_thought_the_answer_after_the_last_closing_mark_counts(thought: str) -> None:
    assert parse_reply(f"{thought}\n</think>\n{ANSWER}", GoalFacts).facts == {"berries": 2}


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([*PIECES, *CHANNELS[1:4]]), max_size=30).map("".join))
def test_whatever_was_analysed_the_final_channel_counts(thought: str) -> None:
    before = f"<|channel|>analysis<|message|>{thought}\n<|end|><|start|>assistant"
    assert parse_reply(f"{before}<|channel|>final<|message|>\n{ANSWER}", GoalFacts).facts == {"berries": 2}
