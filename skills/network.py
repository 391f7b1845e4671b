"""A skill's network: stored as weights only, run with numpy, so that playing needs no torch."""

from __future__ import annotations

import io
import itertools
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from envs.disk import Written
from envs.reading import read_file
from envs.text import plain
from skills.errors import LibraryDamaged, PolicyMismatch
from skills.files import write_atomically
from skills.weights import MAX_WEIGHTS_BYTES, read_weights

if TYPE_CHECKING:
    import torch

METADATA_SCHEMA = 1
"""Schema number of the metadata in ``policy.zip``."""

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can hold: equal weights give equal bytes

Layer = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Weight float32[inputs, outputs] and bias float32[outputs]."""


@dataclass(frozen=True, slots=True)
class NumpyNetwork:
    """A tanh network with action logits and a value, run with numpy.

    Attributes:
        actor: hidden layers and the logits' layer.
        critic: hidden layers and the value's layer; empty where only actions are asked for.
    """

    actor: tuple[Layer, ...]
    critic: tuple[Layer, ...]

    @property
    def encoding_size(self) -> int:
        """Length of the input."""
        return int(self.actor[0][0].shape[0])

    @property
    def n_actions(self) -> int:
        """Number of actions."""
        return int(self.actor[-1][1].shape[0])

    @property
    def hidden(self) -> tuple[int, ...]:
        """Sizes of the hidden layers."""
        return tuple(int(bias.shape[0]) for _, bias in self.actor[:-1])

    @classmethod
    def load(cls, path: Path) -> NumpyNetwork:
        """Read a ``policy.zip``; see `read_policy` for what is raised, and `from_state`."""
        return cls._labelled(read_policy(path), f"{path.name} in {path.parent.name!r}")

    @classmethod
    def from_bytes(cls, content: bytes, label: str) -> NumpyNetwork:
        """As `load`, from the content of a ``policy.zip`` that messages call `label`."""
        return cls._labelled(policy_weights(content, label), label)

    @classmethod
    def _labelled(cls, state: Mapping[str, NDArray[np.float32]], label: str) -> NumpyNetwork:
        try:
            return cls.from_state(state)
        except PolicyMismatch as error:
            raise PolicyMismatch(f"{label}: {error}") from error

    @classmethod
    def from_state(cls, state: Mapping[str, torch.Tensor | NDArray[np.float32]]) -> NumpyNetwork:
        """Copy the weights out of the state of stable-baselines3's ``ActorCriticPolicy``.

        Raises:
            PolicyMismatch: the layers of such a network are not there, or do not follow each other.
        """
        network = cls(
            _layers(state, "mlp_extractor.policy_net", "action_net"),
            _layers(state, "mlp_extractor.value_net", "value_net"),
        )
        widths = [part[0][0].shape[0] for part in (network.actor, network.critic)]
        if widths[0] != widths[1] or network.critic[-1][1].shape[0] != 1:
            raise PolicyMismatch(
                f"actions are chosen from {widths[0]} numbers, the value from {widths[1]}, and it has "
                f"{network.critic[-1][1].shape[0]} outputs; expected the same numbers, and one"
            )
        return network

    def acting_only(self) -> NumpyNetwork:
        """The same without values: half as large to send."""
        return NumpyNetwork(self.actor, ())

    def check(self, encoding_size: int, n_actions: int) -> None:
        """Raise `PolicyMismatch` unless the network fits the game."""
        if (self.encoding_size, self.n_actions) != (encoding_size, n_actions):
            raise PolicyMismatch(
                f"the network takes {self.encoding_size} numbers and gives {self.n_actions} actions; "
                f"the game has {encoding_size} and {n_actions}. Train the skill anew for this encoding."
            )

    def logits(self, encodings: NDArray[np.float32]) -> NDArray[np.float32]:
        """Action logits: ``float32[..., D] -> float32[..., A]``."""
        return _forward(self.actor, encodings)

    def value(self, encodings: NDArray[np.float32]) -> NDArray[np.float32]:
        """Expected discounted return: ``float32[..., D] -> float32[...]``."""
        return np.asarray(_forward(self.critic, encodings)[..., 0])

    def log_probs(self, encodings: NDArray[np.float32], actions: NDArray[np.integer]) -> NDArray[np.float32]:
        """Log-probabilities of actions ``int[...]``, given ``float32[..., D]``."""
        logits = _forward(self.actor, encodings)
        logits -= logits.max(axis=-1, keepdims=True)
        taken = np.take_along_axis(logits, actions[..., None], axis=-1)[..., 0]
        return np.asarray(taken - np.log(np.exp(logits).sum(axis=-1)), np.float32)

    def act(
        self,
        encoding: NDArray[np.float32],
        rng: np.random.Generator,
        deterministic: bool = False,
        temperature: float = 1.0,
        forbidden: Sequence[int] = (),
    ) -> int:
        """One action for ``float32[D]``, drawn, or the most likely one.

        Args:
            encoding: what the player sees.
            rng: of the draw.
            deterministic: take the most likely action.
            temperature: the logits are divided by it; below 1 the likely actions become likelier.
            forbidden: actions that are not drawn; at least one must be left.
        """
        logits = _forward(self.actor, encoding) / temperature
        if forbidden:
            logits[list(forbidden)] = -np.inf
        if deterministic:
            return int(logits.argmax())
        odds = np.exp(logits - logits.max()).cumsum(dtype=np.float64)
        return min(int(odds.searchsorted(rng.random() * odds[-1], side="right")), len(odds) - 1)

    def act_batch(self, encodings: NDArray[np.float32], uniforms: NDArray[np.float64]) -> NDArray[np.intp]:
        """Actions int[n] for ``float32[n, D]``, by inverting the distribution at each of `uniforms`."""
        logits = _forward(self.actor, encodings)
        logits -= logits.max(axis=1, keepdims=True)
        odds = np.exp(logits, out=logits).cumsum(axis=1, dtype=np.float64)
        drawn = (odds <= (uniforms * odds[:, -1])[:, None]).sum(axis=1)
        return np.asarray(np.minimum(drawn, odds.shape[1] - 1))


def _forward(layers: tuple[Layer, ...], x: NDArray[np.float32]) -> NDArray[np.float32]:
    for weight, bias in layers[:-1]:
        x = x @ weight
        x += bias
        np.tanh(x, out=x)
    weight, bias = layers[-1]
    x = x @ weight
    x += bias
    return x


def _layers(
    state: Mapping[str, torch.Tensor | NDArray[np.float32]], hidden: str, last: str
) -> tuple[Layer, ...]:
    stems = [(_place(name), name.rpartition(".")[0]) for name in state if _is_weight_of(name, hidden)]
    try:
        layers = tuple(_layer(state, stem) for stem in [*(stem for _, stem in sorted(stems)), last])
    except KeyError as error:
        raise PolicyMismatch(
            f"the weights hold no {error.args[0]!r}; expected an actor-critic network of tanh layers, "
            f"found: {plain(', '.join(sorted(state)), 300) or 'nothing'}"
        ) from None
    for (before, _), (after, _) in itertools.pairwise(layers):
        if before.shape[1] != after.shape[0]:
            raise PolicyMismatch(
                f"a layer with {before.shape[1]} outputs is followed by one with {after.shape[0]} inputs"
            )
    return layers


def _is_weight_of(name: str, stem: str) -> bool:
    return name.startswith(stem + ".") and name.endswith(".weight")


def _place(name: str) -> int:
    """Where a layer comes, by its name such as ``mlp_extractor.policy_net.2.weight``."""
    place = name.split(".")[-2]
    if not (place.isascii() and place.isdigit() and len(place) < 10):
        raise PolicyMismatch(f"the weights hold {plain(name, 100)!r}; expected layers that are numbered")
    return int(place)


def _layer(state: Mapping[str, torch.Tensor | NDArray[np.float32]], stem: str) -> Layer:
    weight, bias = _array(state[f"{stem}.weight"]), _array(state[f"{stem}.bias"])
    if weight.ndim != 2 or bias.ndim != 1 or weight.shape[0] != bias.shape[0]:
        raise PolicyMismatch(
            f"{plain(stem, 100)} has weights of shape {weight.shape} and a bias of shape {bias.shape}; "
            "expected outputs by inputs, and outputs"
        )
    return np.array(weight.T, np.float32, order="C"), np.array(bias, np.float32)


def _array(values: torch.Tensor | NDArray[np.float32]) -> NDArray[np.float32]:
    return values if isinstance(values, np.ndarray) else values.detach().cpu().numpy()


def save_weights(path: Path, state: Mapping[str, torch.Tensor], metadata: Mapping[str, Any]) -> None:
    """Write a ``policy.zip`` in stable-baselines3's layout, atomically; equal weights give equal bytes.

    Args:
        path: the file; replaced when it exists.
        state: tensors by name, as in the state of stable-baselines3's ``ActorCriticPolicy``.
        metadata: JSON values about it.
    """
    import stable_baselines3
    import torch

    weights = io.BytesIO()
    torch.save(
        {
            name: tensor.detach().cpu().clone(memory_format=torch.contiguous_format)
            for name, tensor in state.items()
        },
        weights,
    )
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in (
            ("data", json.dumps({"format": METADATA_SCHEMA, **metadata}, sort_keys=True).encode()),
            ("policy.pth", weights.getvalue()),
            ("_stable_baselines3_version", stable_baselines3.__version__.encode()),
        ):
            file.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    write_atomically(path, archive.getvalue(), Written.WEIGHTS)


def load_weights(path: Path) -> dict[str, torch.Tensor]:
    """The weights in a ``policy.zip`` as tensors, see `read_policy`."""
    import torch

    return {name: torch.from_numpy(array) for name, array in read_policy(path).items()}


def read_policy(path: Path) -> dict[str, NDArray[np.float32]]:
    """The weights in a ``policy.zip``; nothing in the file is executed.

    Raises:
        FileNotFoundError: there is no such file.
        LibraryDamaged: it is no such archive, or holds more than weights.
    """
    if not path.is_file():
        raise FileNotFoundError(f"no policy file {str(path)!r}")
    label = f"{path.name} in {path.parent.name!r}"
    if path.stat().st_size > MAX_WEIGHTS_BYTES:
        raise LibraryDamaged(f"{label} is larger than {MAX_WEIGHTS_BYTES // 2**20} MiB; it is not read")
    return policy_weights(read_file(path), label)


def policy_weights(content: bytes, label: str) -> dict[str, NDArray[np.float32]]:
    """As `read_policy`, of a file's content. Raises `LibraryDamaged`."""
    try:
        return read_weights(content, label)
    except LibraryDamaged as error:
        raise LibraryDamaged(
            f"{label} cannot be read as weights ({error}); restore it from an export or train the skill again"
        ) from error
