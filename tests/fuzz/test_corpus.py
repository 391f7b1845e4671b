"""Every input of the corpus goes through its reader: taken, or refused with a message, and nothing else."""

from pathlib import Path

import pytest

from tests.fuzz.targets import CORPUS, MODULES, target

INPUTS = [
    pytest.param(name, path, id=f"{name}-{path.name}")
    for name in MODULES
    for path in sorted((CORPUS / name).iterdir())
]


@pytest.mark.parametrize(("name", "path"), INPUTS)
def test_an_input_is_taken_or_refused(name: str, path: Path):
    target(name).run(path.read_bytes())


@pytest.mark.parametrize("name", MODULES)
def test_every_target_has_an_input_that_is_taken(name: str):
    assert any(target(name).run(path.read_bytes()) for path in (CORPUS / name).iterdir())
