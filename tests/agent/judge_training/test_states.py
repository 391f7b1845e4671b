"""Every claim that comes with Journeyman can be judged without the text encoder."""

from pathlib import Path

import pytest

from agent.judge_training.states import claims_in, shipped_files
from agent.judges.embedded.parsing import parse_claim
from agent.judges.embedded.shipped_states import load_states, normal


@pytest.mark.parametrize("file", shipped_files(), ids=lambda file: file.name)
def test_shipped_claims_parse_or_have_states(file: Path) -> None:
    claims = list(claims_in(file))
    assert claims
    states = load_states()
    missing = [text for text in claims if parse_claim(text) is None and normal(text) not in states]
    assert not missing, "write them: journeyman judge states"


def test_tasks_in_the_commands_of_a_document_are_claims(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(
        'Say `journeyman solve "build a hut" --judge ask`, or\n'
        'journeyman solve "dig a mine" --game minecraft\n'
        "journeyman judge show --episode x --claim 'see a hut'\njourneyman solve collect_wood\n"
    )
    assert list(claims_in(tmp_path / "page.md")) == ["build a hut", "see a hut"]
