"""What is done is kept and not done again; a folder belongs to one study."""

import json

import pytest

from agent.errors import BadConfig
from agent.studies.ledger import RESULTS_FILE, Ledger, read_results


def part(name, done, value=1):
    def do():
        done.append(name)
        return {"value": value}

    return name, do


def silent(text):
    pass


def test_parts_are_done_in_order_and_kept(tmp_path):
    done = []
    assert Ledger(tmp_path, {"n": 1}).run([part("a", done), part("b", done, 2)], silent) == 2
    assert done == ["a", "b"]
    assert read_results(tmp_path)["b"] == {"part": "b", "value": 2}


def test_what_is_done_is_not_done_again(tmp_path):
    done = []

    def dies():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Ledger(tmp_path, {"n": 1}).run([part("a", done), ("b", dies)], silent)
    assert Ledger(tmp_path, {"n": 1}).run([part("a", done), part("b", done)], silent) == 2
    assert done == ["a", "b"]


def test_a_line_that_was_torn_by_a_kill_is_done_again(tmp_path):
    done = []
    Ledger(tmp_path, {}).run([part("a", done)], silent)
    with (tmp_path / RESULTS_FILE).open("a") as file:
        file.write('{"part": "b", "val')
    Ledger(tmp_path, {}).run([part("a", done), part("b", done)], silent)
    assert done == ["a", "b"]
    lines = (tmp_path / RESULTS_FILE).read_text().splitlines()
    assert [json.loads(line)["part"] for line in lines] == ["a", "b"]


def test_a_folder_belongs_to_one_study(tmp_path):
    Ledger(tmp_path, {"steps": 5, "arms": ("a", "b")})
    Ledger(tmp_path, {"steps": 5, "arms": ["a", "b"]})
    with pytest.raises(BadConfig, match="other settings \\(steps 5, not 6\\); go on with those"):
        Ledger(tmp_path, {"steps": 6, "arms": ("a", "b")})


def test_parts_are_told_as_they_begin(tmp_path):
    told = []
    Ledger(tmp_path, {}).run([part("a", []), part("b", [])], told.append)
    assert told == ["a", "b"]
