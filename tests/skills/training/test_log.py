"""The curves of a training: what is written is read by TensorBoard, and a torn line joins no other."""

import json
from pathlib import Path

import pytest
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.summary.writer.record_writer import masked_crc32c

from agent.testing.faults import FULL, failing, os_error
from skills.training.log import training_log


def dump(folder: Path, step: int, **values: float | str) -> None:
    log = training_log(folder)
    for name, value in values.items():
        log.record(name, value)
    log.dump(step)
    log.close()


def events(path: Path) -> list[Event]:
    """The records of a TensorBoard file: length, its checksum, content, its checksum."""
    data, found = path.read_bytes(), []
    while data:
        length = int.from_bytes(data[:8], "little")
        content = data[12 : 12 + length]
        assert int.from_bytes(data[8:12], "little") == masked_crc32c(data[:8])
        assert int.from_bytes(data[12 + length : 16 + length], "little") == masked_crc32c(content)
        found.append(Event.FromString(content))
        data = data[16 + length :]
    return found


def test_numbers_are_kept_in_both_forms(tmp_path: Path) -> None:
    dump(tmp_path, 64, success=0.5, lost=float("nan"), note="text", episodes=3)
    (line,) = (tmp_path / "metrics.jsonl").read_text().splitlines()
    assert json.loads(line) == {"step": 64, "success": 0.5, "lost": None, "note": "text", "episodes": 3}
    (path,) = tmp_path.glob("events.out.tfevents.*")
    first, second = events(path)
    assert first.file_version == "brain.Event:2"
    assert second.step == 64
    values = {value.tag: value.simple_value for value in second.summary.value}
    assert (values["success"], values["episodes"]) == (0.5, 3.0)
    assert set(values) == {"success", "lost", "episodes"}


def test_a_training_that_goes_on_appends_after_a_torn_line_is_cut_off(tmp_path: Path) -> None:
    dump(tmp_path, 1, a=1.0)
    with (tmp_path / "metrics.jsonl").open("ab") as file:
        file.write(b'{"step": 2, "a"')
    dump(tmp_path, 2, a=2.0)
    lines = (tmp_path / "metrics.jsonl").read_text().splitlines()
    assert [json.loads(line)["step"] for line in lines] == [1, 2]
    assert len(list(tmp_path.glob("events.out.tfevents.*"))) == 2


def test_a_full_disk_is_an_error_at_once_and_leaves_whole_records(tmp_path: Path) -> None:
    with failing("curves:write", os_error(FULL), 3), pytest.raises(OSError, match="No space left on device"):
        dump(tmp_path, 1, a=1.0)
    (path,) = tmp_path.glob("events.out.tfevents.*")
    assert [event.step for event in events(path)] == [0]
