"""A practice with slots that is killed again and again: its command, its workers, nodes of its cluster."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from agent.errors import BadConfig
from agent.practice.session_state import SessionState
from agent.records.runs import RunInfo
from agent.studies.commands import latest_run
from agent.studies.ledger import Ledger, Part, read_results
from envs.registry import game_spec
from envs.seeding import child_seed
from skills.store.store import SkillLibrary

BEGUN_S: Final = 120.0
"""Seconds that a practice has to write its first event of a process."""
LONGEST_WAIT_S: Final = 30.0
"""Seconds before a kill, at most."""
MOST_OTHERS: Final = 3
"""Kills of workers and nodes before the one of the command, at most."""
WORKERS: Final = ("multiprocessing.spawn", "ray::Actor")
"""What the command lines of workers hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KillsStudy:
    """Its settings.

    Attributes:
        game: registry name.
        kills: how many.
        slots: of the practice.
        nodes: of a cluster of Ray on this machine; 0 for slots without Ray.
        seed: of everything that is drawn; each session gets its own.
    """

    game: str = "toy"
    kills: int = 50
    slots: int = 2
    nodes: int = 0
    seed: int = 0

    def __post_init__(self) -> None:
        """Raise `BadConfig` when a value makes no sense."""
        if self.kills < 1 or self.slots < 1 or self.nodes < 0 or self.nodes == 1:
            raise BadConfig(
                f"kills is {self.kills}, slots {self.slots} and nodes {self.nodes}; expected 1 or more, 1 or "
                "more, and 0, or 2 or more so that one can die"
            )

    def check(self) -> None:
        """Raise `UnknownGame` or `MissingDependency` before anything begins."""
        game_spec(self.game)
        if self.nodes:
            from envs.workers.cluster.connection import load_ray

            load_ray()

    def settings(self) -> dict[str, Any]:
        """What tells this study from another."""
        return {
            "study": "kills", "game": self.game, "kills": self.kills, "slots": self.slots,
            "nodes": self.nodes, "seed": self.seed,
        }  # fmt: skip

    def run(self, folder: Path, tell: Any) -> int:
        """Do what is not done yet; returns how many parts are done."""
        with ExitStack() as stack:
            cluster = stack.enter_context(FewNodes(self.nodes)) if self.nodes else None
            return Ledger(folder, self.settings()).run(self.parts(folder, cluster), tell)

    def parts(self, folder: Path, cluster: FewNodes | None) -> Iterator[Part]:
        """Lives of the command, one after the other, each ended by a kill; then one that ends by itself."""
        life = 0
        while (left := self.kills - _killed(folder, life)) > 0:
            victims = self._victims(life, left)
            yield f"life/{life + 1}", partial(self._live, folder, cluster, life, victims)
            life += 1
        yield "end", partial(self._end, folder, cluster)

    def _victims(self, life: int, left: int) -> list[str]:
        """Who is killed in a life, the command at its end."""
        rng = np.random.default_rng(child_seed(self.seed, "victims", life))
        others = ["worker", "worker", "node"] if self.nodes else ["worker"]
        count = min(left - 1, int(rng.integers(MOST_OTHERS + 1)))
        return [others[int(rng.integers(len(others)))] for _ in range(count)] + ["command"]

    def _live(
        self, folder: Path, cluster: FewNodes | None, life: int, victims: list[str]
    ) -> Mapping[str, Any]:
        rng = np.random.default_rng(child_seed(self.seed, "moments", life))
        session = self._session(folder)
        command, run = self._begin(session, cluster)
        killed: Counter[str] = Counter()
        try:
            for victim in victims:
                with suppress(subprocess.TimeoutExpired):
                    command.wait(float(rng.uniform(0.2, LONGEST_WAIT_S)))
                    break  # it ended by itself before its time
                killed[victim] += _kill(victim, command, cluster, rng)
        finally:
            _kill_group(command)
        return {"session": session.name, "killed": dict(killed), **checked(session, run)}

    def _end(self, folder: Path, cluster: FewNodes | None) -> Mapping[str, Any]:
        session = self._session(folder)
        command, run = self._begin(session, cluster)
        code = command.wait()
        return {"session": session.name, "exit_code": code, **checked(session, run)}

    def _session(self, folder: Path) -> Path:
        """The folder of the session that is under way, or of a new one after those that ended."""
        number = 1
        while (run := latest_run(folder / f"session-{number}" / "runs")) is not None and run.result():
            number += 1
        return folder / f"session-{number}"

    def _begin(self, session: Path, cluster: FewNodes | None) -> tuple[subprocess.Popen[bytes], RunInfo]:
        """Begin a practice, or go on with it; comes back when it works."""
        runs = session / "runs"
        before = latest_run(runs)
        lines = 0 if before is None else len(list(before.events()))
        given = ["--resume", before.name] if before else ["--seed", session.name.rpartition("-")[2]]
        on = ["--cluster", "auto"] if cluster else []
        arguments = [
            "practice", "--game", self.game, "--library", str(session / "library"), "--runs-dir", str(runs),
            "--slots", str(self.slots), "--workers", "1", "--minutes", "600", *on, *given,
        ]  # fmt: skip
        runs.mkdir(parents=True, exist_ok=True)
        with (session / "practice.log").open("ab") as log:
            command = subprocess.Popen(
                [sys.executable, "-m", "agent.cli", *arguments], stdout=log, stderr=log,
                start_new_session=True, env={**os.environ, **(cluster.environment if cluster else {})},
            )  # fmt: skip
        until = time.monotonic() + BEGUN_S
        while command.poll() is None and time.monotonic() < until:
            run = latest_run(runs)
            if run is not None and len(list(run.events())) > lines:
                return command, run
            time.sleep(0.2)
        run = latest_run(runs)
        if run is None or command.returncode not in (0, None):
            _kill_group(command)
            end = (session / "practice.log").read_text(encoding="utf-8", errors="replace")[-500:]
            raise BadConfig(f"the practice of {str(session)!r} did not begin: {end}")
        return command, run


def checked(session: Path, run: RunInfo) -> dict[str, Any]:
    """Whether everything on the disk is whole, and counted once.

    Returns:
        ``skills`` in the library, ``steps`` and ``jobs`` so far, and ``wrong``: what does not add up.
    """
    state = SessionState.load(run.path)
    events = counted_events(list(run.events()), state.lines.get("events"))
    library = SkillLibrary(session / "library", run.game)
    wrong = [f"library: {problem}" for problem in library.verify()]
    wrong += _wrong_versions(library, events)
    wrong += _wrong_steps(state, events)
    return {"skills": len(library.names()), "steps": state.steps, "jobs": state.jobs, "wrong": wrong}


def counted_events(events: Sequence[Mapping[str, Any]], lines: int | None) -> list[Mapping[str, Any]]:
    """The events that count: those of turns that a kill cut off stay in the journal, and are left out.

    Args:
        events: all of them.
        lines: how many there were when the session was last saved; None for all.

    >>> lost = [{"kind": "a"}, {"kind": "lost"}, {"kind": "resumed", "kept": {"events": 1}}, {"kind": "b"}]
    >>> [event["kind"] for event in counted_events(lost, None)]
    ['a', 'resumed', 'b']
    """
    counted: list[tuple[int, Mapping[str, Any]]] = []
    for number, event in enumerate(events):
        if event.get("kind") == "resumed" and (kept := event.get("kept", {}).get("events")) is not None:
            counted = [(line, one) for line, one in counted if line < kept]
        counted.append((number, event))
    return [event for line, event in counted if lines is None or line < lines]


def _wrong_versions(library: SkillLibrary, events: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Skills that were lost or are there twice."""
    told = Counter((e["skill"], e["version"]) for e in events if e.get("kind") == "admitted")
    yield from (f"{name} v{version} was admitted {n} times" for (name, version), n in told.items() if n > 1)
    for name, _ in told:
        if name not in library.names(retired=True):
            yield f"{name} was admitted and is not in the library"


def _wrong_steps(state: SessionState, events: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Trainings whose steps are counted more or less than once."""
    trained: dict[str, dict[str, int]] = {}
    for event in events:
        if event.get("kind") == "trained":
            of = trained.setdefault(event["skill"], {})
            of[event["training"]] = max(of.get(event["training"], 0), event["steps"])
    for name, progress in state.skills.items():
        told = sum(trained.get(name, {}).values())
        if told != progress.train_steps:
            yield f"{name} was trained for {told} steps, and {progress.train_steps} are counted"
    total = sum(progress.train_steps for progress in state.skills.values())
    if state.steps < total:
        yield f"{state.steps} steps are counted, and trainings alone took {total}"


def _killed(folder: Path, lives: int) -> int:
    """How many were killed in the first lives: fewer than planned, where a practice ended before its time."""
    results = read_results(folder)
    names = [f"life/{life + 1}" for life in range(lives)]
    return sum(sum(results[name]["killed"].values()) for name in names if name in results)


# Kills.


def _kill(
    victim: str, command: subprocess.Popen[bytes], cluster: FewNodes | None, rng: np.random.Generator
) -> int:
    """Kill one of a kind; returns how many were killed."""
    if victim == "command":
        command.kill()
        command.wait()
        return 1
    if victim == "node" and cluster is not None:
        cluster.lose_one(rng)
        return 1
    found = sorted(pid for pid in descendants(os.getpid()) if any(word in _line(pid) for word in WORKERS))
    if not found:
        return 0
    with suppress(ProcessLookupError):
        os.kill(found[int(rng.integers(len(found)))], signal.SIGKILL)
    return 1


def _kill_group(command: subprocess.Popen[bytes]) -> None:
    """End the command; its workers notice."""
    if command.poll() is None:
        command.kill()
        command.wait()


def descendants(pid: int) -> set[int]:
    """Processes that a process started, and those that they did."""
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError, IndexError):
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
    found, new = set[int](), {pid}
    while new:
        new = {child for child, parent in parents.items() if parent in new} - found
        found |= new
    return found


def _line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return ""


class FewNodes:
    """A cluster of Ray whose nodes are all on this machine, each with two CPUs; nodes can be lost.

    Args:
        count: of nodes besides the one that leads, which has none to give.
    """

    def __init__(self, count: int) -> None:
        from envs.workers.cluster.connection import load_ray, patiently

        load_ray()
        from ray.cluster_utils import Cluster

        self._node = {"num_cpus": 2, "object_store_memory": 100_000_000, "include_dashboard": False}
        head = {**self._node, "num_cpus": 0}
        self._cluster = patiently(lambda: Cluster(initialize_head=True, head_node_args=head))
        self._nodes = [patiently(lambda: self._cluster.add_node(**self._node)) for _ in range(count)]

    @property
    def environment(self) -> Mapping[str, str]:
        """What has a command find the cluster."""
        return {"RAY_ADDRESS": str(self._cluster.address)}

    def lose_one(self, rng: np.random.Generator) -> None:
        """Kill a node with all that runs on it, and add another."""
        self._cluster.remove_node(self._nodes.pop(int(rng.integers(len(self._nodes)))), allow_graceful=False)
        self._nodes.append(self._cluster.add_node(**self._node))

    def __enter__(self) -> FewNodes:
        return self

    def __exit__(self, *error: object) -> None:
        self._cluster.shutdown()
