"""The judge on disk: weights, what they are worth, and a card that names them by their hash."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from agent.judges.embedded.arrays import check_array, check_arrays, network_shapes, translator_shapes
from agent.judges.embedded.calibration import Calibration
from agent.judges.embedded.errors import BadWeights
from agent.judges.embedded.text_encoder import SIZE
from envs.disk import Written, make_folder
from envs.reading import read_file, why_unreadable
from envs.text import brief, command_line, plain
from skills.files import sha256, to_json, write_atomically

SHIPPED: Final = Path(__file__).parent / "shipped"
WEIGHTS: Final = "judge.zip"
CARD: Final = "card.json"
FORMAT: Final = 2
"""1 was that of judges that heard the last layer of the text encoder."""
GAME: Final = "crafter"
KNOWN: Final = "known"
"""Name of the sentences that the judge knows, float16[n, SIZE], among the weights."""
TRANSLATOR: Final = "translator."
"""Before the names of the translator's weights."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A judge as it lies on disk.

    Attributes:
        weights: by name.
        known: float16[n, SIZE], means of sentences that it was trained on.
        calibration: what its scores are worth.
        card: where it comes from and how good it is.
        translator: weights of the translator, by name; empty where there is none.
    """

    weights: dict[str, NDArray[Any]]
    known: NDArray[np.float16]
    calibration: Calibration
    card: dict[str, Any]
    translator: dict[str, NDArray[Any]] = field(default_factory=dict)

    def all_weights(self) -> dict[str, NDArray[Any]]:
        """All that is stored, by name."""
        own = {f"{TRANSLATOR}{name}": values for name, values in self.translator.items()}
        return {**self.weights, **own, KNOWN: self.known}


def save_judge(folder: Path, stored: Stored) -> None:
    """Write weights and card. Raises `OSError`."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, values in sorted(stored.all_weights().items()):
            array = io.BytesIO()
            np.save(array, values.astype(np.float16), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), array.getvalue(), zipfile.ZIP_DEFLATED)
    card = stored.card | {"format": FORMAT, "sha256": sha256(content.getvalue())}
    make_folder(folder, Written.WEIGHTS)
    write_atomically(folder / WEIGHTS, content.getvalue(), Written.WEIGHTS)
    write_atomically(
        folder / CARD, to_json(card | {"calibration": stored.calibration.to_record()}), Written.WEIGHTS
    )


def load_judge(folder: Path) -> Stored:
    """Read weights and card.

    Raises:
        BadWeights: a file is missing or damaged, the weights are not those that the card names, or they are
            of another game, format or network.
    """
    train = command_line("judge", "train", out=folder)
    again = f"train it again: {train}" if folder != SHIPPED else "install again"
    try:
        card = json.loads(read_file(folder / CARD))
        _check_card(card)
        content = read_file(folder / WEIGHTS)
        if (found := sha256(content)) != card["sha256"]:
            raise BadWeights(f"{WEIGHTS} has the SHA-256 {found}, its card names {plain(card['sha256'], 80)}")
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            weights = {name: file[name] for name in file.files if name != KNOWN}
            known = file[KNOWN]
        translator = {
            name.removeprefix(TRANSLATOR): weights.pop(name)
            for name in [*weights]
            if name.startswith(TRANSLATOR)
        }
        check_arrays(weights, network_shapes())
        check_array(KNOWN, known, (-1, SIZE))
        _check_translators(translator)
        return Stored(weights, known, Calibration.from_record(card["calibration"]), card, translator)
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        RecursionError,
        zipfile.BadZipFile,
        BadWeights,
    ) as error:
        raise BadWeights(
            f"no judge can be read from {plain(folder)}: {why_unreadable(error)}; restore it, or {again}"
        ) from error


def _check_card(card: Any) -> None:
    """Raise `BadWeights` unless the card is one of weights that this version reads."""
    if not isinstance(card, dict):
        raise BadWeights(f"{CARD} holds a {type(card).__name__}, expected an object")
    for name, expected in (("format", FORMAT), ("game", GAME)):
        if card.get(name) != expected or isinstance(card.get(name), bool):
            raise BadWeights(f"{CARD} says {name} {brief(card.get(name))}, expected {expected!r}")
    if not isinstance(card.get("sha256"), str):
        raise BadWeights(f"{CARD} does not name the weights' SHA-256")


def _check_translators(weights: Mapping[str, NDArray[Any]]) -> None:
    """Raise `BadWeights` unless these are the weights of whole translators, by number and name."""
    members = {name.partition(".")[0] for name in weights}
    shapes = translator_shapes()
    check_arrays(weights, {f"{each}.{name}": shape for each in members for name, shape in shapes.items()})
