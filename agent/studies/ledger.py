"""Results of a study on disk, one line per part: what is done is not done again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from agent.errors import BadConfig
from agent.records.journal import Journal, read_journal
from envs import disk
from envs.disk import Written
from envs.json_text import parsed
from envs.reading import read_file
from skills.files import to_json, write_atomically

RESULTS_FILE = "results.jsonl"
STUDY_FILE = "study.json"

Part: TypeAlias = tuple[str, Callable[[], Mapping[str, Any]]]
"""Name of a part, and what does it; it returns its result."""


class Ledger:
    """The folder of a study.

    Args:
        folder: made when missing.
        settings: of the study; a folder belongs to one.

    Raises:
        BadConfig: the folder holds a study with other settings.
    """

    def __init__(self, folder: Path, settings: Mapping[str, Any]) -> None:
        self.folder = folder
        disk.make_folder(folder, Written.OUTPUT)
        path, wanted = folder / STUDY_FILE, parsed(to_json(dict(settings)))
        if path.exists():
            if differing := _differing(parsed(read_file(path)), wanted):
                raise BadConfig(
                    f"{str(folder)!r} holds a study with other settings ({', '.join(differing)}); go on with "
                    "those, or name another --folder"
                )
        else:
            write_atomically(path, to_json(wanted), Written.OUTPUT)

    @property
    def results(self) -> dict[str, dict[str, Any]]:
        """Part -> its result, in the order in which they were done. Raises `RunDamaged`."""
        return read_results(self.folder)

    def run(self, parts: Iterable[Part], tell: Callable[[str], None]) -> int:
        """Do the parts that are not done yet, in order; returns how many are done then."""
        done = set(self.results)
        for name, do in parts:
            if name in done:
                continue
            tell(name)
            result = do()
            with Journal(self.folder / RESULTS_FILE, Written.OUTPUT) as journal:
                journal.append({"part": name, **result})
            done.add(name)
        return len(done)


def require_folder(folder: Path) -> None:
    """Raise `BadConfig` where a study's folder, or what it lies in, is something else."""
    for path in (folder, *folder.parents):
        if path.exists():
            if not path.is_dir():
                raise BadConfig(f"{str(path)!r} is no folder; name another --folder for the study")
            return


def require_study(folder: Path) -> None:
    """Raise `BadConfig` where a folder holds no study."""
    require_folder(folder)
    if not (folder / STUDY_FILE).is_file():
        raise BadConfig(f"{str(folder)!r} holds no study; expected the --folder that a study was run with")


def read_results(folder: Path) -> dict[str, dict[str, Any]]:
    """Part -> its result, of a study's folder; empty where nothing is done. Raises `RunDamaged`."""
    return {record["part"]: record for record in read_journal(folder / RESULTS_FILE) if "part" in record}


def _differing(old: Any, new: Mapping[str, Any]) -> list[str]:
    """The settings that are not the same, with both values."""
    before = old if isinstance(old, dict) else {}
    names = [name for name in (*before, *(set(new) - set(before))) if before.get(name) != new.get(name)]
    return [f"{name} {before.get(name)!r}, not {new.get(name)!r}" for name in names]
