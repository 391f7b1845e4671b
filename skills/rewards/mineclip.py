"""MineCLIP as a reward, where a person has installed it and names a checkpoint. Nothing is downloaded.

MineCLIP says how well a clip of sixteen pictures fits a text. Its code and its weights belong to others and
come with nothing here; what is used is its published interface: the class `mineclip.MineCLIP` with
``load_ckpt``, ``encode_text``, ``forward_image_features``, ``forward_video_features`` and
``forward_reward_head``. It was never run against the real one: tests have a stand-in with the same signature.

Source: Fan et al., MineDojo, 2022, and the readme of MineCLIP's repository, for the interface, the settings
of the two published variants and the size of clips; the reward is that of the same paper.
"""

from __future__ import annotations

import importlib
import os
import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from envs.errors import MissingDependency
from envs.text import brief, plain
from skills.errors import BadCheckpoint

VARIANTS: Final = {"attn": "attn.d2.nh8.glusw", "avg": "avg"}
"""Published variant -> how it pools pictures."""

SIZE: Final = (256, 160)
"""Width and height of the pictures that it was trained on."""

LENGTH: Final = 16
"""Pictures of a clip."""

MOST_OTHERS: Final = 31
"""Other texts that a text is held against, at most."""

_OFFLINE: Final = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")


class MineClipScorer:
    """Scores clips by how much likelier a text is for them than by chance among other texts.

    Args:
        checkpoint: a file of MineCLIP's weights.
        text: what shall be seen.
        others: what it is held against; at least one, `MOST_OTHERS` at most are taken.
        variant: which of `VARIANTS` the checkpoint is of.

    Raises:
        MissingDependency: MineCLIP, or its tokenizer's files, are not here.
        BadCheckpoint: the file is none of its checkpoints, or of another shape.
        ValueError: there is nothing to hold the text against.
    """

    def __init__(self, checkpoint: Path, text: str, others: Sequence[str], variant: str = "attn") -> None:
        texts = [text, *[other for other in dict.fromkeys(others) if other != text][:MOST_OTHERS]]
        if len(texts) < 2:
            raise ValueError(f"nothing to hold {text!r} against; name other texts")
        self._model = load_model(checkpoint, variant)
        self._chance = 1.0 / len(texts)
        try:
            self._texts = self._model.encode_text(texts)
        except OSError as error:
            raise MissingDependency(
                "MineCLIP's tokenizer has no files here, and nothing is downloaded: load the tokenizer of "
                f"openai/clip-vit-base-patch16 once yourself ({plain(error, 200)})"
            ) from error

    def score(self, clips: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Rewards float32[n], 0..1, of clips uint8[n, LENGTH, 160, 256, 3].

        The likelihood of the text, less what chance would give, and 0 where it is less than that.
        """
        import torch

        frames = torch.from_numpy(np.ascontiguousarray(clips.transpose(0, 1, 4, 2, 3)))
        with torch.no_grad():
            pictures = self._model.forward_image_features(frames)
            videos = self._model.forward_video_features(pictures)
            logits, _ = self._model.forward_reward_head(videos, text_tokens=self._texts)
            likely = torch.softmax(logits.float(), dim=1)[:, 0].cpu().numpy()
        return np.maximum(likely - self._chance, 0.0).astype(np.float32)


def load_model(checkpoint: Path, variant: str = "attn") -> Any:
    """MineCLIP with the weights of a checkpoint.

    Raises:
        MissingDependency: MineCLIP is not installed.
        BadCheckpoint: there is no such file, it is no checkpoint, or one of another shape.
    """
    if variant not in VARIANTS:
        raise BadCheckpoint(f"MineCLIP has no variant {brief(variant)}; expected {' or '.join(VARIANTS)}")
    for name in _OFFLINE:
        os.environ[name] = "1"  # its tokenizer would be downloaded otherwise
    try:
        package = importlib.import_module("mineclip")
    except ImportError as error:
        raise MissingDependency(
            f"MineCLIP is not installed ({error}); install it yourself from its authors' repository, "
            "together with what it needs, or leave the setting 'mineclip' out"
        ) from error
    weights = _read(checkpoint)
    model = package.MineCLIP(
        arch="vit_base_p16_fz.v2.t2", resolution=SIZE[::-1], pool_type=VARIANTS[variant],
        image_feature_dim=512, mlp_adapter_spec="v0-2.t0", hidden_dim=512,
    )  # fmt: skip
    try:
        model.load_ckpt(weights, strict=True)
    except (RuntimeError, KeyError, ValueError, AssertionError) as error:
        raise BadCheckpoint(
            f"{str(checkpoint)!r} is a checkpoint of another shape than MineCLIP's variant {variant!r}: "
            f"{plain(error, 300)}"
        ) from error
    return model.eval()


def _read(checkpoint: Path) -> dict[str, Any]:
    """The file's tensors, read without running anything that stands in it."""
    import torch

    try:
        found = torch.load(checkpoint, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise BadCheckpoint(
            f"there is no checkpoint {str(checkpoint)!r}; name a file of MineCLIP's weights"
        ) from None
    except (OSError, RuntimeError, ValueError, EOFError, KeyError, pickle.UnpicklingError) as error:
        raise BadCheckpoint(
            f"{str(checkpoint)!r} is no checkpoint that can be read as tensors alone: {plain(error, 200)}"
        ) from error
    if not isinstance(found, dict) or not isinstance(found.get("state_dict"), dict):
        raise BadCheckpoint(
            f"{str(checkpoint)!r} is no checkpoint of MineCLIP: it has no 'state_dict' of tensors"
        )
    return found
