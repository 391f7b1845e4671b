"""Asking for preferences: grades, pairs in both orders, agreement, the reward that follows, clear errors."""

import json
from pathlib import Path

import pytest

from agent.cli import main
from agent.llm.answer_pack import shipped_pack
from agent.llm.errors import NoRecordedAnswer, ReplyInvalid
from agent.llm.open_model import open_model
from agent.llm.parse import parse_reply
from agent.llm.replies import TaskProposals
from agent.preferences.annotator import COMPARED_PAIRS, EVENTS_PER_QUESTION, Annotator, agree
from agent.preferences.event_list import DistinctEvent, EventList, shipped_events
from agent.preferences.report import ask_preferences
from agent.testing.model import scripted_model
from envs.fact_changes import FactChanges
from envs.registry import game_spec
from skills.errors import ContradictoryPreferences, UnknownSkill
from skills.files import sha256
from skills.rewards.comparisons import Opinion
from skills.rewards.preference_model import PreferenceModel

TOY = game_spec("toy")
ASKED = {"skill": "collect_wood", "description": "Take wood."}


def toy_events() -> EventList:
    found = shipped_events(TOY)
    assert found is not None
    return found


def few(*texts: str) -> EventList:
    """Made-up events; only their number and words matter."""
    return EventList("toy", tuple(DistinctEvent({}, text, 1) for text in texts), 10, 0)


class TestGrading:
    def test_numbers_not_listed_are_zero(self) -> None:
        model, chat = scripted_model({"reason": "", "grades": {"3": [2], "-1": [3, 1]}})
        grades, answers = Annotator(model, TOY, few("a", "b", "c", "d")).grade(**ASKED)
        assert grades == (-1, 3, -1, 0)
        assert len(answers) == 1
        assert "1. a\n2. b\n3. c\n4. d" in chat.asked[0][1][1]
        assert "collect_wood. Take wood." in chat.asked[0][0][1]

    def test_batches_are_numbered_anew(self) -> None:
        events = few(*(f"event {i}" for i in range(EVENTS_PER_QUESTION + 2)))
        model, chat = scripted_model(
            {"reason": "", "grades": {"1": [1]}}, {"reason": "", "grades": {"2": [2]}}
        )
        grades, answers = Annotator(model, TOY, events).grade(**ASKED)
        assert (grades[0], grades[EVENTS_PER_QUESTION], grades[EVENTS_PER_QUESTION + 1]) == (1, 0, 2)
        assert len(answers) == len(chat.asked) == 2
        assert f"1. event {EVENTS_PER_QUESTION}\n2. event {EVENTS_PER_QUESTION + 1}" in chat.asked[1][1][1]

    def test_a_number_that_is_not_there_is_sent_back_once(self) -> None:
        wrong, right = {"reason": "", "grades": {"3": [5]}}, {"reason": "", "grades": {"3": [4]}}
        model, chat = scripted_model(wrong, right)
        assert Annotator(model, TOY, few("a", "b", "c", "d")).grade(**ASKED)[0] == (0, 0, 0, 3)
        assert "there is no event 5; they are numbered from 1 to 4" in chat.asked[1][-1][1]
        with pytest.raises(ReplyInvalid, match="there is no event 5"):
            Annotator(scripted_model(wrong, wrong)[0], TOY, few("a", "b", "c", "d")).grade(**ASKED)

    def test_an_event_under_two_grades_is_sent_back(self) -> None:
        twice, right = {"reason": "", "grades": {"3": [1], "1": [1]}}, {"reason": "", "grades": {"3": [1]}}
        model, chat = scripted_model(twice, right)
        assert Annotator(model, TOY, few("a", "b")).grade(**ASKED)[0] == (3, 0)
        assert "every event has one grade; listed twice: 1" in chat.asked[1][-1][1]


class TestComparing:
    def test_every_pair_is_asked_in_both_orders(self) -> None:
        model, chat = scripted_model(*({"better": better} for better in ("1", "2", "tie", "neither")))
        opinions, answers = Annotator(model, TOY, few("a", "b", "c")).compare(**ASKED, pairs=[(0, 1), (2, 1)])
        assert opinions == [
            Opinion(0, 1, "first"),
            Opinion(1, 0, "second"),
            Opinion(2, 1, "tie"),
            Opinion(1, 2, "neither"),
        ]
        assert len(set(answers)) == 4
        assert ["Event 1: a\nEvent 2: b" in asked[1][1] for asked in chat.asked] == [True] + [False] * 3
        assert "Event 1: b\nEvent 2: a" in chat.asked[1][1][1]

    def test_pairs_differ_and_follow_from_the_skill(self) -> None:
        annotator = Annotator(scripted_model()[0], TOY, few(*"abcdefgh"))
        pairs = annotator.pairs("x", 20)
        assert len(set(pairs)) == 20 and all(0 <= a < b < 8 for a, b in pairs)
        assert annotator.pairs("x", 20) == pairs != annotator.pairs("y", 20)
        assert len(annotator.pairs("x", 1000)) == 28

    def test_agreement_by_hand(self) -> None:
        # grades imply: 0 over 1, tie of 1 and 2, neither of 3 and 4
        opinions = [
            Opinion(0, 1, "first"), Opinion(1, 0, "second"),  # both orders agree with the grades
            Opinion(1, 2, "tie"), Opinion(2, 1, "first"),  # the orders differ
            Opinion(3, 4, "first"), Opinion(4, 3, "second"),  # the orders agree, the grades do not
        ]  # fmt: skip
        found = agree(opinions, [2, 0, 0, -1, -2])
        assert (found.share.mean, found.share.n) == (pytest.approx(1 / 3), 3)
        assert found.pairwise.contradicted == ((1, 2),)
        # one class in common once each (first), chance 2/3 * 1/3 = 2/9: (1/3 - 2/9) / (1 - 2/9) = 1/7
        assert found.kappa.mean == pytest.approx(1 / 7)


class TestLearning:
    @pytest.mark.slow
    def test_the_recorded_preferences_of_the_toy(self) -> None:
        events = toy_events()
        learned = Annotator(open_model("recorded", "toy"), TOY, events).learn(*task("toy", "collect_wood"))
        value = learned.model.normalised(events.signs(FactChanges(TOY)))
        best = {events.events[i].text for i in value.argsort()[-2:]}
        assert best == {
            "wood was taken from a tree; more pieces of wood carried", "wood was taken from a tree",
        }  # fmt: skip
        assert learned.fit == 1.0
        assert learned.agreement is not None and learned.agreement.share.n == COMPARED_PAIRS
        record = learned.record()
        assert record.sha256 == sha256(learned.model.to_bytes())
        assert (record.events, record.answers, record.pairs_compared) == (
            10,
            1 + 2 * COMPARED_PAIRS,
            COMPARED_PAIRS,
        )
        assert record.pairs_agreed == round(COMPARED_PAIRS * learned.agreement.share.mean) > 20

    @pytest.mark.slow
    def test_pairs_that_are_not_recorded_leave_the_agreement_unknown(self) -> None:
        learned = Annotator(open_model("recorded", "toy"), TOY, toy_events()).learn(
            *task("toy", "collect_gem")
        )
        assert learned.agreement is None
        assert (learned.graded_calls, len(learned.answers), learned.record().pairs_compared) == (1, 1, 0)

    def test_pairwise_answers_against_the_grades_count_less_and_are_reported(self) -> None:
        events = few("a", "b")
        model, _ = scripted_model(
            {"reason": "", "grades": {"1": [1], "-1": [2]}}, {"better": "2"}, {"better": "1"}
        )
        with pytest.raises(ContradictoryPreferences, match="contradict themselves"):
            Annotator(model, TOY, events).learn(**ASKED, sample=1)

    def test_grades_that_prefer_nothing(self) -> None:
        model, _ = scripted_model({"reason": "", "grades": {}})
        with pytest.raises(ContradictoryPreferences, match="none has a better one"):
            Annotator(model, TOY, toy_events()).learn(**ASKED, sample=0)

    @pytest.mark.slow
    def test_grading_is_cheaper_by_far_than_a_hundred_times(self) -> None:
        spec = game_spec("nethack")
        events = shipped_events(spec)
        assert events is not None
        learned = Annotator(open_model("recorded", "nethack"), spec, events).learn(
            *task("nethack", "discoverer")
        )
        n = len(events.events)
        assert learned.pairs == n * (n - 1) // 2
        assert learned.pairwise_calls == 2 * learned.pairs
        assert learned.saving == learned.pairwise_calls / learned.graded_calls > 100
        assert learned.agreement is not None and learned.agreement.share.n == COMPARED_PAIRS
        assert learned.agreement.kappa.interval.low > 0.4
        assert learned.fit > 0.99


def task(game: str, name: str) -> tuple[str, str]:
    reply = shipped_pack(game).about("propose_tasks", "")[0].reply
    found = next(t for t in parse_reply(reply, TaskProposals).tasks if t.name == name)
    return found.name, found.description


PRACTISED = (
    "discoverer", "descender", "ascender", "return_down", "enter_branch", "reach_stairs", "fight", "pick_up",
    "open_door", "kick_door", "unlock_door", "find_key", "push_boulder", "fill_water", "freeze", "merchant",
    "worshipper", "eat", "pray",
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", PRACTISED)
def test_grades_are_recorded_for_what_is_practised_and_reward_its_success(name: str) -> None:
    """The fact that success is judged by is worth more than nothing, if it is an event at all."""
    spec = game_spec("nethack")
    events = shipped_events(spec)
    assert events is not None
    annotator = Annotator(open_model("recorded", "nethack"), spec, events)
    grades, _ = annotator.grade(*task("nethack", name))
    reply = shipped_pack("nethack").about("propose_tasks", "")[0].reply
    found = next(t for t in parse_reply(reply, TaskProposals).tasks if t.name == name)
    told = {channel.fact for channel in FactChanges(spec).channels} & set(found.obtains)
    for event, grade in zip(events.events, grades, strict=True):
        if told and event.signs == dict.fromkeys(told, 1):
            assert grade >= 2, event.text


class TestReport:
    @pytest.mark.slow
    def test_skills_without_answers_are_named(self) -> None:
        model = open_model("recorded", "toy")
        report = ask_preferences(model, TOY, toy_events(), sample=0)
        assert {learned.skill for learned in report.learned} >= {"collect_wood", "collect_gem"}
        assert report.missing == ()
        spec = game_spec("nethack")
        few_events = few("a", "b")
        with pytest.raises(NoRecordedAnswer, match="no recorded answer to prompt 'grade_events'"):
            ask_preferences(open_model("recorded", "nethack"), spec, few_events, ["discoverer"])

    def test_a_skill_that_nobody_proposed(self) -> None:
        with pytest.raises(UnknownSkill, match=r"'colect_wood' is not among .*did you mean 'collect_wood'"):
            ask_preferences(open_model("recorded", "toy"), TOY, toy_events(), ["colect_wood"])


class TestCommand:
    @pytest.mark.slow
    def test_json(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["preferences", "--game", "toy", "--skill", "collect_wood", "--json"]) == 0
        record = json.loads(capsys.readouterr().out)
        (skill,) = record["skills"]
        assert (record["events"], skill["pairs"], skill["calls_listwise"]) == (10, 45, 1)
        assert (skill["calls_pairwise"], skill["saving"]) == (90, 90.0)
        assert skill["agreement"]["n"] == 40
        assert skill["highest"][0]["event"].startswith("wood was taken from a tree; more")
        assert skill["lowest"][0]["reward"] < 0 < skill["highest"][0]["reward"]

    @pytest.mark.slow
    def test_table(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["preferences", "--game", "toy", "--sample", "0"]) == 0
        printed = capsys.readouterr().out
        assert "preferences over 10 distinct events" in printed
        assert "collect_gem, from best to worst:" in printed

    @pytest.mark.slow
    def test_events_collected_and_written(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = tmp_path / "events.json"
        arguments = ["preferences", "--game", "toy", "--skill", "collect_gem", "--sample", "0", "--json"]
        assert main([*arguments, "--collect", "--events", str(path)]) == 0
        collected = capsys.readouterr()
        assert "10 distinct events in 40,000 steps, written to" in collected.err
        assert main([*arguments, "--events", str(path)]) == 0
        assert capsys.readouterr().out == collected.out

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["--skill", "make_soup"], "'make_soup' is not among the tasks proposed"),
            (["--events", "gone.json"], "gone.json is no list of events of 'toy'"),
        ],
    )
    def test_bad_input(self, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["preferences", "--game", "toy", *arguments]) == 2
        assert message in capsys.readouterr().err


def test_a_model_says_which_game_and_skill_it_is_of() -> None:
    learned = Annotator(open_model("recorded", "toy"), TOY, toy_events()).learn(*task("toy", "collect_gem"))
    again = PreferenceModel.from_bytes(learned.model.to_bytes(), "x")
    assert (again.game, again.skill) == ("toy", "collect_gem")
