"""Every claim that comes with Journeyman can be judged without the text encoder."""

from pathlib import Path

import numpy as np
import pytest

from agent.judge_training.exam import FRESH
from agent.judge_training.states import claims_in, shipped_files
from agent.judge_training.wider import written_sayings
from agent.judges.embedded import shipped_states
from agent.judges.embedded.errors import BadWeights
from agent.judges.embedded.parsing import parse_claim
from agent.judges.embedded.sentences import written_sentences
from agent.judges.embedded.shipped_states import load_states, normal, save_states


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


def test_states_of_another_layer_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    states = {"see a hut": np.ones((5, 4), np.float16)}
    save_states(tmp_path / "claims.zip", states)
    assert np.allclose(load_states(tmp_path / "claims.zip")["see a hut"], 1, atol=0.01)
    monkeypatch.setattr(shipped_states, "LAYERS", 6)
    save_states(tmp_path / "last.zip", states)
    monkeypatch.undo()
    with pytest.raises(BadWeights, match="its states are of layer 6, expected 3"):
        load_states(tmp_path / "last.zip")


def test_fresh_sentences_have_states_and_none_is_trained_on() -> None:
    texts = [normal(text) for said in written_sentences(FRESH) for text in said.new]
    assert len(set(texts)) == len(texts) >= 250
    unasked = [text for text in texts if parse_claim(text) is None and text not in load_states()]
    assert len(unasked) < 5, "the exam asks nearly all of them; write the states: journeyman judge states"
    assert not set(texts) & {normal(saying.text) for saying in written_sayings()}
    assert not any(said.known for said in written_sentences(FRESH))
