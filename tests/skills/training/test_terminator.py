"""A termination is opened in workers, and costs them no more than what it needs."""

import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from envs.registry import game_spec
from envs.rollout.episode import Starts
from skills.skill import Effects, FocusRecord, OptionCode, PolicyRecord, Skill
from skills.training.spec import TrainSpec
from skills.training.terminator import open_terminator
from skills.training.train import episode_task

ROOT = Path(__file__).parents[3]
UNPACK = """
import pickle, sys
task = pickle.load(sys.stdin.buffer)
assert task.terminator is not None
print([name for name in ("torch", "stable_baselines3", "numba", "langchain") if name in sys.modules])
"""
ENOUGH_WOOD = "def termination(start, facts, steps):\n    return facts['wood'] >= 2\n"
WOOD = Skill(
    name="collect_wood",
    game="toy",
    kind="act",
    description="take wood from trees",
    effects=Effects(obtains={"wood": 2}),
    focus=FocusRecord(seek=("tree",)),
    policy=PolicyRecord(kind="learned"),
    option=OptionCode(termination=ENOUGH_WOOD),
    step_cap=60,
)


def test_it_says_where_an_episode_ends() -> None:
    ends = open_terminator(ENOUGH_WOOD, ("health", "wood"))
    facts = np.array([[9, 1], [9, 2]], np.int32)
    assert ends(facts, facts, np.zeros(2, np.int32)).tolist() == [False, True]


@pytest.mark.slow
def test_a_worker_loads_nothing_that_only_learning_needs(tmp_path: Path) -> None:
    spec = TrainSpec(game="toy", skill=WOOD, starts=Starts(max_steps=100), work_dir=tmp_path, budget_steps=0)
    task = replace(episode_task(spec, game_spec("toy"), 1), terminator_every=2)
    done = subprocess.run(
        [sys.executable, "-c", UNPACK], input=pickle.dumps(task), capture_output=True, cwd=ROOT
    )
    assert (done.stdout.decode(), done.stderr.decode()) == ("[]\n", "")
