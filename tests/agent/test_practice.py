import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scripted import NAMES, Ability, pack_of, scripted_seat, shipped_part, walk
from toy_session import Borrowed, Session

from agent.config import PracticeConfig
from agent.designer import record_random_play
from agent.errors import RunDamaged, UnknownRun
from agent.kit import GuardCode, ShieldCode
from agent.llm.answer_log import read_log
from agent.llm.errors import BudgetExceeded, ReplyInvalid
from agent.llm.opening import SeatOptions
from agent.llm.seat import Seat
from agent.llm.store import AnswerPack
from agent.play import load_guards, load_kit
from agent.practice import run_practice
from agent.practice_report import PracticeReport
from agent.progress import NullProgress
from agent.rollouts import RolloutPool
from agent.runs import RunInfo, RunStatus, find_run
from agent.session import SessionState
from agent.trials import held_out
from envs.errors import UnknownGame
from envs.game import make_game
from envs.seeding import EVALUATION_BASE
from planners.errors import BadGraph
from planners.graph import SkillGraph
from skills.errors import LibraryDamaged, LibraryLocked, LibraryNotWritable
from skills.skill import SkillStats
from skills.starts import StartBank
from skills.store import SkillLibrary

pytestmark = pytest.mark.usefixtures("borrowed_worker")

WALKS = (walk("up"), walk("left"), walk("down"))
CHOP = Ability(name="collect_wood", obtains={"wood": 1}, seek=("tree",), actions=("up", "take"))


@pytest.fixture
def configure(tmp_path: Path) -> Callable[..., PracticeConfig]:
    """A configuration with recorded answers; the pack may be changed until it is used."""

    def make(pack: AnswerPack | None = None, **rest: Any) -> PracticeConfig:
        path = tmp_path / "pack.json"
        (pack or pack_of(*WALKS)).save(path)
        values = {"budget_steps": 20_000, "minutes": 2.0, "workers": 1, **rest}
        return PracticeConfig(
            game="toy",
            library=tmp_path / "library",
            runs_dir=tmp_path / "runs",
            llm=f"recorded:{path}",
            **values,
        )

    return make


@pytest.fixture(scope="module")
def walked(
    worker: RolloutPool, tmp_path_factory: pytest.TempPathFactory
) -> tuple[PracticeConfig, PracticeReport]:
    """A finished session of the three walks; copy it with `own_copy`."""
    folder = tmp_path_factory.mktemp("walked")
    pack_of(*WALKS).save(folder / "pack.json")
    config = PracticeConfig(
        game="toy",
        library=folder / "library",
        runs_dir=folder / "runs",
        llm=f"recorded:{folder / 'pack.json'}",
        budget_steps=20_000,
        minutes=2.0,
        workers=1,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("agent.practice.RolloutPool", lambda workers: Borrowed(worker))
        return config, run_practice(config)


@pytest.fixture
def own_copy(
    walked: tuple[PracticeConfig, PracticeReport], tmp_path: Path
) -> tuple[PracticeConfig, PracticeReport]:
    """The finished session of the three walks, in folders that may be changed."""
    config, report = walked
    copied = replace(config, library=tmp_path / "library", runs_dir=tmp_path / "runs")
    shutil.copytree(config.library, copied.library)
    shutil.copytree(config.runs_dir, copied.runs_dir)
    return copied, report


def run_of(config: PracticeConfig, report: PracticeReport) -> RunInfo:
    return find_run(config.runs_dir, report.run)


def kinds(run: RunInfo, *wanted: str) -> list[dict[str, Any]]:
    return [event for event in run.events() if event["kind"] in wanted]


def admitted(report: PracticeReport) -> list[str]:
    return [entry["name"] for entry in report.admitted]


def reasons(report: PracticeReport) -> dict[str, str]:
    return {entry["name"]: entry["reason"] for entry in report.abandoned}


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


# A whole session, from an empty library to the gem.


def test_the_tree_is_learned(toy_session: Session) -> None:
    report = toy_session.report
    assert set(admitted(report)) >= {
        "collect_wood", "collect_stone", "place_bench", "make_pick", "collect_gem",
    }  # fmt: skip
    assert report.abandoned == ()
    assert report.stopped == "nothing within reach is left to learn"
    assert not report.interrupted
    assert 0 < report.steps < 60_000
    assert (report.calls, report.tokens, report.usd) == (0, 0, 0.0)
    for entry in report.admitted:
        assert entry["lower_bound"] >= 0.5
        assert entry["attempts"] >= 12


def test_the_wrong_claim_is_corrected_by_play(toy_session: Session) -> None:
    assert "place_bench: claimed 1 wood, play found 2 (1 of 1 success)" in toy_session.notes
    graph = SkillGraph.load(toy_session.config.library / "toy" / "graph.json")
    assert graph.claim("place_bench").consumes == {"wood": 1}
    assert graph.belief("place_bench").consumes == {"wood": 2}
    stored = SkillLibrary(toy_session.config.library, "toy").load("place_bench")
    assert stored.effects.consumes == {"wood": 2}
    corrected = [e for e in toy_session.events if e["kind"] == "corrected" and e["skill"] == "place_bench"]
    assert [e["fact"] for e in corrected] == ["wood", "wood"]
    assert "failures point to 2" in corrected[0]["text"] and "play found 2" in corrected[1]["text"]


def test_the_library_is_in_order(toy_session: Session) -> None:
    library = SkillLibrary(toy_session.config.library, "toy")
    assert library.verify() == []
    assert sorted(library.names()) == sorted(admitted(toy_session.report))
    graph = SkillGraph.load(library.graph_path)
    for name, skill in library.load_all().items():
        assert graph.available(name)
        assert graph.stats(name).attempts >= 12
        assert skill.lineage.run == toy_session.report.run
        assert skill.lineage.source == "recorded"


def test_the_record_is_complete(toy_session: Session) -> None:
    run, events = toy_session.run, toy_session.events
    assert run.status is RunStatus.DONE
    done = run.result()
    assert {key: done[key] for key in toy_session.report.to_record()} == json.loads(
        json.dumps(toy_session.report.to_record())
    )
    assert [e["kind"] for e in events[:2]] == ["started", "proposed"]
    assert events[-1]["kind"] == "finished"
    order = [e["kind"] for e in events if e.get("skill") == "collect_wood" and e["kind"] != "corrected"]
    assert order[:6] == ["claimed", "designed", "ground", "trained", "admitted", "tried"]
    times = [e["at"] for e in events]
    assert times == sorted(times)
    state = SessionState.load(run.path)
    assert state.steps == toy_session.report.steps
    assert (run.path / "metrics.jsonl").read_text().count("train/success") >= 2


def test_every_decision_cites_an_answer_that_is_there(toy_session: Session) -> None:
    answers = read_log(toy_session.run.path / "answers.jsonl").answers
    cited = {e["answer_id"] for e in toy_session.events if e.get("answer_id")}
    cited |= {a for e in toy_session.events for a in e.get("answers", ())}
    assert cited == set(answers)
    for skill in SkillLibrary(toy_session.config.library, "toy").load_all().values():
        assert len(skill.lineage.answers) >= 2 and set(skill.lineage.answers) <= set(answers)
    kinds_asked = {answer.request.prompt_id for answer in answers.values()}
    assert kinds_asked == {
        "propose_tasks", "skill_effects", "skill_reward", "skill_option", "guards", "shield",
    }  # fmt: skip


def test_practice_never_sees_an_evaluation_seed(toy_session: Session) -> None:
    assert len(toy_session.jobs) > 200
    assert len({job.seed for job in toy_session.jobs}) == len(toy_session.jobs)
    assert all(0 <= job.seed < EVALUATION_BASE for job in toy_session.jobs)
    assert all(job.start.origin < EVALUATION_BASE for job in toy_session.jobs if job.start)
    bank = StartBank.load(toy_session.run.path / "bank.npz")
    origins = {start.origin for start, _ in bank.states({})}
    assert len(origins) > 50
    assert all(0 <= origin < EVALUATION_BASE for origin in origins)


def test_trials_are_on_ground_that_was_not_trained_on(toy_session: Session) -> None:
    trials = [job for job in toy_session.jobs if job.skill == "collect_wood" and job.start]
    assert len(trials) >= 40
    first = trials[:40]  # the trial right after the first training
    assert all(held_out(job.start.origin) for job in first if job.start)


def test_the_same_session_again_gives_the_same_library(
    toy_session: Session, configure: Callable[..., PracticeConfig]
) -> None:
    """Walks only, to be quick; with two workers and with one, whichever of them is faster."""
    reports = []
    for workers in (1, 2):
        config = replace(configure(), workers=workers)
        config = replace(config, library=config.library / str(workers))
        reports.append(
            (run_practice(config), SkillGraph.load(config.library / "toy" / "graph.json").to_json())
        )
    (one, graph), (two, other) = reports
    assert (one.steps, one.admitted) == (two.steps, two.admitted)
    assert graph == other


def test_a_second_session_finds_nothing_left_to_do(toy_session: Session, tmp_path: Path) -> None:
    library = tmp_path / "library"
    shutil.copytree(toy_session.config.library, library)
    config = replace(toy_session.config, library=library, runs_dir=tmp_path / "runs", budget_steps=1000)
    report = run_practice(config)
    assert set(admitted(report)) == set(admitted(toy_session.report))
    assert report.stopped == "nothing within reach is left to learn"
    assert report.steps == 600  # random play for the checks of the guard, and nothing else
    assert not kinds(run_of(config, report), "designed", "trained", "tried", "admitted")


# Stopping and going on.


class Interrupting(NullProgress):
    """Presses Ctrl-C at the n-th call of one kind of news."""

    def __init__(self, news: str, at: int = 1) -> None:
        self._news, self._at = news, at

    def _heard(self, news: str) -> None:
        if news == self._news:
            self._at -= 1
            if self._at == 0:
                raise KeyboardInterrupt

    def started(self, **news: Any) -> None:
        self._heard("started")

    def skill_started(self, name: str, **news: Any) -> None:
        self._heard("skill_started")

    def training(self, name: str, **news: Any) -> None:
        self._heard("training")

    def skill_finished(self, name: str, **news: Any) -> None:
        self._heard("skill_finished")

    def note(self, text: str) -> None:
        self._heard("note")


def test_ctrl_c_keeps_what_was_learned(configure: Callable[..., PracticeConfig]) -> None:
    config = configure()
    report = run_practice(config, progress=Interrupting("skill_finished", at=2))
    assert report.interrupted and report.stopped == "interrupted"
    run = run_of(config, report)
    assert run.status is RunStatus.INTERRUPTED
    state = SessionState.load(run.path)
    assert state.steps == report.steps > 0
    first = [e["skill"] for e in kinds(run, "admitted")]
    assert len(first) == 2 and SkillLibrary(config.library, "toy").verify() == []

    again = run_practice(replace(config, resume=run.name))
    assert not again.interrupted and again.run == run.name
    assert len(admitted(again)) == 3
    assert [e["skill"] for e in kinds(run, "admitted")][:2] == first
    assert len(kinds(run, "admitted")) == 3  # nothing was admitted twice
    assert SkillLibrary(config.library, "toy").versions(first[0]) == [1]
    assert again.steps > report.steps
    assert SessionState.load(run.path).jobs > state.jobs
    assert run_of(config, again).status is RunStatus.DONE


@pytest.mark.parametrize("news", ["started", "note", "skill_started"])
def test_ctrl_c_at_any_moment_destroys_nothing(configure: Callable[..., PracticeConfig], news: str) -> None:
    config = configure(pack_of(*WALKS[:2]))
    run_practice(config)
    graph = SkillGraph.load(config.library / "toy" / "graph.json")
    more = configure(pack_of(*WALKS))
    report = run_practice(more, progress=Interrupting(news))
    assert report.interrupted
    after = SkillGraph.load(config.library / "toy" / "graph.json")
    for name in graph.skills():
        assert after.evidence(name) == graph.evidence(name)
        assert after.stats(name) == graph.stats(name)
    report = run_practice(replace(more, resume=report.run))
    assert sorted(admitted(report)) == ["walk_down", "walk_left", "walk_up"]


def test_the_budget_is_not_spent_twice(
    walked: tuple[PracticeConfig, PracticeReport], configure: Callable[..., PracticeConfig]
) -> None:
    """The steps of a session that was interrupted and resumed are those of one that was not.

    Beyond them there is only the random play that designs are checked on: 4 x 150 steps in each process.
    """
    _, whole = walked
    config = configure()
    report = run_practice(config, progress=Interrupting("skill_started", at=2))
    report = run_practice(replace(config, resume=report.run))
    assert admitted(report) == admitted(whole)
    assert abs(report.steps - whole.steps - 600) <= 150  # other draws, so a few steps more or less


CHILD = "from agent.cli import main; raise SystemExit(main())"


def test_kill_9_loses_at_most_what_was_under_way(configure: Callable[..., PracticeConfig]) -> None:
    many = [replace(walk(way), name=f"walk_{way}_{i}") for i in range(5) for way in ("up", "left", "down")]
    config = configure(pack_of(*many))
    arguments = [
        "practice", "--game", "toy", "--llm", config.llm, "--library", str(config.library),
        "--runs-dir", str(config.runs_dir), "--budget-steps", "20000", "--minutes", "2", "--workers", "1",
    ]  # fmt: skip
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        path = wait_for(lambda: next(iter(config.runs_dir.glob("2*/events.jsonl")), None), child)
        wait_for(lambda: '"kind":"admitted"' in path.read_text(), child)
    finally:
        child.kill()
        child.wait()
    run = find_run(config.runs_dir, path.parent.name)
    assert run.status is RunStatus.CRASHED
    wait_for(lambda: no_process_of(child.pid), None)  # the workers end by themselves
    library = SkillLibrary(config.library, "toy")
    assert library.verify() == []
    before = SessionState.load(run.path)
    done = [e["skill"] for e in kinds(run, "admitted")]
    assert 1 <= len(done) < 15
    for name in done:  # on the books before it was told
        assert before.skills[name].status == "admitted"
        assert library.versions(name) == [1]
    trials = sum(library.load(name).stats.steps for name in done)
    assert before.steps >= 600 + trials > 600

    report = run_practice(replace(config, resume=run.name))
    assert sorted(admitted(report)) == sorted(ability.name for ability in many)
    assert report.run == run.name and report.steps > before.steps
    told = [e["skill"] for e in kinds(run, "admitted")]
    assert told[: len(done)] == done and len(told) == len(set(told))
    assert all(library.versions(name) == [1] for name in library.names())
    assert library.verify() == []
    graph = SkillGraph.load(library.graph_path)
    assert all(graph.stats(name).attempts >= 12 for name in library.names())
    assert run_of(config, report).status is RunStatus.DONE


def wait_for(condition: Callable[[], Any], child: "subprocess.Popen[bytes] | None") -> Any:
    deadline = time.monotonic() + 90
    while not (found := condition()):
        assert time.monotonic() < deadline, "waited too long"
        assert child is None or child.poll() is None, "the session ended before it could be killed"
        time.sleep(0.005)
    return found


def no_process_of(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


def test_a_skill_stored_just_before_a_crash_is_taken_over(
    own_copy: tuple[PracticeConfig, PracticeReport],
) -> None:
    """The library has it, state and graph do not know yet: it is not learned again, its rate is known."""
    config, report = own_copy
    run = run_of(config, report)
    state = SessionState.load(run.path)
    del state.skills["walk_up"]
    state.save(run.path)
    path = config.library / "toy" / "graph.json"
    graph = SkillGraph.load(path)
    graph.set_stats("walk_up", SkillStats())
    graph.set_available("walk_up", False)
    graph.save(path)
    again = run_practice(replace(config, resume=run.name))
    assert set(admitted(again)) == set(admitted(report))
    assert SkillLibrary(config.library, "toy").versions("walk_up") == [1]
    stats = SkillGraph.load(path).stats("walk_up")
    assert stats == SkillLibrary(config.library, "toy").load("walk_up").stats


def test_a_skill_that_was_taken_out_of_the_library_is_learned_again(
    own_copy: tuple[PracticeConfig, PracticeReport],
) -> None:
    config, report = own_copy
    shutil.rmtree(config.library / "toy" / "walk_up")
    again = run_practice(replace(config, resume=report.run))
    assert set(admitted(again)) == {"walk_up", "walk_left", "walk_down"}
    assert SkillLibrary(config.library, "toy").versions("walk_up") == [1]


def test_a_run_is_resumed_for_its_own_game_only(own_copy: tuple[PracticeConfig, PracticeReport]) -> None:
    config, report = own_copy
    run = run_of(config, report)
    before = contents(run.path)
    with pytest.raises(UnknownRun, match=f"^run '{run.name}' practises 'toy', not 'crafter'$"):
        run_practice(replace(config, game="crafter", resume=run.name))
    with pytest.raises(UnknownRun, match="no run 'nothing' in"):
        run_practice(replace(config, resume="nothing"))
    assert contents(run.path) == before


def test_a_damaged_state_stops_before_anything_is_played(
    own_copy: tuple[PracticeConfig, PracticeReport],
) -> None:
    config, report = own_copy
    run = run_of(config, report)
    (run.path / "state.json").write_text("{")
    before = contents(config.library)
    with pytest.raises(RunDamaged, match=r"state\.json cannot be read"):
        run_practice(replace(config, resume=run.name))
    assert contents(config.library) == before


# Budgets.


def test_steps_stop_a_session(configure: Callable[..., PracticeConfig]) -> None:
    """The budget is looked at between turns, so one turn may pass it.

    A turn of a scripted skill of the toy: at most 5 x 60 pieces of play to get to starts (none here, the
    starts are the beginnings of episodes), 12 trials of `step_cap` 30, and 4 more per claimed need: here
    600 steps of random play and 12 x 30 at most.
    """
    config = configure(budget_steps=601)
    report = run_practice(config)
    assert report.stopped == "the budget of 601 steps is spent"
    assert len(admitted(report)) == 1  # one turn, and no second one
    assert 601 <= report.steps <= 601 + 12 * 30
    run = run_of(config, report)
    assert run.result()["stopped"] == report.stopped and not report.interrupted
    # With more budget the same run goes on.
    more = run_practice(replace(config, resume=run.name, budget_steps=20_000))
    assert len(admitted(more)) == 3


def test_a_budget_that_random_play_uses_up(configure: Callable[..., PracticeConfig]) -> None:
    report = run_practice(configure(budget_steps=100))
    assert (report.steps, report.admitted) == (600, ())  # four episodes of 150 steps, before the first turn
    assert report.stopped == "the budget of 100 steps is spent"


def test_minutes_stop_a_session(configure: Callable[..., PracticeConfig]) -> None:
    config = configure(minutes=1e-4)
    report = run_practice(config)
    assert report.stopped == "the 0.0001 minutes are over"
    assert report.admitted == ()
    assert SkillLibrary(config.library, "toy").verify() == []


# Models that talk nonsense.


@pytest.fixture
def with_model(
    configure: Callable[..., PracticeConfig], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[PracticeConfig, Any]]:
    """A session whose live model is asked only where the pack has no answer."""

    def make(pack: AnswerPack, *replies: Any, **rest: Any) -> tuple[PracticeConfig, Any]:
        script: list[Any] = list(replies)
        chats = []

        def open_seat(llm: str, game: str, options: SeatOptions) -> Seat:
            seat, chat = scripted_seat(*script, records=[pack], log=options.log)
            assert seat.client is not None
            seat.client.meter.caps = options.caps
            chats.append(chat)
            return seat

        monkeypatch.setattr("agent.practice.open_seat", open_seat)
        return replace(configure(pack), llm="test:scripted", **rest), chats

    return make


def without(pack: AnswerPack, prompt: str, subject: str = "") -> AnswerPack:
    for answer in pack.about(prompt, subject):
        pack.remove(answer.id)
    return pack


def nothing_false(config: PracticeConfig, name: str, *, successes: int = 0, failures: int = 0) -> None:
    """The skill is neither in the library nor to be used, and only what happened speaks for it."""
    assert name not in SkillLibrary(config.library, "toy").names()
    graph = SkillGraph.load(config.library / "toy" / "graph.json")
    if name in graph:
        assert not graph.available(name)
        assert graph.evidence(name).successes == successes
        assert graph.evidence(name).failures == failures


def test_proposals_without_sense_end_the_session_cleanly(
    with_model: Callable[..., tuple[PracticeConfig, Any]],
) -> None:
    fly = {
        "tasks": [
            {
                "name": "fly",
                "kind": "act",
                "description": "Fly high.",
                "obtains": {"altitude": 1},
                "difficulty": 1,
            }
        ]
    }
    config, chats = with_model(without(pack_of(*WALKS), "propose_tasks"), fly, fly)
    with pytest.raises(ReplyInvalid, match="'altitude', which is no fact of the game"):
        run_practice(config)
    (run,) = [find_run(config.runs_dir, p.name) for p in config.runs_dir.iterdir()]
    assert run.status is RunStatus.CRASHED
    assert "altitude" in kinds(run, "crashed")[0]["message"]
    assert len(chats[0].asked) == 2
    assert not list((config.library / "toy").glob("*/v1"))


def test_a_proposal_is_repaired_once(with_model: Callable[..., tuple[PracticeConfig, Any]]) -> None:
    pack = pack_of(walk("up"))
    good = pack.about("propose_tasks", "")[0].reply
    config, _ = with_model(without(pack, "propose_tasks"), "Walk up!", good)
    report = run_practice(config)
    assert admitted(report) == ["walk_up"]
    run = run_of(config, report)
    answers = read_log(run.path / "answers.jsonl")
    assert answers.answers[kinds(run, "proposed")[0]["answer_id"]].repaired
    assert [f.reply for f in answers.failed] == ["Walk up!"]
    assert SkillLibrary(config.library, "toy").load("walk_up").lineage.source == "live"
    assert report.calls == 2


def test_a_claim_without_sense_costs_that_skill_only(
    with_model: Callable[..., tuple[PracticeConfig, Any]],
) -> None:
    pack = without(pack_of(walk("up"), CHOP, walk("left")), "skill_effects", "collect_wood")
    pack.add(pack_of(walk("up"), walk("left")).about("guards", "")[0])  # asked about the skills that are left
    wrong = {**CHOP.reply, "requires": {"axe": 1}}
    config, _ = with_model(pack, wrong, wrong)
    report = run_practice(config)
    assert sorted(admitted(report)) == ["walk_left", "walk_up"]
    (event,) = kinds(run_of(config, report), "no_claim")
    assert event["skill"] == "collect_wood" and "'axe' is no fact of the game" in event["reason"]
    nothing_false(config, "collect_wood")


def code(*body: str) -> dict[str, list[str]]:
    return {"reward": ["def reward(before, after):", *(f"    {line}" for line in body)]}


@pytest.mark.parametrize(
    ("reward", "reason"),
    [
        (
            code("return 0.5 * after['near.tree']"),
            "standing still pays: with before equal to after it gave 0.5",
        ),
        (code("while True:", "    pass"), "exceeded the time limit of 1 s; is there a loop without end?"),
        (code("x = [0] * 1_000_000_000", "return 1.0"), "exceeded the memory limit of 50 MB"),
        (code("import socket", "return 1.0"), "import of 'socket' in line 2 is refused"),
        (code("return float('nan')"), "it must return a finite number"),
        ("No.", "no JSON"),
    ],
)
def test_a_reward_that_is_no_good_is_given_up_with_its_reason(
    with_model: Callable[..., tuple[PracticeConfig, Any]], reward: Any, reason: str
) -> None:
    pack = pack_of(CHOP, walk("up"))
    config, chats = with_model(pack, reward, reward)
    report = run_practice(config)
    assert admitted(report) == ["walk_up"]  # the session goes on
    assert list(reasons(report)) == ["collect_wood"]
    assert reasons(report)["collect_wood"].startswith("no usable design: ")
    assert reason in reasons(report)["collect_wood"]
    assert len(chats[0].asked) == 2  # asked once, repaired once, never again
    assert kinds(run_of(config, report), "abandoned")[0]["reason"] == reasons(report)["collect_wood"]
    nothing_false(config, "collect_wood")


def rare(fact: str, *facts: str) -> str:
    """A condition on facts that random play never met, so that no check can see what follows."""
    play = record_random_play(make_game("toy"), 0)
    columns = [NAMES.index(name) for name in (fact, *facts)]
    rows = np.concatenate([play.before, play.after])[:, columns].tolist()
    seen = sorted({sum(value * 100**i for i, value in enumerate(row)) for row in rows})
    key = " + ".join(f"facts['{name}'] * {100**i}" for i, name in enumerate((fact, *facts)))
    return f"{key} not in {seen!r}"


RARE = ("distance.tree", "distance.rock", "distance.gem")


@pytest.mark.parametrize("part", ["initiation", "termination"])
def test_code_that_fails_in_play_costs_that_skill_only(
    configure: Callable[..., PracticeConfig], part: str
) -> None:
    start = "def initiation(facts):" if part == "initiation" else "def termination(start, facts, steps):"
    body = [
        start,
        f"    if {rare(*RARE)}:",
        "        return 1 // 0 > 0",
        f"    return {part == 'initiation'}",
    ]
    broken = walk("up", **{part: body})
    config = configure(pack_of(broken, walk("left")))
    report = run_practice(config)
    assert admitted(report) == ["walk_left"]
    expected = {
        "initiation": "it broke down: initiation: line 3 (return 1 // 0 > 0): ZeroDivisionError",
        "termination": "attempts broke down: skills.errors.CodeRejected: termination: line 3",
    }
    assert expected[part] in reasons(report)["walk_up"]
    # Executions that ended before the code failed are true all the same; those that broke down are nothing.
    run = run_of(config, report)
    assert not [e for e in kinds(run, "tried", "admitted") if e["skill"] == "walk_up"]
    graph = SkillGraph.load(config.library / "toy" / "graph.json")
    nothing_false(config, "walk_up", successes=graph.evidence("walk_up").successes)


def test_a_guard_that_fails_in_play_is_dropped(configure: Callable[..., PracticeConfig]) -> None:
    body = ["def guard(facts):", f"    if {rare(*RARE)}:", "        return 1 // 0", "    return ''"]
    config = configure(pack_of(*WALKS, guards={"guard": body, "ranking": []}))
    report = run_practice(config)
    assert len(admitted(report)) == 3
    run = run_of(config, report)
    assert [e["kind"] for e in kinds(run, "guarded", "no_guard")] == ["guarded", "no_guard"]
    assert "ZeroDivisionError" in kinds(run, "no_guard")[0]["reason"]
    assert not load_guards(SkillLibrary(config.library, "toy"))[0].source.strip()


@pytest.mark.parametrize(("prompt", "event"), [("guards", "no_guard"), ("shield", "no_shield")])
def test_a_guard_or_shield_without_sense_is_done_without(
    with_model: Callable[..., tuple[PracticeConfig, Any]], prompt: str, event: str
) -> None:
    config, _ = with_model(without(pack_of(*WALKS), prompt), "Beware!", "Beware of the dog!")
    report = run_practice(config)
    assert len(admitted(report)) == 3
    (noted,) = kinds(run_of(config, report), event)
    assert "rejected again" in noted["reason"]
    guard, shield = load_guards(SkillLibrary(config.library, "toy"))
    assert (guard == GuardCode(), shield == ShieldCode()) == (prompt == "guards", prompt == "shield")


def test_a_cap_on_calls_ends_the_session_and_keeps_its_answers(
    with_model: Callable[..., tuple[PracticeConfig, Any]],
) -> None:
    pack = pack_of(*WALKS)
    replies = [pack.about(prompt, subject)[0].reply for prompt, subject in (
        ("propose_tasks", ""), ("skill_effects", "walk_up"))]  # fmt: skip
    empty = AnswerPack("toy")
    config, _ = with_model(empty, *replies, max_calls=2)
    with pytest.raises(BudgetExceeded, match="max_calls = 2"):
        run_practice(config)
    (folder,) = config.runs_dir.iterdir()
    assert len(read_log(folder / "answers.jsonl").answers) == 2


def test_a_skill_that_never_works_is_not_tried_for_ever(configure: Callable[..., PracticeConfig]) -> None:
    """A claim without any need, of which nothing could be raised: four attempts, then it waits for others."""
    never = Ability(
        name="make_pick", kind="craft", obtains={"pick": 1}, action="make_pick", until=False, step_cap=4
    )
    config = configure(pack_of(walk("up"), never))
    report = run_practice(config)
    assert admitted(report) == ["walk_up"]
    assert report.stopped == "nothing within reach is left to learn"
    tried = [e for e in kinds(run_of(config, report), "tried") if e["skill"] == "make_pick"]
    assert [(e["successes"], e["attempts"], e["admitted"]) for e in tried] in (
        [(0, 4, False)],
        [(0, 4, False)] * 2,
    )
    nothing_false(config, "make_pick", failures=4 * len(tried))


def test_further_practice_that_fails_does_not_cost_the_skill(
    toy_session: Session, tmp_path: Path, with_model: Callable[..., tuple[PracticeConfig, Any]]
) -> None:
    """An admitted skill that is to be polished, and whose design is asked for anew and refused."""
    shutil.copytree(toy_session.config.library, tmp_path / "library")
    library = SkillLibrary(tmp_path / "library", "toy")
    library.update_stats("collect_wood", SkillStats(successes=15, failures=5, steps=100))
    before = library.versions("collect_wood")
    pack = shipped_part("collect_wood")
    config, _ = with_model(without(pack, "skill_reward", "collect_wood"), "No.", "No.")
    report = run_practice(config)
    assert admitted(report) == ["collect_wood"] and report.abandoned == ()
    (event,) = kinds(run_of(config, report), "not_polished")
    assert event["skill"] == "collect_wood" and event["reason"].startswith("no usable design: ")
    assert library.versions("collect_wood") == before


# Libraries in use or in disorder.

HOLD = """
import sys
from pathlib import Path
from skills.library_lock import library_lock
with library_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_library_in_use_is_left_alone(configure: Callable[..., PracticeConfig]) -> None:
    config = configure()
    folder = config.library / "toy"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        with pytest.raises(
            LibraryLocked,
            match=rf"^{re.escape(str(folder))} is being written by process {holder.pid} \(since .*\); "
            "wait until it ends, stop it, or use another folder with --library$",
        ):
            run_practice(config)
        assert not config.runs_dir.exists()
    finally:
        holder.communicate("")
    assert len(admitted(run_practice(config))) == 3


def test_a_library_that_cannot_be_written(configure: Callable[..., PracticeConfig]) -> None:
    config = configure()
    config.library.write_text("a file, not a folder")
    with pytest.raises(LibraryNotWritable, match=r"^cannot write to .*toy: .*; make it writable"):
        run_practice(config)
    assert config.library.read_text() == "a file, not a folder"
    assert not config.runs_dir.exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_library(configure: Callable[..., PracticeConfig]) -> None:
    config = configure()
    config.library.mkdir()
    config.library.chmod(0o555)
    try:
        with pytest.raises(LibraryNotWritable, match="Permission denied"):
            run_practice(config)
    finally:
        config.library.chmod(0o755)


@pytest.mark.parametrize("text", ["", '{"nodes": [', '{"schema": 99, "nodes": [], "edges": []}'])
def test_a_damaged_graph_stops_the_session_and_stays(
    own_copy: tuple[PracticeConfig, PracticeReport], text: str
) -> None:
    config, _ = own_copy
    path = config.library / "toy" / "graph.json"
    path.write_text(text)
    before = contents(config.library)
    with pytest.raises(BadGraph, match=f"^{re.escape(str(path))}: "):
        run_practice(config)
    assert contents(config.library) == before


def test_changed_weights_stop_the_session(toy_session: Session, tmp_path: Path) -> None:
    library = tmp_path / "library"
    shutil.copytree(toy_session.config.library, library)
    weights = library / "toy" / "collect_wood" / "v1" / "policy.zip"
    newest = sorted((library / "toy" / "collect_wood").glob("v*"))[-1] / "policy.zip"
    newest.write_bytes(newest.read_bytes()[:-1] + b"x")
    before = contents(library)
    with pytest.raises(LibraryDamaged, match="collect_wood"):
        run_practice(replace(toy_session.config, library=library, runs_dir=tmp_path / "runs"))
    with pytest.raises(LibraryDamaged, match="collect_wood"):
        load_kit(library, "toy")
    assert contents(library) == before
    assert weights.is_file()


def test_an_unknown_game_is_refused_before_anything_is_made(
    configure: Callable[..., PracticeConfig],
) -> None:
    config = replace(configure(), game="toi")
    with pytest.raises(UnknownGame, match="no game 'toi'; did you mean 'toy'"):
        run_practice(config)
    assert not config.library.exists() and not config.runs_dir.exists()
