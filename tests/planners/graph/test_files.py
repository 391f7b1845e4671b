"""Graph files as other tools leave them: which are read, with which notes, and what is said of the others.

The files lie in `files`; `expected.json` there says of each what becomes of it: skills and notes, or how the
message begins.
"""

import json
from pathlib import Path

import networkx as nx
import pytest

from planners.errors import BadGraph
from planners.graph import text_encoding
from planners.graph.formats import read_graph, to_graphml, write_graph
from planners.graph.graph import SkillGraph

FILES = Path(__file__).parent / "files"
EXPECTED = json.loads((FILES / "expected.json").read_text(encoding="utf-8"))
GOOD = sorted(name for name, entry in EXPECTED.items() if "error" not in entry)
GRAPHS = [name for name in GOOD if EXPECTED[name]["skills"] == ["gather", "build_bench"]]


def test_every_file_has_its_expectation() -> None:
    assert {path.name for path in FILES.iterdir()} == {*EXPECTED, "expected.json"}


@pytest.mark.parametrize("name", GOOD)
def test_read(name: str) -> None:
    graph = read_graph(FILES / name)
    assert {"skills": graph.skills(), "notes": graph.notes} == EXPECTED[name]


@pytest.mark.parametrize("name", GRAPHS)
def test_nothing_is_lost_on_the_way(name: str) -> None:
    original, found = read_graph(FILES / "plain.json").to_json(), read_graph(FILES / name).to_json()
    assert found["nodes"] == original["nodes"]
    assert sorted(map(str, found["edges"])) == sorted(map(str, original["edges"]))
    assert found["graph"]["game"] in ("toy", "unknown")


@pytest.mark.parametrize("name", sorted(set(EXPECTED) - set(GOOD)))
def test_refused(name: str) -> None:
    with pytest.raises(BadGraph) as caught:
        read_graph(FILES / name)
    assert str(caught.value).startswith(f"{FILES / name}: {EXPECTED[name]['error']}")
    assert len(str(caught.value)) < 1000


def test_through_networkx_and_back(tmp_path: Path) -> None:
    """The calls that people make: files written by us, read and written by networkx, and read by us."""
    original = read_graph(FILES / "plain.json")
    write_graph(original, tmp_path / "ours.graphml")
    nx.write_graphml(nx.read_graphml(tmp_path / "ours.graphml"), tmp_path / "theirs.graphml")
    assert read_graph(tmp_path / "theirs.graphml").to_json() == original.to_json()
    other = nx.node_link_graph(json.loads((FILES / "plain.json").read_bytes()), edges="edges")
    for key in ("edges", "links"):
        (tmp_path / "theirs.json").write_text(json.dumps(nx.node_link_data(other, edges=key)))
        assert read_graph(tmp_path / "theirs.json").to_json() == original.to_json()


def test_values_that_a_graphml_file_declares_for_all_nodes(tmp_path: Path) -> None:
    text = to_graphml(read_graph(FILES / "plain.json"))
    key = next(line for line in text.splitlines() if 'attr.name="step_cap"' in line)
    number = key.partition('id="')[2].partition('"')[0]
    longer = key.replace("/>", "><default>70</default></key>").replace(" >", ">")
    lines = [longer if line == key else line for line in text.splitlines()]
    path = tmp_path / "g.graphml"
    path.write_text("\n".join(line for line in lines if f'<data key="{number}">' not in line))
    assert read_graph(path).step_cap("gather") == 70


def test_files_that_are_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_encoding, "MAX_BYTES", 100)
    with pytest.raises(BadGraph, match=r"plain\.json: larger than .* MiB; that is no skill graph"):
        read_graph(FILES / "plain.json")
    monkeypatch.setattr("planners.graph.formats.MAX_YAML_CHARACTERS", 10)
    (tmp_path / "a.yaml").write_text("log: {skill_type: 1}")
    with pytest.raises(BadGraph, match="more than 10 characters; that is no table of skills"):
        read_graph(tmp_path / "a.yaml")


def test_graphs_of_a_library_are_read_strictly(tmp_path: Path) -> None:
    """What this project wrote itself has no oddities; a file in a library that has some was tampered with."""
    with pytest.raises(BadGraph, match=r"is 1\.0"):
        SkillGraph.load(FILES / "decimals.json")


def test_second_nodes_of_a_name() -> None:
    data = json.loads((FILES / "plain.json").read_bytes())
    fact = next(node for node in data["nodes"] if node["type"] == "fact")
    data["nodes"].append({**fact, "id": "another"})
    with pytest.raises(BadGraph, match="is a second fact 'wood'; a name stands for one fact"):
        SkillGraph.from_json(data)
