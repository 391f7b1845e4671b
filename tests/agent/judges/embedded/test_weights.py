"""Weights that are not those of a judge are refused when they are read, in words."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agent.judges.embedded.arrays import network_shapes, translator_shapes
from agent.judges.embedded.errors import BadWeights
from agent.judges.embedded.weights import CARD, SHIPPED, WEIGHTS, Stored, load_judge, save_judge


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (CARD, WEIGHTS):
        (tmp_path / name).write_bytes((SHIPPED / name).read_bytes())
    return tmp_path


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"game": "nethack"}, "says game 'nethack', expected 'crafter'"),
        ({"format": 99}, "says format 99, expected 2"),
        ({"format": True}, "says format True"),
        ({"sha256": 5}, "does not name"),
        ({"calibration": "good"}, "the calibration has no 'read'"),
        ({"calibration": {}}, "the calibration has no 'read'"),
    ],
)
def test_cards_of_other_weights(folder: Path, change: dict[str, Any], said: str) -> None:
    card = json.loads((folder / CARD).read_text())
    (folder / CARD).write_text(json.dumps(card | change))
    with pytest.raises(BadWeights, match=said):
        load_judge(folder)


@pytest.mark.parametrize("value", ["1.0", None, float("nan"), True, 0, [1], 1e300])
def test_numbers_of_the_calibration(folder: Path, value: Any) -> None:
    card = json.loads((folder / CARD).read_text())
    card["calibration"]["read"]["temperature"] = value
    (folder / CARD).write_text(json.dumps(card))
    with pytest.raises(BadWeights, match="'temperature' is"):
        load_judge(folder)


def test_thresholds_in_order(folder: Path) -> None:
    card = json.loads((folder / CARD).read_text())
    card["calibration"]["familiar"] |= {"done": 0.2, "not_done": 0.8}
    (folder / CARD).write_text(json.dumps(card))
    with pytest.raises(BadWeights, match="the same chance done and not done"):
        load_judge(folder)


def _without_key(stored: Stored) -> None:
    del stored.weights["key.weight"]


def _strange(stored: Stored) -> None:
    stored.weights["extra"] = np.zeros(3)


def _shape(stored: Stored) -> None:
    stored.weights["place"] = np.zeros((80, 64))


def _infinite(stored: Stored) -> None:
    stored.weights["ask"] = np.full((8, 128), np.inf)


def _half_translator(stored: Stored) -> None:
    del stored.translator["0.out.bias"]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_without_key, "1 array missing: key.weight"),
        (_half_translator, "1 array missing: 0.out.bias"),
        (_strange, "1 array that no judge has: extra"),
        (_shape, r"'place' has the shape \(80, 64\), expected \(81, 64\)"),
        (_infinite, "'ask' holds numbers that are not finite"),
    ],
)
def test_arrays_of_another_network(tmp_path: Path, spoil: Callable[[Stored], None], said: str) -> None:
    stored = load_judge(SHIPPED)
    spoil(stored)
    save_judge(tmp_path, stored)
    with pytest.raises(BadWeights, match=said):
        load_judge(tmp_path)


def test_known_sentences_of_another_size_or_kind(tmp_path: Path) -> None:
    stored = load_judge(SHIPPED)
    save_judge(
        tmp_path, Stored(stored.weights, np.zeros((4, 3), np.float16), stored.calibration, stored.card, {})
    )
    with pytest.raises(BadWeights, match="'known' has the shape"):
        load_judge(tmp_path)


def test_a_calibration_without_a_temperature_of_translations_leaves_them_as_they_are(folder: Path) -> None:
    card = json.loads((folder / CARD).read_text())
    card["calibration"].pop("translated", None)
    (folder / CARD).write_text(json.dumps(card))
    assert load_judge(folder).calibration.translated == 1
    card["calibration"]["translated"] = 0
    (folder / CARD).write_text(json.dumps(card))
    with pytest.raises(BadWeights, match="'translated' is 0, expected a number"):
        load_judge(folder)


def test_text_in_place_of_numbers(folder: Path) -> None:
    import hashlib

    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive, np.load(folder / WEIGHTS) as file:
        for name in file.files:
            array = io.BytesIO()
            np.save(array, file[name].astype("U8") if name == "ask" else file[name])
            archive.writestr(f"{name}.npy", array.getvalue())
    (folder / WEIGHTS).write_bytes(content.getvalue())
    card = json.loads((folder / CARD).read_text())
    (folder / CARD).write_text(json.dumps(card | {"sha256": hashlib.sha256(content.getvalue()).hexdigest()}))
    with pytest.raises(BadWeights, match="'ask' holds <U8"):
        load_judge(folder)


def test_a_missing_folder_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(BadWeights, match="No such file or directory: '") as refused:
        load_judge(tmp_path / "nope")
    assert "Errno" not in str(refused.value)


def test_the_shapes_are_those_that_training_writes() -> None:
    stored = load_judge(SHIPPED)
    assert {name: values.shape for name, values in stored.weights.items()} == network_shapes()
    assert {name.partition(".")[2] for name in stored.translator} == set(translator_shapes())
