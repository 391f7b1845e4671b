"""The judge on disk: weights, what they are worth, and a card that names them by their hash."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from agent.judges.embedded.calibration import Calibration
from agent.judges.embedded.errors import BadWeights
from envs.disk import Written, make_folder
from envs.reading import read_file
from skills.files import sha256, to_json, write_atomically

SHIPPED: Final = Path(__file__).parent / "shipped"
WEIGHTS: Final = "judge.zip"
CARD: Final = "card.json"
FORMAT: Final = 1
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
        BadWeights: a file is missing or damaged, or the weights are not those that the card names.
    """
    again = f"train it again: journeyman judge train --out {folder}" if folder != SHIPPED else "install again"
    try:
        card = json.loads(read_file(folder / CARD))
        content = read_file(folder / WEIGHTS)
        if (found := sha256(content)) != card["sha256"]:
            raise BadWeights(
                f"{folder / WEIGHTS} has the SHA-256 {found}, its card names {card['sha256']}; restore the "
                f"file, or {again}"
            )
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            weights = {name: file[name] for name in file.files if name != KNOWN}
            known = file[KNOWN]
        translator = {
            name.removeprefix(TRANSLATOR): weights.pop(name)
            for name in [*weights]
            if name.startswith(TRANSLATOR)
        }
        return Stored(weights, known, Calibration.from_record(card["calibration"]), card, translator)
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise BadWeights(f"no judge can be read from {folder}: {error}; restore it, or {again}") from error
