"""The graph page: self-contained, faithful to the graph, safe with hostile text, without overlaps."""

from __future__ import annotations

import itertools
import json
import random
import re
import shutil
import subprocess
from html.parser import HTMLParser
from typing import Any

import pytest

from agent.web.graph_page import render_graph_page, script_json
from agent.web.graph_svg import count_label, draw
from agent.web.layout.columns import Box, lay_out
from planners.graph.graph import Correction, SkillGraph
from planners.plan import Execution, Outcome, Verdict
from skills.skill import Effects, Lineage, OptionCode, PolicyRecord, Skill, SkillKind, SkillStats

HOSTILE = "</script><img src=x onerror=\"alert('1')\"><!--&{{data}}\u2028"
VOID = {"meta", "input", "br", "img", "link", "hr"}


class Page(HTMLParser):
    """Checks that tags are balanced and collects what the tests ask for."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "script":
            self.scripts.append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            self.scripts[-1] += data
        elif self.open and self.open[-1] != "style":
            self.text += data

    @property
    def data(self) -> dict[str, Any]:
        decoded: dict[str, Any] = json.loads(self.scripts[0])
        return decoded

    def of_class(self, name: str) -> list[dict[str, str | None]]:
        return [attrs for _, attrs in self.elements if name in (attrs.get("class") or "").split()]


def small() -> SkillGraph:
    graph = SkillGraph("toy", {"wood": "count", "near.table": "place"}, {"wood": 9})
    graph.add_skill("chop", SkillKind.ACT, Effects(obtains={"wood": 1}), available=True, description="Chop.")
    table = Effects(consumes={"wood": 1}, obtains={"near.table": 1})
    graph.add_skill("place_table", SkillKind.CRAFT, table, answer_id="a1")
    play(graph, "place_table", "done", {"wood": 6}, {"wood": 4, "near.table": 1})
    return graph


def play(
    graph: SkillGraph, skill: str, outcome: Outcome, before: dict[str, int], after: dict[str, int]
) -> None:
    verdict = Verdict(outcome=outcome, reason="", judge="facts")
    graph.record(Execution(skill=skill, verdict=verdict, env_steps=10, before=before, after=after))


def big() -> SkillGraph:
    """Sixty skills, with a cycle at the end."""
    rng = random.Random(0)
    graph = SkillGraph("toy", {})
    for i in range(60):
        needs = {f"item {rng.randrange(max(0, i - 9), i)}": 1 for _ in range(rng.randint(0, 3))} if i else {}
        graph.add_skill(
            f"make_{i}", rng.choice(list(SkillKind)), Effects(consumes=needs, obtains={f"item {i}": 1})
        )
    graph.add_skill("a", SkillKind.CRAFT, Effects(requires={"b": 1}, obtains={"a": 1}))
    graph.add_skill("b", SkillKind.CRAFT, Effects(requires={"a": 1}, obtains={"b": 1}))
    return graph


class TestSelfContained:
    @pytest.mark.parametrize("graph", [SkillGraph("toy", {}), small(), big()], ids=["empty", "small", "big"])
    def test_loads_nothing(self, graph: SkillGraph) -> None:
        text = render_graph_page(graph, title="Skills")
        page = Page(text)
        for _, attrs in page.elements:
            assert "src" not in attrs
            assert not (attrs.get("href") or "#").startswith(("http", "//"))
        assert not re.search(r"https?:|@import|url\((?!#)|fetch\(|XMLHttpRequest", text)
        policy = next(a["content"] for t, a in page.elements if t == "meta" and "http-equiv" in a)
        assert policy == "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"

    def test_nothing_is_left_to_fill_in(self) -> None:
        assert "{{" not in render_graph_page(small(), title="Skills")

    def test_empty_graph_says_so(self) -> None:
        page = Page(render_graph_page(SkillGraph("toy", {}), title="Skills"))
        assert "No skills yet." in page.text
        assert page.data["nodes"] == {}

    def test_one_node(self) -> None:
        graph = SkillGraph("toy", {})
        graph.add_skill("wave", SkillKind.ACT, Effects())
        page = Page(render_graph_page(graph, title="Skills"))
        assert len(page.of_class("node")) == 1
        assert "No skills yet." not in page.text


class TestFaithful:
    def test_every_node_and_arrow_is_drawn(self) -> None:
        graph = big()
        page = Page(render_graph_page(graph, title="Skills"))
        plain = graph.networkx()
        assert {a["data-id"] for a in page.of_class("node")} == set(plain.nodes) == set(page.data["nodes"])
        arrows = [(a["data-source"], a["data-target"]) for a in page.of_class("edge") if "data-source" in a]
        assert sorted(arrows) == sorted(plain.edges)

    def test_the_data_are_the_graphs(self) -> None:
        graph = small()
        nodes = Page(render_graph_page(graph, title="Skills")).data["nodes"]
        for name in graph.skills():
            node = nodes[f"skill:{name}"]
            for role in ("requires", "consumes", "holds", "obtains"):
                mine = [c for c in node["claims"] if c["role"] == role]
                claimed = {c["fact"]: c["claimed"] for c in mine if c["claimed"]}
                believed = {c["fact"]: c["believed"] for c in mine if c["believed"]}
                assert claimed == getattr(graph.claim(name), role)
                assert believed == getattr(graph.belief(name), role)
            assert node["description"] == graph.description(name)
            assert node["answer"] == graph.answer_id(name)
            assert node["admitted"] == graph.available(name)

    def test_summary(self) -> None:
        page = Page(render_graph_page(small(), title="Skills"))
        # wood of place_table 1 -> 2 corrected, near.table confirmed, wood of chop unverified
        assert page.data["summary"] == {
            "game": "toy",
            "skills": 2,
            "admitted": 1,
            "facts": 2,
            "claims": {"confirmed": 1, "corrected": 1, "added": 0, "unverified": 1},
        }
        words = " ".join(page.text.split())
        assert "2 skills, 1 admittedclaims: 1 confirmed 1 corrected 0 added 1 unverified" in words

    def test_arrows_show_what_became_of_claims(self) -> None:
        page = Page(render_graph_page(small(), title="Skills"))
        classes = {
            (a["data-source"], a["data-target"]): a["class"]
            for a in page.of_class("edge")
            if "d" in a and "data-source" in a
        }
        assert classes == {
            ("skill:chop", "fact:wood"): "edge unverified",
            ("fact:wood", "skill:place_table"): "edge corrected",
            ("skill:place_table", "fact:near.table"): "edge confirmed",
        }
        assert "1 → 2" in page.text
        assert "place_table consumes wood: claimed 1 wood, play found 2 (1 of 1 success)" in page.text

    def test_mastery_with_wilson_interval(self) -> None:
        graph = small()
        graph.set_stats("chop", SkillStats(successes=9, failures=1, steps=300))
        page = Page(render_graph_page(graph, title="Skills"))
        node = page.data["nodes"]["skill:chop"]
        # Wilson for 9 of 10 at 95%: 0.5958 to 0.9821; posterior mean (9 + 1) / (10 + 2)
        assert node["ci95"] == pytest.approx([0.5958, 0.9821], abs=1e-4)
        assert (node["posterior"], node["mean_steps"], node["attempts"]) == (0.8333, 30.0, 10)
        assert node["lead"] == ""
        labels = [a["aria-label"] for a in page.of_class("skill") if "aria-label" in a]
        assert labels[0] == "chop, act skill, admitted, 83% success, 10 attempts"

    def test_what_the_length_of_a_skill_depends_on(self) -> None:
        graph = SkillGraph("test", {"distance.tree": "distance"}, {"distance.tree": 99})
        graph.add_skill("chop", SkillKind.ACT, Effects(obtains={"wood": 1}))
        done = Verdict(outcome="done", reason="", judge="test")
        for distance in range(25):
            before = {"distance.tree": distance}
            graph.record(
                Execution(skill="chop", verdict=done, env_steps=3 + distance, before=before, after={})
            )
        page = Page(render_graph_page(graph, title="Skills"))
        lead = page.data["nodes"]["skill:chop"]["lead"]
        assert lead == "3.0 + 1.00 x distance.tree; 15.0 when it is not known"

    def test_untried(self) -> None:
        page = Page(render_graph_page(small(), title="Skills"))
        assert page.data["nodes"]["skill:chop"]["ci95"] is None
        assert "untried" in page.text

    def test_library_record(self) -> None:
        graph = small()
        skill = Skill(
            name="chop",
            game="toy",
            kind=SkillKind.ACT,
            description="Chop.",
            effects=graph.claim("chop"),
            reward="def reward(before, after):\n    return 1.0\n",
            option=OptionCode(termination="def termination(start, facts, steps):\n    return True\n"),
            policy=PolicyRecord(kind="learned"),
            lineage=Lineage(run="r1", train_steps=5000, answers=("a", "b")),
        )
        nodes = Page(render_graph_page(graph, title="Skills", skills={"chop": skill})).data["nodes"]
        record = nodes["skill:chop"]["record"]
        assert record["code"] == {"reward": skill.reward, "termination": skill.option.termination}
        assert (record["lineage"]["run"], record["lineage"]["answers"]) == ("r1", ["a", "b"])
        assert nodes["skill:place_table"]["record"] is None


class TestHostileText:
    def test_is_shown_and_never_interpreted(self) -> None:
        graph = SkillGraph("toy", {})
        graph.add_skill(
            HOSTILE, SkillKind.ACT, Effects(requires={HOSTILE: 2}, obtains={"x": 1}), description=HOSTILE
        )
        page = Page(render_graph_page(graph, title=HOSTILE))
        assert len(page.scripts) == 2
        assert "img" not in {tag for tag, _ in page.elements}
        assert not any(name.startswith("on") for _, attrs in page.elements for name in attrs)
        node = page.data["nodes"][f"skill:{HOSTILE}"]
        assert node["name"] == node["description"] == HOSTILE
        titles = [attrs["data-id"] for attrs in page.of_class("node")]
        assert f"skill:{HOSTILE}" in titles
        assert f"fact:{HOSTILE}" in titles
        assert HOSTILE in page.text

    def test_names_that_every_object_of_the_page_has(self) -> None:
        graph = SkillGraph("toy", {})
        graph.add_skill(
            "__proto__", SkillKind.ACT, Effects(requires={"constructor": 2}, obtains={"toString": 1})
        )
        page = Page(render_graph_page(graph, title="Skills"))
        assert set(page.data["nodes"]) == {"skill:__proto__", "fact:constructor", "fact:toString"}
        assert {a["data-id"] for a in page.of_class("node")} == set(page.data["nodes"])

    def test_nodes_are_looked_up_as_nodes_only(self) -> None:
        """What the address names is looked up among the nodes, never among what every object has."""
        script = Page(render_graph_page(small(), title="Skills")).scripts[1]
        assert not re.findall(r"\w+ in \w+", re.sub(r'"[^"\n]*"|`[^`]*`|//.*', "", script))
        assert len(re.findall(r"try \{[^}]*decodeURIComponent", script)) == 1
        assert script.count("decodeURIComponent") == 1

    @pytest.mark.skipif(shutil.which("node") is None, reason="needs node, to run the page's script")
    @pytest.mark.parametrize(
        ("address", "node"),
        [
            ("#skill%3Achop", "skill:chop"),
            ("#skill:chop", "skill:chop"),
            ("", None),
            ("#", None),
            ("#__proto__", None),
            ("#constructor", None),
            ("#hasOwnProperty", None),
            ("#%E0%A4%A", None),
            ("#%", None),
            ("#%00", None),
            ("#" + "x" * 100_000, None),
        ],
    )
    def test_addresses(self, address: str, node: str | None) -> None:
        script = Page(render_graph_page(small(), title="Skills")).scripts[1]
        start = script.index("function namedIn")
        function = script[start : script.index("function follow")]
        program = (
            f"const nodes = new Map([['skill:chop', 1]]);\n{function}\n"
            f"console.log(JSON.stringify(namedIn({json.dumps(address)})));"
        )
        result = subprocess.run(["node", "-"], input=program, capture_output=True, text=True, check=True)
        assert json.loads(result.stdout) == node

    def test_script_json_has_no_markup_characters(self) -> None:
        text = script_json({"a": HOSTILE})
        assert not set("<>&\u2028") & set(text)
        assert json.loads(text) == {"a": HOSTILE}


class TestLayout:
    def test_no_two_boxes_overlap(self) -> None:
        boxes = list(draw(big()).boxes.values())
        for a, b in itertools.combinations(boxes, 2):
            apart_x = abs(a.x - b.x) >= (a.width + b.width) / 2
            apart_y = abs(a.y - b.y) >= (a.height + b.height) / 2 - 1e-6
            assert apart_x or apart_y

    def test_everything_is_inside_the_picture(self) -> None:
        drawing = draw(big())
        for box in drawing.boxes.values():
            assert box.x - box.width / 2 >= 0
            assert box.y - box.height / 2 >= -1e-6
            assert box.x + box.width / 2 <= drawing.width
            assert box.y + box.height / 2 <= drawing.height

    def test_prerequisites_stand_to_the_left(self) -> None:
        boxes = draw(small()).boxes
        order = ["skill:chop", "fact:wood", "skill:place_table", "fact:near.table"]
        assert [boxes[n].x for n in order] == sorted(boxes[n].x for n in order)

    def test_names_fit_their_cards(self) -> None:
        graph = SkillGraph("toy", {})
        graph.add_skill("m" * 80, SkillKind.ACT, Effects(obtains={"w" * 80: 1}))
        drawing = draw(graph)
        assert "m" * 25 + "…" in drawing.elements
        # 26 characters of at most 8.2 px after an indent of 34 px
        assert drawing.boxes["skill:" + "m" * 80].width >= 34 + 26 * 8.2

    def test_crossings_are_removed_where_they_can_be(self) -> None:
        sizes = dict.fromkeys(("a", "b", "c", "x", "y", "z"), (10.0, 10.0))
        boxes = lay_out(sizes, [("a", "z"), ("b", "y"), ("c", "x")]).boxes
        left = sorted("abc", key=lambda n: boxes[n].y)
        right = sorted("xyz", key=lambda n: boxes[n].y)
        assert right == [{"a": "z", "b": "y", "c": "x"}[n] for n in left]

    def test_long_edges_pass_between_the_nodes_of_other_columns(self) -> None:
        sizes = dict.fromkeys("abc", (40.0, 20.0))
        layout = lay_out(sizes, [("a", "b"), ("b", "c"), ("a", "c")])
        box: Box = layout.boxes["b"]
        route = layout.routes[("a", "c")]
        inside = [y for x, y in route if abs(x - box.x) <= box.width / 2]
        assert len(inside) == 2
        assert all(abs(y - box.y) > box.height / 2 for y in inside)

    def test_a_cycle_is_drawn(self) -> None:
        layout = lay_out({"a": (10.0, 10.0), "b": (10.0, 10.0)}, [("a", "b"), ("b", "a"), ("a", "a")])
        assert set(layout.routes) == {("a", "b"), ("b", "a"), ("a", "a")}
        assert layout.boxes["a"].x < layout.boxes["b"].x

    def test_nothing(self) -> None:
        assert lay_out({}, []).boxes == {}

    @pytest.mark.slow
    def test_a_chain_of_two_thousand_is_laid_out_without_recursion(self) -> None:
        names = [str(i) for i in range(2000)]
        layout = lay_out(dict.fromkeys(names, (10.0, 10.0)), list(itertools.pairwise(names)))
        assert len(layout.boxes) == 2000


@pytest.mark.parametrize(
    ("claimed", "believed", "status", "label"),
    [
        (1, 2, "corrected", "1 → 2"),
        (1, 0, "corrected", "1 → 0"),
        (0, 2, "added", "+2"),
        (1, 2, "unverified", "1 → 2?"),
        (3, 3, "confirmed", "3"),
        (1, 1, "unverified", ""),
    ],
)
def test_labels(claimed: int, believed: int, status: Any, label: str) -> None:
    entry = Correction(
        skill="s", role="consumes", fact="f", claimed=claimed, believed=believed, status=status
    )
    assert count_label(entry) == label
