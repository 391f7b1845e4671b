"""A torn end of a file of lines is left out by readers, and cut off before anything is appended."""

from pathlib import Path

import pytest

from agent.records.journal import Journal, read_journal
from envs.disk import Written
from envs.lines import open_lines, whole_length, whole_lines


@pytest.mark.parametrize(
    "tail",
    [
        b"{",
        b'{"a":1}',
        b"\0" * 4096,
        b'{"a":1' + b"\0" * 100,
        b'\0\0\0"a":1}\n',
        b"\0\0\n{",
        b'{"a":1}\0\n\0',
    ],
    ids=["begun", "no line end", "zeros", "half zeros", "zeros first", "zero lines", "zeros around"],
)
def test_a_torn_end_is_left_out_and_cut_off_before_the_next_line(tmp_path: Path, tail: bytes) -> None:
    """What a kill or a power cut leaves; a file that was extended and not yet filled holds zeros."""
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'{"a":0}\n' + tail)
    assert list(whole_lines(path)) == [(1, b'{"a":0}\n')]
    with open_lines(path, Written.EVENTS, durable=True) as file:
        file.append(b'{"a":2}\n')
    assert path.read_bytes() == b'{"a":0}\n{"a":2}\n'


def test_a_file_that_is_whole_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    assert list(whole_lines(path)) == [] and whole_length(path) == 0
    for _ in range(2):
        with open_lines(path, Written.EVENTS, durable=False) as file:
            file.append(b"{}\n")
    assert list(whole_lines(path)) == [(1, b"{}\n"), (2, b"{}\n")]


def test_journals_are_files_of_lines(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'{"a":0}\n' + b"\0" * 64)
    with Journal(path, Written.EVENTS) as journal:
        assert journal.lines == 1
        journal.append({"a": 1}, {"a": 2})
        assert journal.lines == 3
    assert [record["a"] for record in read_journal(path)] == [0, 1, 2]
