"""Files that are nested without an end, read by whoever reads JSON."""

from collections.abc import Callable
from pathlib import Path

import pytest

from agent.errors import BadEventList, RunDamaged
from agent.llm.answer_pack import AnswerPack
from agent.llm.errors import BadPack
from agent.practice.session_state import STATE_FILE, SessionState
from agent.preferences.event_list import load_events
from agent.records.runs.folder import read_json
from envs.registry import game_spec

DEEP = "[" * 100_000

READERS: list[tuple[type[Exception], Callable[[Path], object]]] = [
    (RunDamaged, read_json),
    (BadPack, AnswerPack.load),
    (BadEventList, lambda path: load_events(path, game_spec("toy"))),
    (RunDamaged, lambda path: SessionState.load(path.parent)),
]


@pytest.mark.parametrize(("error", "read"), READERS)
def test_files_that_are_nested_without_an_end_are_damaged(
    error: type[Exception], read: Callable[[Path], object], tmp_path: Path
) -> None:
    (tmp_path / STATE_FILE).write_text(DEEP)
    with pytest.raises(error, match="nested too deeply"):
        read(tmp_path / STATE_FILE)
