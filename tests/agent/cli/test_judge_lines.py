"""A card and a verdict as people read them."""

import json

from agent.cli.judge_lines import card_lines, told_lines
from agent.judges.embedded.weights import CARD, SHIPPED


def test_the_shipped_card() -> None:
    lines = list(card_lines(json.loads((SHIPPED / CARD).read_text())))
    assert "Recipe: attempts 26, episodes 150" in "\n".join(lines)
    seeds = next(line for line in lines if line.startswith("Held out seeds: "))
    assert " questions, " in seeds and " % right where it is clear" in seeds
    assert not any(mark in line for line in lines for mark in "{}[]")


def test_a_strange_card_is_bounded_and_safe() -> None:
    card = {"note": "a\x1b[2J" * 9_000, "list": list(range(900)), "figures": {"x": 3, "y": {"n": "many"}}}
    lines = list(card_lines(card))
    assert all(line.isprintable() and len(line) < 700 for line in lines)
    assert "880 more" in lines[1]


def test_a_verdict() -> None:
    told = {
        "claim": "a table beside water", "steps": [0, 1200], "verdict": "not_done", "confidence": 0.9985,
        "reason": "table 0", "looked_at": [0, 5, 1200], "course_seen": False,
    }  # fmt: skip
    assert list(told_lines(told)) == [
        "Claim: a table beside water", "Steps: 0 to 1,200", "Verdict: not done", "Confidence: 99.85 %",
        "Reason: table 0", "Looked at the steps: 0, 5, 1,200", "Course: not seen whole",
    ]  # fmt: skip
