"""A journal read while it is written, torn, damaged, or replaced."""

import json
import os
from pathlib import Path

from agent.records.tail import LONGEST_LINE, MOST_BYTES, Tail


def test_only_what_is_new_is_told_and_a_torn_line_waits_for_its_end(tmp_path: Path) -> None:
    tail = Tail(tmp_path / "events.jsonl")
    assert tail.more() == []
    with tail.path.open("ab", buffering=0) as file:
        file.write(b'{"a":1}\n{"b":')
        assert tail.more() == [{"a": 1}]
        assert tail.more() == []
        file.write(b'2}\n{"c":3}\n')
        assert tail.more() == [{"b": 2}, {"c": 3}]
    assert tail.damaged == 0


def test_what_is_no_record_is_passed_over_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    lines = [b"{", b"[1]", b"\xff\xfe", b'{"a":1}', b"\0\0\0", b"", b"[" * 9_000, b'{"b":2}']
    path.write_bytes(b"\n".join(lines) + b"\n")
    tail = Tail(path)
    assert tail.more() == [{"a": 1}, {"b": 2}]
    assert tail.damaged == 4


def test_a_torn_end_that_is_cut_off_and_written_anew_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b'{"a":1}\n{"torn"')
    tail = Tail(path)
    assert tail.more() == [{"a": 1}]
    os.truncate(path, 8)
    with path.open("ab") as file:
        file.write(b'{"b":2}\n')
    assert tail.more() == [{"b": 2}]
    assert tail.restarts == 0


def test_another_file_in_its_place_is_read_from_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b'{"a":1}\n{"b":2}\n')
    tail = Tail(path)
    tail.more()
    os.truncate(path, 0)
    path.write_bytes(b'{"c":3}\n')
    assert tail.more() == [{"c": 3}]
    assert tail.restarts == 1


def test_a_long_journal_is_read_in_parts_and_an_endless_line_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    line = json.dumps({"text": "x" * 1_000}).encode() + b"\n"
    count = MOST_BYTES // len(line) + 10
    path.write_bytes(line * count)
    tail = Tail(path)
    first = tail.more()
    assert tail.behind
    assert len(first) + len(tail.more()) == count
    with path.open("ab") as file:
        file.write(b"y" * (LONGEST_LINE + 10))
    assert tail.more() == []
    with path.open("ab") as file:
        file.write(b'\n{"a":1}\n')
    assert tail.more() == [{"a": 1}]
    assert tail.damaged == 1


def test_a_pipe_or_a_folder_in_its_place_holds_nothing_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    assert Tail(tmp_path / "pipe").more() == []
    assert Tail(tmp_path / "folder").more() == []
