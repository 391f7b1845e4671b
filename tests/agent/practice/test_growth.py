"""Sessions that ask for more tasks: when, of whom, what is taken, and what is left after a resume."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent.config import PracticeConfig
from agent.design.proposer import Proposals, Situation
from agent.llm.errors import BadPack, ModelUnavailable
from agent.practice.growth import Growth
from agent.practice.loop import run_practice
from agent.practice.report import PracticeReport
from agent.practice.session_state import SessionState
from agent.records.growth_record import growth_record
from agent.testing.abilities import Ability, pool_of
from agent.testing.model import scripted_model
from agent.testing.pools import StandInPool
from agent.testing.toy import walk
from skills.code.sandbox import Sandbox
from skills.store.store import SkillLibrary
from tests.agent.practice.small_session import small_session
from tests.agent.toy_session import Listener, admitted, kinds, run_of

pytestmark = pytest.mark.usefixtures("borrowed_worker")

STAND = Ability(
    name="stand_by_rock", obtains={"near.rock": 1}, kind="find", action="right", step_cap=9,
    requires={"known.rock": 1},
)  # fmt: skip
LEAP = Ability(name="leap", obtains={"near.gem": 1}, kind="find", action="down", consumes={"gem": 1})
AGAIN = walk("up")
GROWN = (STAND, LEAP, replace(AGAIN, name="go_up"))


@pytest.fixture
def small_sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def with_pool(configure: Callable[..., PracticeConfig], tmp_path: Path) -> Callable[..., PracticeConfig]:
    """A session of the three walks that may draw further tasks from a pool."""

    def make(*abilities: Ability, **rest: object) -> PracticeConfig:
        path = tmp_path / "pool.json"
        path.write_text(pool_of(*abilities).model_dump_json())
        return configure(proposer=str(path), **rest)

    return make


def test_a_session_goes_on_with_tasks_of_the_pool(with_pool: Callable[..., PracticeConfig]) -> None:
    config, listener = with_pool(*GROWN), Listener()
    report = run_practice(config, progress=listener)
    run = run_of(config, report)
    more = kinds(run, "proposed_more")
    assert more[0]["tasks"] == ["stand_by_rock"]  # it brings what no other does, from what was seen
    assert more[0]["source"] == "pool"
    assert kinds(run, "tried")[-1]["skill"] == "stand_by_rock" or any(
        event["skill"] == "stand_by_rock" for event in kinds(run, "tried", "waiting", "abandoned")
    )
    assert report.stopped.startswith("nothing within reach is left to learn; ")
    assert "in the pool is within reach" in report.stopped or "are not taken" in report.stopped
    assert any(note.startswith("1 more task from the pool: stand_by_rock") for note in listener.notes)


def test_a_session_with_no_proposer_ends_as_before(configure: Callable[..., PracticeConfig]) -> None:
    config = configure(proposer="none")
    report = run_practice(config)
    assert report.stopped == "nothing within reach is left to learn"
    assert not kinds(run_of(config, report), "proposed_more")


def test_a_task_that_was_tried_keeps_no_new_ones_waiting(tmp_path: Path, small_sandbox: Sandbox) -> None:
    """It stays open, and is practised on in its turn."""
    easy = replace(STAND, requires={})
    small = small_session(tmp_path, StandInPool(lambda job: None), small_sandbox, easy, proposer="none")
    asked: list[int] = []

    class Counts:
        name = "counts"

        def propose(self, situation: Situation, count: int) -> Proposals:
            asked.append(situation.asked)
            return Proposals(tasks=(), source=self.name, nothing_because="nothing")

    growth = Growth(small.session, small.roster, small.beginnings, Counts())
    progress, small.session.state.turns = small.session.state.skills[easy.name], 10
    progress.status = "open"
    assert growth.more([easy.claim]) == []
    assert asked == []
    progress.rounds = 1
    assert growth.more([easy.claim]) == []
    assert asked == [0]


def test_an_empty_pool_is_told_before_anything_is_played(
    configure: Callable[..., PracticeConfig], tmp_path: Path
) -> None:
    path = tmp_path / "none.json"
    path.write_text('{"schema_version": 1, "game": "toy", "prompts": {}, "tasks": []}')
    with pytest.raises(BadPack, match=r"pool of proposals 'none\.json' cannot be used: it holds no tasks"):
        run_practice(configure(proposer=str(path)))
    assert not list((tmp_path / "runs").glob("*practice*"))


def test_a_game_without_a_pool_says_so(configure: Callable[..., PracticeConfig]) -> None:
    with pytest.raises(BadPack, match="no pool of proposals is shipped for game 'toy'"):
        run_practice(configure(proposer="pool"))


def test_what_was_taken_is_there_again_after_a_resume(with_pool: Callable[..., PracticeConfig]) -> None:
    config = with_pool(*GROWN)
    report = run_practice(config)
    taken = SessionState.load(run_of(config, report).path).growth.tasks
    assert [task.name for task in taken] == ["stand_by_rock"]
    (config.library / "toy" / "graph.json").stat()
    SkillLibrary(config.library, "toy").retire("walk_up", "for a test")
    again = run_practice(replace(config, resume=report.run, budget_steps=40_000))
    claimed = [event["skill"] for event in kinds(run_of(config, again), "claimed")]
    assert claimed.count("stand_by_rock") == 2
    assert "stand_by_rock" in SessionState.load(run_of(config, again).path).skills


def test_a_model_that_cannot_be_asked_ends_no_session(
    configure: Callable[..., PracticeConfig], monkeypatch: pytest.MonkeyPatch
) -> None:
    from agent.design.more_tasks import ModelProposer

    def down(*arguments: object) -> None:
        raise ModelUnavailable("no reply")

    monkeypatch.setattr(ModelProposer, "propose", down)
    config = configure(proposer="model")
    report = run_practice(config)
    assert len(admitted(report)) == 3
    assert report.stopped.endswith("; no more tasks could be asked for: no reply")
    assert kinds(run_of(config, report), "no_proposals")


def test_a_live_model_is_told_what_is_mastered_and_its_bad_tasks_are_refused() -> None:
    from agent.design.more_tasks import ModelProposer
    from agent.design.proposer import Situation
    from agent.testing.toy import SPEC

    task = STAND.task.model_dump()
    model, chat = scripted_model({"tasks": [task]})
    situation = Situation(
        mastered={"walk_up": 0.93}, failed={"fly": "it was tried 4 times"}, known={"walk_up": "Walk up."},
        seen={"near.tree": 1, "gem": 0}, asked=2,
    )  # fmt: skip
    proposals = ModelProposer(model, SPEC).propose(situation, 3)
    assert [task.name for task in proposals.tasks] == ["stand_by_rock"]
    question = chat.asked[0][-1][1]
    for line in ("at most 3 of them", "- walk_up: 93 %", "- fly: it was tried 4 times", "- near.tree 1"):
        assert line in question
    assert "gem 0" not in question


def test_the_report_and_the_run_tell_what_was_proposed(with_pool: Callable[..., PracticeConfig]) -> None:
    config = with_pool(*GROWN)
    report = run_practice(config)
    assert report.proposals["asked"] >= 2
    assert set(report.proposals["taken"]) == {"walk_up", "walk_left", "walk_down", "stand_by_rock"}
    assert report.proposals["nothing_more"] == report.stopped.removeprefix(
        "nothing within reach is left to learn; "
    )
    run = run_of(config, report)
    assert growth_record(run.path) == {"proposals": report.proposals, "monitors": report.monitors}
    assert report.monitors["turn"] == SessionState.load(run.path).turns > 0
    assert report.monitors["library"] >= 3 and report.monitors["facts"] > 0
    assert json.loads(json.dumps(report.to_record()))["proposals"] == report.proposals


class Typist:
    """Types these lines, then nothing."""

    def __init__(self, *lines: str) -> None:
        self.lines = list(lines)

    def tell(self, text: str) -> None:
        assert text

    def ask(self, question: str) -> str:
        return self.lines.pop(0) if self.lines else ""


def test_a_person_is_asked_in_the_same_seat(configure: Callable[..., PracticeConfig]) -> None:
    config = configure(proposer="ask")
    report = run_practice(config, conversation=Typist("stand between two trees"))
    more = kinds(run_of(config, report), "proposed_more")
    assert more[0]["source"] == "person"
    named = {*more[0]["tasks"], *more[0]["refused"]}
    assert named == {"stand_between_two_trees"}
    assert report.stopped.endswith("no task that was proposed was taken"), "no recorded answer is about it"


def test_where_no_person_is_the_session_goes_on_without(configure: Callable[..., PracticeConfig]) -> None:
    report = run_practice(configure(proposer="ask"))
    assert "nobody can be asked here" in report.stopped


def test_a_session_on_a_library_that_has_learned_everything_begins_by_asking(
    own_copy: tuple[PracticeConfig, PracticeReport], tmp_path: Path
) -> None:
    path = tmp_path / "pool.json"
    path.write_text(pool_of(*GROWN).model_dump_json())
    config = replace(own_copy[0], proposer=str(path))
    report = run_practice(config)
    (first, *_) = kinds(run_of(config, report), "proposed_more", "designed")
    assert (first["kind"], first["turn"], first["tasks"]) == ("proposed_more", 0, ["stand_by_rock"])


def test_tasks_are_asked_for_every_few_turns_where_the_settings_say_so(
    with_pool: Callable[..., PracticeConfig],
) -> None:
    config = with_pool(*GROWN, propose_every=1)
    asked = kinds(run_of(config, run_practice(config)), "proposed_more")
    assert asked[0]["turn"] == 0 and asked[0]["tasks"] == ["stand_by_rock"]
