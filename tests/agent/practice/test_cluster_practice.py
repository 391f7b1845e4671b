"""Practice on a cluster: what it learns, where it says that it did, and that nothing is left at its end."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from agent.config import PracticeConfig
from agent.practice.loop import run_practice
from agent.practice.slots import open_slots
from agent.studies.kills import descendants
from skills.store.store import SkillLibrary
from skills.training.spec import TrainProgress
from tests.agent.practice.test_any_slot import STEPS, together
from tests.agent.toy_session import admitted, kinds, run_of


@pytest.mark.long
def test_slots_on_two_nodes_learn_and_the_record_says_what_ran_where(
    ray_cluster: Any, tmp_path: Path
) -> None:
    config = PracticeConfig(
        game="toy", library=tmp_path / "library", runs_dir=tmp_path / "runs", budget_steps=60_000, minutes=60,
        workers=1, cluster="auto", slots=2,
    )  # fmt: skip
    report = run_practice(config)
    assert {"collect_wood", "collect_stone"} <= set(admitted(report))
    run = run_of(config, report)
    trained = kinds(run, "trained")
    assert trained and all(event["host"] and event["slot"] in (1, 2) for event in trained)
    for event in trained:  # what a node wrote is in the run
        (folder,) = (run.path / "training").glob(f"{event['skill']}-r1")
        kept = {path.name.partition(".")[0].partition("-")[0] for path in folder.iterdir()}
        assert kept == {"checkpoint", "events", "metrics", "policy"}
    assert SkillLibrary(config.library, "toy").verify() == []


@pytest.mark.parametrize("victim", ["process", pytest.param("node", marks=pytest.mark.long)])
def test_joint_training_goes_on_where_its_process_or_node_dies(
    ray_cluster: Any, tmp_path: Path, victim: str
) -> None:
    nodes = []
    if victim == "node":  # two that have room for a slot of three workers, and the others have not
        nodes = [ray_cluster.add_node(num_cpus=3, object_store_memory=100_000_000) for _ in range(2)]
    (slot,), baton = open_slots(1, 3 if nodes else 1, "auto")
    baton.take()
    spec, steps = together(tmp_path / "together"), list[int]()

    def kill_once(progress: TrainProgress) -> None:
        if not steps:
            where = slot._trainer.where(0)  # type: ignore[union-attr]
            if victim == "node":
                (node,) = [node for node in nodes if node.node_id == where["node"]]
                ray_cluster.remove_node(node, allow_graceful=False)
                nodes.remove(node)
            else:
                os.kill(where["pid"], signal.SIGKILL)
        steps.append(progress.steps)

    result = slot.train(spec, on_progress=kill_once)
    slot.end()
    assert slot._trainer is not None and slot._trainer.restarts >= 1  # more where a node seemed alive
    assert result.steps == steps[-1] == sum(skill.steps for skill in result.skills) == STEPS
    assert sorted(path.name for path in result.weights.values()) == ["rock.zip", "wood.zip"]
    assert all(path.is_file() for path in result.weights.values())  # in the run's folder
    for node in nodes:
        ray_cluster.remove_node(node, allow_graceful=False)


@pytest.mark.long
def test_ctrl_c_ends_everything_that_was_started(tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="needs the extra 'ray'")
    command = subprocess.Popen(
        [
            sys.executable, "-m", "agent.cli", "practice", "--game", "toy", "--cluster", "local",
            "--slots", "2", "--workers", "1", "--library", str(tmp_path / "library"),
            "--runs-dir", str(tmp_path / "runs"),
        ],
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert command.stderr is not None
    for line in command.stderr:
        if "collect_wood" in line:
            break
    started = descendants(command.pid)
    assert any("raylet" in Path(f"/proc/{pid}/cmdline").read_text() for pid in started)
    command.send_signal(signal.SIGINT)
    told = command.stderr.read()
    command.stderr.close()
    assert command.wait() == 130
    assert "go on with: journeyman practice --resume" in told
    while any(Path(f"/proc/{pid}").exists() for pid in started):  # a hang is the failure
        time.sleep(0.1)
    assert os.getpid() not in started
