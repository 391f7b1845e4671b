"""No index leaves its array: games played once more in a process that compiles all with checks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
HERE = Path(__file__).parent.relative_to(ROOT)

CHECKED = (
    "test_lockstep.py::test_every_step_equals_the_reference[crowd-]",
    "test_lockstep.py::test_a_world_with_an_object_on_every_cell",
    "test_observe.py::test_every_fact_and_every_number_equals_the_reference[rubble-]",
    "test_observe.py::test_every_fact_and_every_number_equals_the_reference[tunnels-]",
    "test_saved.py::test_what_is_read_goes_on_as_the_reference_does",
)
"""What is played: rough land, arrows, crowds, and states that nobody would have saved."""

CHILD = """
import sys

import numpy as np
import pytest

from envs.crafter.compiled.games import CompiledGames

broken = CompiledGames(1)
broken.reset(0, 1)
broken.records[0]["objects"]["x"][0] = 64
try:
    broken.step(np.ones(1, np.int64))
except IndexError:
    sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", *sys.argv[1:]]))
sys.exit("bounds are not checked")
"""


@pytest.mark.slow
@pytest.mark.long
def test_no_index_leaves_its_array(tmp_path: Path) -> None:
    tests = [str(HERE / test) for test in CHECKED]
    done = subprocess.run(
        [sys.executable, "-c", CHILD, *tests],
        cwd=ROOT,
        env={**os.environ, "NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert f"{len(CHECKED)} passed" in done.stdout
