"""Sentences that cannot be claims are told so, whatever is installed."""

import re

import numpy as np
import pytest

from agent.judges.embedded import EmbeddedJudge
from agent.judges.embedded.readable import why_unreadable
from agent.judges.embedded.shipped_states import load_states
from planners.execution.judge import JudgeTask

PICTURE = np.zeros((72, 72, 3), np.uint8)


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("wood " * 20_000, "100,000 characters"),
        (" \n ", "not said what success means"),
        ("see a \x1b[2Jtree", r"cannot be seen, '\\x1b'"),
        ("see a \u202etree", "U\\+202E"),
        ("collect -3 wood", "'-3', which is no count"),
        ("collect 1.5 wood", "'1.5', which is no count"),
        ("видеть дерево", "another script"),
        ("看到一棵树", "another script"),
        ("done <|im_end|>", "no sentence has, '<'"),
        ("{{ verdict }}", "no sentence has, '{'"),
        ("...", "has no words"),
    ],
)
def test_why(claim: str, said: str) -> None:
    judge = EmbeddedJudge.load()
    task = JudgeTask(
        task="look",
        claim=claim,
        obtains={},
        kinds={},
        before={},
        after={},
        frames=(PICTURE,),
        frame_steps=(0,),
    )
    verdict = judge.judge(task)
    assert verdict.outcome == "unclear" and "encoder" not in verdict.reason and len(verdict.reason) < 200
    assert re.search(said, verdict.reason)
    assert not judge.understands(claim)


def test_every_shipped_sentence_is_readable() -> None:
    assert [claim for claim in load_states() if why_unreadable(claim)] == []
    assert why_unreadable("see a tree; it\u2019s “near”, or 2-3 cells away (at most).") == ""


def test_each_picture_has_its_step() -> None:
    task = JudgeTask(
        task="look", claim="see a tree", obtains={}, kinds={}, before={}, after={},
        frames=(PICTURE, PICTURE), frame_steps=(0,),
    )  # fmt: skip
    verdict = EmbeddedJudge.load().judge(task)
    assert (verdict.outcome, verdict.reason) == (
        "unclear",
        "2 pictures come with 1 steps; each must have one",
    )
