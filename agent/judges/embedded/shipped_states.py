"""Token states of the claims that come with Journeyman, so that these need no text encoder.

One file: the sentences, for each word piece of each its state in 8 bits with a scale of its own, and the
layer of the text encoder that the states are of.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from agent.judges.embedded.errors import BadWeights
from agent.judges.embedded.text_encoder import LAYERS
from agent.judges.embedded.weights import SHIPPED
from envs.disk import Written
from envs.reading import read_file, why_unreadable
from skills.files import write_atomically

STATES: Final = SHIPPED / "claims.zip"


def normal(text: str) -> str:
    """A sentence as it is looked up: small letters, single spaces, no full stop at its end.

    >>> normal(" Chop  wood. ")
    'chop wood'
    """
    return " ".join(text.lower().split()).rstrip(".!")


def save_states(path: Path, states: Mapping[str, NDArray[np.floating]]) -> None:
    """Write the states of sentences, float[pieces, SIZE] each. Raises `OSError`."""
    texts = sorted(states)
    values = np.concatenate([states[text] for text in texts]).astype(np.float32)
    scale = np.abs(values).max(1) / 127
    arrays: dict[str, NDArray[Any]] = {
        "values": np.round(values / scale[:, None]).astype(np.int8),
        "scale": scale.astype(np.float16),
        "lengths": np.array([len(states[text]) for text in texts], np.int32),
        "layer": np.array(LAYERS, np.int32),
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            part = io.BytesIO()
            np.save(part, array, allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), part.getvalue(), zipfile.ZIP_DEFLATED)
        archive.writestr(zipfile.ZipInfo("texts.json"), json.dumps(texts), zipfile.ZIP_DEFLATED)
    write_atomically(path, content.getvalue(), Written.OUTPUT)


@cache
def load_states(path: Path = STATES) -> Mapping[str, NDArray[np.float16]]:
    """Sentence -> float16[pieces, SIZE].

    Raises:
        BadWeights: the file cannot be read, or holds states of another layer than the judge hears.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(read_file(path))) as archive:
            texts = json.loads(archive.read("texts.json"))
            values, scale, lengths = (_array(archive, name) for name in ("values", "scale", "lengths"))
            if (layer := int(_array(archive, "layer"))) != LAYERS:
                raise ValueError(f"its states are of layer {layer}, expected {LAYERS}")
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise BadWeights(
            f"{path} cannot be read: {why_unreadable(error)}; restore it from the package, or write it "
            "anew: journeyman judge states"
        ) from error
    states = (values.astype(np.float32) * scale[:, None].astype(np.float32)).astype(np.float16)
    return dict(zip(texts, np.split(states, np.cumsum(lengths)[:-1]), strict=True))


def _array(archive: zipfile.ZipFile, name: str) -> NDArray[Any]:
    array: NDArray[Any] = np.load(io.BytesIO(archive.read(f"{name}.npy")), allow_pickle=False)
    return array
