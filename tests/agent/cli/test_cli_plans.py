"""Plans and graphs from the command line."""

import json
from pathlib import Path

import pytest

from planners.graph.graph import SkillGraph
from skills.store.store import SkillLibrary
from tests.agent.cli.command_line import call, document

pytestmark = pytest.mark.usefixtures("own_folder")


def test_plan(capsys: pytest.CaptureFixture[str], library: Path) -> None:
    plan = document(capsys, "plan", "build_bench", "--game", "toy")
    assert plan["goal"] == "build_bench"
    assert plan["steps"] == ["gather", "gather", "build_bench"]
    assert plan["missing"] == {}
    # Three executions, each with posterior mean (9 + 1) / (10 + 2): (10/12)^3 = 0.578704.
    assert plan["success_probability"] == pytest.approx(0.578704, abs=1e-6)
    assert set(plan) == {
        "goal", "understood", "understood_as", "steps", "missing", "hoped", "expected_steps",
        "success_probability", "groups", "in_play", "measured", "over",
    }  # fmt: skip
    assert [(group["skill"], group["times"]) for group in plan["groups"]] == [
        ("gather", 2),
        ("build_bench", 1),
    ]
    assert sum(group["expected_steps"] for group in plan["groups"]) == pytest.approx(
        plan["expected_steps"], abs=0.02
    )
    assert plan["groups"][0]["success_rate"] == pytest.approx(10 / 12, abs=1e-4)
    assert plan["in_play"] is None
    assert plan["measured"] == {"why_not": "not measured"}
    assert plan["understood"] == {"near.bench": 1, "did.place_bench": 1}
    for more in (["--have", "wood=1"], ["--search", "decompose", "--have", "wood=1,near.bench=0"]):
        assert document(capsys, "plan", "build_bench", "--game", "toy", *more)["steps"] == [
            "gather",
            "build_bench",
        ]
    code, out, _ = call(capsys, "plan", "build_bench", "--game", "toy")
    assert code == 0
    assert "gather x2" in out
    assert "all at the first attempt: 58 %" in out
    assert "dangers, hunger and nights are not in this" in out
    assert out.startswith("understood as: ")


def test_plan_says_what_is_missing(capsys: pytest.CaptureFixture[str], library: Path) -> None:
    plan = document(capsys, "plan", "gem=1", "--game", "toy", code=1)
    assert plan["missing"] == {"gem": 1}
    code, out, _ = call(capsys, "plan", "gem=1", "--game", "toy")
    assert code == 1
    assert "understood as: 1 gem\n" in out
    assert "missing: 1 of gem" in out


def test_plan_tells_where_a_goal_holds_already(capsys: pytest.CaptureFixture[str], library: Path) -> None:
    code, out, _ = call(capsys, "plan", "2 wood", "--game", "toy", "--have", "wood=2")
    assert (code, out) == (0, "understood as: 2 wood\nnothing to do: it holds at the start\n")


def test_what_was_typed_is_shown_as_it_is(capsys: pytest.CaptureFixture[str], library: Path) -> None:
    code, _, err = call(capsys, "plan", "[/red]\x1b unicorn", "--game", "toy")
    assert code == 2
    assert "no goal '[/red]\\x1b unicorn'" in err and "\x1b" not in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["buid_bnch_xyzzy"], "no goal 'buid_bnch_xyzzy'"),
        (
            ["build_bench", "--have", "wod=1"],
            "--have 'wod=1': the graph has no fact 'wod'; did you mean 'wood'?",
        ),
        (["build_bench", "--have", "wood"], "--have 'wood'; expected fact=count, e.g. wood=3"),
        (["build_bench", "--have", f"wood={'9' * 5_000}"], "--have 'wood=9999"),
        (["build_bench", "--have", "wood=\u00b2"], "--have 'wood=\u00b2'; expected fact=count"),
        (["build_bench", "--have", "wood=-1"], "--have 'wood=-1'; expected fact=count"),
        (["build_bench", "--have", "wood=²"], "--have 'wood=²'; expected fact=count"),
        (["build_bench", "--have", "wood=" + "9" * 5000], "'; expected a count below 1,000,000,000"),
        (["build_bench", "--have", "wood=1", "--have", "wood=2"], "--have names wood twice, as 1 and as 2"),
        (["build_bench", "--have", "wood=99"], "--have 'wood=99' can never be; wood is at most 9"),
        (["build_bench", "--search", "chep"], "'--search': 'chep' is not one of 'cheapest', 'decompose'"),
    ],
)
def test_bad_plans(
    capsys: pytest.CaptureFixture[str], library: Path, arguments: list[str], message: str
) -> None:
    code, out, err = call(capsys, "plan", *arguments, "--game", "toy")
    assert (code, out) == (2, "")
    assert message in err


@pytest.mark.slow
def test_graph_in_every_form(capsys: pytest.CaptureFixture[str], library: Path, tmp_path: Path) -> None:
    graph = document(capsys, "graph", "--game", "toy")
    assert {node["name"] for node in graph["nodes"] if node["type"] == "skill"} == {"gather", "build_bench"}
    assert SkillGraph.from_json(graph).belief("build_bench").consumes == {"wood": 2}
    code, out, _ = call(capsys, "graph", "--game", "toy", "--graphml")
    assert code == 0
    (tmp_path / "g.graphml").write_text(out)
    imported = document(capsys, "graph", "import", "g.graphml", "--output", "g.json")
    assert (imported["skills"], imported["output"]) == (2, "g.json")
    plan = document(capsys, "plan", "build_bench", "--graph", "g.json")
    assert plan["steps"] == ["gather", "gather", "build_bench"]
    code, out, _ = call(capsys, "graph", "--game", "toy")
    assert code == 0
    assert "build_bench" in out


def test_the_page_is_one_file(capsys: pytest.CaptureFixture[str], library: Path, tmp_path: Path) -> None:
    code, out, err = call(capsys, "graph", "--game", "toy", "--html", "page.html")
    assert (code, out) == (0, "")
    assert "wrote page.html" in err
    page = (tmp_path / "page.html").read_text()
    assert "build_bench" in page
    code, out, _ = call(capsys, "graph", "--game", "toy", "--html", "page.html", "--json")
    assert code == 0
    assert json.loads(out)["schema"] == 1


def test_a_page_that_cannot_be_written_is_named(
    capsys: pytest.CaptureFixture[str], library: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    code, _, err = call(capsys, "graph", "--game", "toy", "--html", "file/page.html")
    assert code == 2
    assert "file" in err


def test_a_bad_import_keeps_what_was_there(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "out.json").write_text("precious")
    (tmp_path / "bad.json").write_text('{"nodes": 3}')
    code, _, err = call(capsys, "graph", "import", "bad.json", "--output", "out.json")
    assert code == 2
    assert "bad.json" in err
    assert (tmp_path / "out.json").read_text() == "precious"


def test_an_import_says_what_became_of_the_graph(capsys: pytest.CaptureFixture[str], library: Path) -> None:
    assert (
        call(capsys, "skills", "export", "toy.zip", "--game", "toy")[1] == "2 skills exported to 'toy.zip'\n"
    )
    told = call(capsys, "skills", "import", "toy.zip", "--game", "toy", "--library", "new")[1]
    assert "2 skill versions added to 'new'\n" in told
    assert "the skill graph of the file was taken: the library had none" in told
    told = call(capsys, "skills", "import", "toy.zip", "--game", "toy", "--library", "new")[1]
    assert "0 skill versions added to 'new'; 2 versions were there already\n" in told
    assert "the skill graph of the file was not taken: the library has one of its own" in told


def test_what_only_a_page_shows_needs_one(capsys: pytest.CaptureFixture[str], library: Path) -> None:
    code, out, err = call(capsys, "graph", "--game", "toy", "--beside", "other")
    assert (code, out) == (2, "")
    assert "--beside is shown on the page only; add --html FILE, or --open" in err


def test_a_retired_skill_is_in_no_plan(capsys: pytest.CaptureFixture[str], library: Path) -> None:
    """Plans went on with it, as the graph's file is older than its retirement."""
    assert document(capsys, "plan", "build_bench", "--game", "toy")["steps"] == [
        "gather",
        "gather",
        "build_bench",
    ]
    call(capsys, "skills", "retire", "gather", "--game", "toy")
    assert document(capsys, "plan", "wood", "--game", "toy", code=1)["missing"] == {"wood": 1}
    assert "gather (not in use)" in call(capsys, "graph", "--game", "toy")[1]
    found = SkillLibrary(library, "toy").retirement("gather")
    assert found is not None
    call(capsys, "skills", "restore", "gather", "--game", "toy")
    assert document(capsys, "plan", "wood", "--game", "toy")["steps"] == ["gather"]


def test_a_skill_whose_retirement_is_damaged_is_planned_as_the_graph_has_it(
    capsys: pytest.CaptureFixture[str], library: Path
) -> None:
    (library / "toy" / "gather" / "retired.json").write_text("damaged")
    assert document(capsys, "plan", "wood", "--game", "toy")["steps"] == ["gather"]
