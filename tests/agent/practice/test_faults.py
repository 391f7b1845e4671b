"""A practice whose process or disk fails at any point where something is written, and that goes on.

One session is looked at from inside, at every point and moment of every point: what is on the disk then is
what a kill leaves. It must be readable at each, and the session must go on from each kind of them.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from agent.cli import main
from agent.config import PracticeConfig
from agent.errors import AgentError, OutOfMemory
from agent.llm.answer_log import read_log
from agent.play.job_pool import JobPool
from agent.practice.loop import run_practice
from agent.practice.session_state import SessionState
from agent.records.journal import read_journal
from agent.records.replay import replay
from agent.records.runs import RunInfo, RunStatus, list_runs
from agent.testing.abilities import pack_of
from agent.testing.faults import FULL, READ_ONLY, Killed, failing, faulty, killed, os_error
from agent.testing.toy import WALKS
from envs.disk import Moment
from planners.graph.graph import SkillGraph
from skills.errors import SkillError
from skills.start_bank import StartBank
from skills.store.store import SkillLibrary
from tests.agent.conftest import recorded_config
from tests.agent.scripted import shipped_part
from tests.agent.toy_session import Borrowed, kinds

pytestmark = pytest.mark.usefixtures("borrowed_worker")

RANDOM_PLAY = 600
"""Game steps of the random play that every process begins with."""
WAYS = ("walk_up", "walk_left")


def small(folder: Path) -> PracticeConfig:
    folder.mkdir(exist_ok=True)
    return recorded_config(folder, pack_of(*WALKS[:2]))


def require_readable(config: PracticeConfig) -> None:
    """All that is on the disk can be read, and holds no problem."""
    library = SkillLibrary(config.library, config.game)
    assert library.verify() == []
    if library.graph_path.is_file():
        SkillGraph.load(library.graph_path)
    for run in list_runs(config.runs_dir):
        assert run.config()["seed"] == config.seed and isinstance(run.result(), dict)
        list(replay(run)), list(read_journal(run.path / "play.jsonl"))
        list(read_journal(run.path / "metrics.jsonl"))
        SessionState.load(run.path)
        read_log(run.path / "answers.jsonl")
        if (run.path / "bank.npz").is_file():
            StartBank.load(run.path / "bank.npz")


def kept_play(run: RunInfo) -> list[dict[str, Any]]:
    """What executors decided, without what a kill took back: it says so when it goes on."""
    lines = list(read_journal(run.path / "play.jsonl"))
    lost = [range(e["kept"].get("play", 0), e["lines"]["play"]) for e in kinds(run, "resumed")]
    return [line for number, line in enumerate(lines) if not any(number in gone for gone in lost)]


def require_nothing_lost_or_twice(config: PracticeConfig) -> None:
    """Evidence, statistics, steps and admissions are those of the play that counts, each once."""
    (run,) = list_runs(config.runs_dir)
    library = SkillLibrary(config.library, config.game)
    graph = SkillGraph.load(library.graph_path)
    ended = [event for event in kept_play(run) if event["kind"] == "skill_ended"]
    executions = Counter(event["skill"] for event in ended)
    assert sorted(library.names()) == sorted(WAYS)
    for name in WAYS:
        assert library.versions(name) == [1]
        assert graph.evidence(name).attempts == graph.stats(name).attempts == executions[name]
        assert library.load(name).stats.attempts + library.use(name).attempts == executions[name]
        assert graph.available(name)
    admitted = [(event["skill"], event["version"]) for event in kinds(run, "admitted")]
    assert sorted(admitted) == [(name, 1) for name in sorted(WAYS)]
    state = SessionState.load(run.path)
    random_play, rest = divmod(state.steps - sum(event["env_steps"] for event in ended), RANDOM_PLAY)
    assert rest == 0 and 1 <= random_play <= 1 + len(kinds(run, "resumed"))
    assert {skill.status for skill in state.skills.values()} == {"admitted"}
    answers = [line["answer"]["request"] for line in read_journal(run.path / "answers.jsonl")]
    assert len({str(request) for request in answers}) == len(answers)
    left = [
        path for path in config.library.rglob("*") if path.suffix == ".tmp" or path.name == ".change.json"
    ]
    assert left == [] and list(run.path.glob(".*.tmp")) == []
    assert run.status is RunStatus.DONE
    require_readable(config)


def go_on(config: PracticeConfig) -> None:
    """Resume the run, or begin one where there is none yet, and look at what came of it."""
    runs = list_runs(config.runs_dir)
    run_practice(replace(config, resume=runs[0].name) if runs else config)
    require_nothing_lost_or_twice(config)


@dataclass
class Kills:
    """What is on the disk at points of one session, as copies that a session can go on from.

    Attributes:
        config: of the session.
        copies: by point and moment, of its second time, or its first where there is no second.
        looks: at how many moments all was readable.
    """

    config: PracticeConfig
    copies: dict[tuple[str, Moment], Path]
    looks: int

    def put_back(self, point: str, moment: Moment) -> PracticeConfig:
        for folder in (self.config.library, self.config.runs_dir):
            shutil.rmtree(folder, ignore_errors=True)
            source = self.copies[point, moment] / folder.name
            if source.exists():
                shutil.copytree(source, folder)
        return self.config


@pytest.fixture(scope="module")
def kills(worker: JobPool, tmp_path_factory: pytest.TempPathFactory) -> Kills:
    folder = tmp_path_factory.mktemp("kills")
    config = small(folder / "live")
    found = Kills(config, {}, 0)
    times: Counter[tuple[str, Moment]] = Counter()

    def look(point: str, moment: Moment) -> None:
        require_readable(config)
        found.looks += 1
        times[point, moment] += 1
        if times[point, moment] > 2 or moment == "after":
            return
        copy = folder / f"{point.replace(':', '-')}-{moment}"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(config.library.parent, copy)
        found.copies[point, moment] = copy

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("agent.practice.session.JobPool", lambda workers, cluster="": Borrowed(worker))
        with faulty(look):
            run_practice(config)
    require_nothing_lost_or_twice(config)
    return found


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_all_that_is_written_readable(kills: Kills) -> None:
    assert kills.looks > 500
    reached = {point for point, _ in kills.copies}
    turn = {f"{what}:{step}" for what in ("graph", "bank", "state") for step in ("create", "write", "rename")}
    assert turn | {"skill:rename", "library:rename", "guard:rename", "done:rename", "events:write"} <= reached


POINTS = [
    *(
        "run:make",
        "config:rename",
        "run:rename",
        "events:create",
        "events:write",
        "events:flush",
        "play:write",
    ),
    *("library:make", "library:create", "library:write", "library:rename", "library:flush", "library:remove"),
    *("answers:create", "answers:write", "answers:flush", "guard:create", "guard:rename"),
    *("skill:make", "skill:create", "skill:write", "skill:flush", "skill:rename"),
    *("graph:create", "graph:write", "graph:rename", "bank:write", "bank:rename", "state:write"),
    *("state:flush", "state:rename", "done:create", "done:write", "done:rename"),
]
"""Points of a session of scripted skills; a kill after one of them is one before the next."""


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS)
@pytest.mark.one_in(3)
def test_a_session_goes_on_after_a_kill(kills: Kills, point: str) -> None:
    moments: list[Moment] = ["before", "middle"] if point.endswith(":write") else ["before"]
    for moment in moments:
        go_on(kills.put_back(point, moment))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("point", "nth"),
    [("library:remove", 2), ("graph:rename", 1), ("done:remove", 1), ("run:rename", 1), ("config:rename", 1)],
)
def test_a_kill_of_the_session_that_goes_on_is_survived_too(kills: Kills, point: str, nth: int) -> None:
    config = kills.put_back("graph:rename", "before")
    (run,) = list_runs(config.runs_dir)
    with killed(point, "before", nth), pytest.raises(Killed):
        run_practice(replace(config, resume=run.name, budget_steps=21_000))
    require_readable(config)
    go_on(config)


@pytest.mark.slow
@pytest.mark.parametrize(
    "point", [point for point in POINTS if point not in ("library:make", "library:flush")]
)
@pytest.mark.one_in(3)
def test_a_session_goes_on_after_a_full_disk(tmp_path: Path, point: str) -> None:
    config = small(tmp_path)
    nth = 1 if point.partition(":")[0] in ("run", "config", "done", "guard") else 2
    with failing(point, os_error(FULL), nth):
        message = failure(config)
    if message:  # what only tidies up may fail
        assert "No space left on device" in message
        assert str(tmp_path) in message
    require_readable(config)
    go_on(config)


def failure(config: PracticeConfig) -> str:
    """What a person would read; empty where the session reached its end all the same."""
    try:
        run_practice(config)
    except (AgentError, SkillError) as error:
        message = str(error)
        assert "\n" not in message and ".tmp" not in message
        for run in list_runs(config.runs_dir):
            assert (
                f"go on with: journeyman practice --resume {run.name} --runs-dir {config.runs_dir}" in message
            )
        return message
    return ""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("point", "nth"),
    [("make", 2), ("create", 20), ("write", 60), ("flush", 30), ("rename", 9)],
)
@pytest.mark.one_in(2)
def test_a_session_goes_on_after_a_disk_that_is_read_only(tmp_path: Path, point: str, nth: int) -> None:
    """From one moment on nothing at all can be made, renamed or removed."""
    config = small(tmp_path)
    with failing(point, os_error(READ_ONLY), nth):
        message = failure(config)
    assert "Read-only file system" in message
    require_readable(config)
    go_on(config)


@pytest.mark.slow
def test_what_cannot_be_tidied_up_ends_no_session(tmp_path: Path) -> None:
    config = small(tmp_path)
    with failing("remove", os_error(READ_ONLY), 4):
        assert failure(config) == ""
    assert (config.library / "toy" / ".change.json").is_file()
    require_readable(config)
    go_on(config)


@pytest.mark.slow
@pytest.mark.parametrize("point", ["skill:write", "graph:rename", "events:write", "library:rename"])
def test_a_session_goes_on_after_it_ran_out_of_memory(tmp_path: Path, point: str) -> None:
    config = small(tmp_path)
    with (
        failing(point, MemoryError, 3),
        pytest.raises(OutOfMemory, match=r"^out of memory; close other programs .* go on with: journeyman"),
    ):
        run_practice(config)
    require_readable(config)
    go_on(config)


def in_a_process(module: str, *arguments: str) -> int:
    """The exit code of a module in a process of its own."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, capture_output=True, timeout=600, text=True)
    assert "Traceback" not in done.stderr
    return done.returncode


def practice(config: PracticeConfig, *more: str) -> list[str]:
    return [
        "practice", "--game", "toy", "--llm", config.llm, "--library", str(config.library),
        "--runs-dir", str(config.runs_dir), "--budget-steps", "20000", "--minutes", "60", "--workers", "1",
        *more,
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("point", "moment", "nth"),
    [("skill:write", "middle", 5), ("library:rename", "after", 2), ("state:rename", "before", 3)],
)
@pytest.mark.one_in(3)
def test_a_process_that_is_really_killed_goes_on(tmp_path: Path, point: str, moment: str, nth: int) -> None:
    config = small(tmp_path)
    arguments = (point, moment, str(nth), "agent.cli", *practice(config))
    assert in_a_process("agent.testing.faults", *arguments) == -signal.SIGKILL
    require_readable(config)
    go_on(config)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mounts a disk of its own with the options given; again to give it others."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = False

    def mount(options: str) -> Path:
        nonlocal mounted
        again = "remount," if mounted else ""
        command = ["mount", "-t", "tmpfs", "-o", again + options, "tmpfs", str(place)]
        if subprocess.run(command, capture_output=True).returncode:
            pytest.skip("may not mount a disk here")
        mounted = True
        return place

    yield mount
    if mounted:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.slow
@pytest.mark.parametrize("where", ["runs", "library"])
@pytest.mark.parametrize("limit", ["size=24k", "size=64k", "nr_inodes=8", "nr_inodes=24"])
@pytest.mark.one_in(3)
def test_a_disk_that_is_really_full(
    tmp_path: Path,
    small_disk: Callable[[str], Path],
    capsys: pytest.CaptureFixture[str],
    where: str,
    limit: str,
) -> None:
    if shutil.which("mount") is None:
        pytest.skip("needs mount")
    place = small_disk(limit)
    config = small(tmp_path)
    config = replace(config, **{"runs_dir" if where == "runs" else "library": place / where})
    code = main(practice(config))
    message = capsys.readouterr().err.splitlines()[-1]
    if code:  # a library this small may fit
        assert code == 2 and message.startswith("journeyman: cannot ")
        assert "No space left on device" in message and str(place) in message
    require_readable(config)
    small_disk("size=16m,nr_inodes=10000")
    go_on(config)


LEARNING = (
    *("training:make", "curves:create", "curves:write", "checkpoint:write", "checkpoint:rename"),
    *("weights:create", "weights:rename", "metrics:write"),
)
"""Points that only a training reaches."""
FATES = [(point, "kill") for point in LEARNING] + [
    (point, "full") for point in ("curves:write", "checkpoint:write", "weights:create")
]


def learning(folder: Path) -> PracticeConfig:
    """A session that trains one skill."""
    config = recorded_config(folder, shipped_part("collect_wood"), budget_steps=2_700)
    return replace(config, round_steps=2_048)


@pytest.mark.slow
@pytest.mark.parametrize(("point", "fate"), FATES)
@pytest.mark.one_in(3)
def test_a_training_goes_on(tmp_path: Path, point: str, fate: str) -> None:
    config = learning(tmp_path)
    if fate == "kill":
        with killed(point, "middle" if point.endswith("write") else "before"), pytest.raises(Killed):
            run_practice(config)
    else:
        with failing(point, os_error(FULL)):
            assert "No space left on device" in failure(config)
    require_readable(config)
    (run,) = list_runs(config.runs_dir)
    saved = SessionState.load(run.path).steps
    report = run_practice(replace(config, resume=run.name))
    require_readable(config)
    library = SkillLibrary(config.library, "toy")
    if report.admitted:
        assert library.versions("collect_wood") == [1]
    (trained,) = kinds(run, "trained")
    assert trained["steps"] == SessionState.load(run.path).skills["collect_wood"].train_steps == 2_048
    played = sum(e["env_steps"] for e in kept_play(run) if e["kind"] == "skill_ended")
    assert report.steps == 2 * RANDOM_PLAY - (0 if saved else RANDOM_PLAY) + trained["steps"] + played
    assert len((run.path / "training" / "collect_wood-r1" / "metrics.jsonl").read_text().splitlines()) >= 2


@pytest.mark.slow
@pytest.mark.parametrize("point", ["graph:write", "skill:rename", "bank:rename", "library:remove"])
def test_another_practice_on_the_library_of_a_killed_one(tmp_path: Path, point: str) -> None:
    """It completes what the killed one had decided, and takes nothing away from it."""
    config = small(tmp_path)
    nth = 5 if point == "library:remove" else 2
    with killed(point, "before", nth), pytest.raises(Killed):
        run_practice(config)
    (run,) = list_runs(config.runs_dir)
    assert (config.library / "toy" / ".lock-holder").is_file()  # of a process that is no more
    other = replace(config, runs_dir=tmp_path / "other")
    assert {entry["name"] for entry in run_practice(other).admitted} == set(WAYS)
    require_readable(other)
    again = run_practice(replace(config, resume=run.name))
    assert {entry["name"] for entry in again.admitted} == set(WAYS)
    library = SkillLibrary(config.library, "toy")
    assert [library.versions(name) for name in WAYS] == [[1], [1]]
    graph = SkillGraph.load(library.graph_path)
    for name in WAYS:
        assert graph.evidence(name).attempts == library.load(name).stats.attempts + library.use(name).attempts
    require_readable(config)


@pytest.mark.slow
@pytest.mark.parametrize("point", ["skill:write", "library:rename", "graph:rename", "state:rename"])
@pytest.mark.one_in(2)
def test_ctrl_c_while_a_skill_is_being_written(tmp_path: Path, point: str) -> None:
    config = small(tmp_path)
    left = 2 if point != "skill:write" else 1

    def press(reached: str, moment: Moment) -> None:
        nonlocal left
        if (reached, moment) == (point, "before"):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGINT)

    with faulty(press):
        report = run_practice(config)
    assert report.interrupted
    require_readable(config)
    go_on(config)
