import io
import json
import pickle
import subprocess
import sys
import zipfile
from functools import cache

import numpy as np
import pytest
import torch
from gymnasium import spaces
from stable_baselines3.common.policies import ActorCriticPolicy

from skills.errors import LibraryDamaged, PolicyMismatch
from skills.network import NumpyNetwork, load_weights, save_weights
from tests.skills.policy_file import metadata_of


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@cache
def policy(hidden=(64, 64), inputs=300, actions=17) -> ActorCriticPolicy:
    torch.manual_seed(4)
    return ActorCriticPolicy(
        spaces.Box(-np.inf, np.inf, (inputs,), np.float32),
        spaces.Discrete(actions),
        lambda _: 1e-3,
        net_arch=list(hidden),
        activation_fn=torch.nn.Tanh,
    )


@pytest.mark.parametrize("hidden", [(64, 64), (32,), ()])
def test_logits_and_values_equal_torch(hidden):
    network = policy(hidden)
    mine = NumpyNetwork.from_state(network.state_dict())
    x = np.random.default_rng(0).standard_normal((50, 300)).astype(np.float32)
    with torch.inference_mode():
        logits = network.get_distribution(torch.as_tensor(x)).distribution.logits
        values = network.predict_values(torch.as_tensor(x))[:, 0].numpy()
    own = mine.logits(x)
    own = own - np.log(np.exp(own).sum(axis=1, keepdims=True))  # torch's are normalised
    np.testing.assert_allclose(own, logits.numpy(), atol=1e-5)
    np.testing.assert_allclose(mine.value(x), values, atol=1e-5)
    np.testing.assert_allclose(mine.value(x[3]), values[3], atol=1e-5)
    assert (mine.hidden, mine.encoding_size, mine.n_actions) == (hidden, 300, 17)


def fixed(logits: list[float]) -> NumpyNetwork:
    layer = (np.zeros((1, len(logits)), np.float32), np.array(logits, np.float32))
    return NumpyNetwork((layer,), ())


def test_batch_actions_invert_the_distribution():
    odds = fixed(np.log([0.2, 0.5, 0.3]).tolist())
    uniforms = np.array([0.0, 0.19, 0.21, 0.69, 0.71, 1 - 2**-53])  # steps at 0.2 and 0.7
    actions = odds.act_batch(np.zeros((6, 1), np.float32), uniforms)
    assert actions.tolist() == [0, 0, 1, 1, 2, 2]


def test_single_actions_follow_the_distribution():
    odds, rng = fixed(np.log([0.2, 0.5, 0.3]).tolist()), np.random.default_rng(1)
    drawn = np.bincount([odds.act(np.zeros(1, np.float32), rng) for _ in range(5000)]) / 5000
    np.testing.assert_allclose(drawn, [0.2, 0.5, 0.3], atol=0.03)  # standard deviation 0.007
    assert odds.act(np.zeros(1, np.float32), rng, deterministic=True) == 1


def test_forbidden_actions_are_never_drawn():
    odds, rng = fixed(np.log([0.9, 0.05, 0.05]).tolist()), np.random.default_rng(1)
    drawn = np.bincount([odds.act(np.zeros(1, np.float32), rng, forbidden=(0,)) for _ in range(2000)])
    assert drawn[0] == 0
    np.testing.assert_allclose(drawn[1:] / 2000, [0.5, 0.5], atol=0.05)  # standard deviation 0.011
    assert odds.act(np.zeros(1, np.float32), rng, deterministic=True, forbidden=(0, 2)) == 1


def test_huge_logits_do_not_overflow():
    odds, rng = fixed([1000.0, -1000.0]), np.random.default_rng(1)
    assert odds.act(np.zeros(1, np.float32), rng) == 0
    assert odds.act_batch(np.zeros((1, 1), np.float32), np.array([0.999])).tolist() == [0]


def test_round_trip_and_equal_bytes(tmp_path):
    network = policy()
    for name in ("a.zip", "b.zip"):
        save_weights(tmp_path / name, network.state_dict(), {"actions": ["noop"]})
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    loaded, original = NumpyNetwork.load(tmp_path / "a.zip"), NumpyNetwork.from_state(network.state_dict())
    layers = zip(loaded.actor + loaded.critic, original.actor + original.critic, strict=True)
    for (w1, b1), (w2, b2) in layers:
        np.testing.assert_array_equal(w1, w2)
        np.testing.assert_array_equal(b1, b2)
    assert metadata_of(tmp_path / "a.zip") == {"format": 1, "actions": ["noop"]}


def test_the_check_names_both_shapes():
    network = NumpyNetwork.from_state(policy().state_dict())
    network.check(300, 17)
    with pytest.raises(
        PolicyMismatch, match=r"takes 300 numbers and gives 17 actions; the game has 299 and 17"
    ):
        network.check(299, 17)


def test_other_networks_are_a_mismatch():
    with pytest.raises(PolicyMismatch, match=r"hold no 'action_net\.weight'.*found: q_net\.weight"):
        NumpyNetwork.from_state({"q_net.weight": torch.zeros(1)})


class Bomb:
    """Writes a file when unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


def archive(path, **members: bytes) -> None:
    with zipfile.ZipFile(path, "w") as file:
        for name, content in members.items():
            file.writestr(name.replace("_pth", ".pth"), content)


def test_a_pickle_in_the_data_is_never_run(tmp_path):
    import base64

    fired = tmp_path / "fired"
    serialized = base64.b64encode(pickle.dumps(Bomb(fired))).decode()
    weights = io.BytesIO()
    torch.save(policy().state_dict(), weights)
    data = json.dumps({"policy_class": {":type:": "x", ":serialized:": serialized}}).encode()
    archive(tmp_path / "policy.zip", data=data, policy_pth=weights.getvalue())
    assert NumpyNetwork.load(tmp_path / "policy.zip").n_actions == 17
    assert not fired.exists()


@pytest.mark.filterwarnings("ignore:Detected pickle protocol")
@pytest.mark.parametrize("writer", [pickle.dumps, None])
def test_a_pickle_in_the_weights_is_refused(tmp_path, writer):
    fired = tmp_path / "fired"
    if writer:
        payload = writer(Bomb(fired))
    else:
        file = io.BytesIO()
        torch.save({"policy": Bomb(fired)}, file)
        payload = file.getvalue()
    archive(tmp_path / "policy.zip", data=b"{}", policy_pth=payload)
    with pytest.raises(LibraryDamaged, match=r"policy\.zip in .* cannot be read as weights"):
        load_weights(tmp_path / "policy.zip")
    assert not fired.exists()


def test_damaged_files_are_named(tmp_path):
    path = tmp_path / "policy.zip"
    with pytest.raises(FileNotFoundError, match=r"no policy file .*policy\.zip"):
        load_weights(path)
    path.write_bytes(b"PK nonsense")
    with pytest.raises(LibraryDamaged, match="restore it from an export or train the skill again"):
        load_weights(path)
    archive(path, data=b"[]")
    with pytest.raises(LibraryDamaged, match=r"holds no policy\.pth, only: nothing"):
        load_weights(path)


@pytest.mark.slow
def test_importing_the_module_loads_no_torch():
    code = (
        "import sys, skills.network, skills.training.spec, envs.rollout.vector; print('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"
