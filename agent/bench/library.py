"""How long a large library takes to read."""

from __future__ import annotations

import tempfile
from pathlib import Path

from agent.bench.figure import Figure, seconds_of
from agent.bench.memory import peak_mib
from agent.bench.settings import Settings


def library_load(settings: Settings) -> list[Figure]:
    """Wall time of reading and checking every record of a library of scripted skills."""
    from skills.skill import Effects, PolicyRecord, Skill, SkillKind
    from skills.store.store import SkillLibrary

    count = settings.skills_in_library
    with tempfile.TemporaryDirectory() as folder:
        library = SkillLibrary(Path(folder), "toy")
        policy = PolicyRecord(kind="scripted", action="take")
        with library.lock():
            for index in range(count):
                library.add(
                    Skill(
                        name=f"skill_{index}",
                        game="toy",
                        kind=SkillKind.CRAFT,
                        description="made for a measurement",
                        effects=Effects(obtains={"wood": 1}),
                        policy=policy,
                    )
                )
        samples = seconds_of(library.load_all, settings.repeats)
    name = f"library of {count:,} skills"
    return [
        Figure(name=f"{name}: load", samples=samples, unit="s", how="every record read and its hash checked"),
        Figure(name=f"{name}: peak memory", samples=(peak_mib() or 0.0,), unit="MiB", how="of the process"),
    ]
