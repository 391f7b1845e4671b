"""Weights from elsewhere: whatever is no plain network of finite float32 numbers is refused in words."""

import io
import pickle
import tracemalloc
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import torch

from skills import weights
from skills.errors import LibraryDamaged, PolicyMismatch
from skills.network import NumpyNetwork, policy_weights
from tests.skills.toy_policy import toy_policy, toy_state

KEY = "action_net.weight"


def saved(value: Any, **settings: Any) -> bytes:
    file = io.BytesIO()
    torch.save(value, file, **settings)
    return file.getvalue()


def policy_zip(pth: bytes, name: str = "policy.pth", method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("data", "{}")
        archive.writestr(name, pth)
    return file.getvalue()


def state(**changes: Any) -> dict[str, Any]:
    tensors: dict[str, Any] = {name: torch.from_numpy(array) for name, array in toy_state().items()}
    return {**tensors, **{name.replace("__", "."): value for name, value in changes.items()}}


def own() -> torch.Tensor:
    return torch.from_numpy(toy_state()[KEY])


def test_a_network_comes_out_without_torch_doing_it() -> None:
    arrays = policy_weights(toy_policy(), "policy.zip of a")
    assert {name: array.tolist() for name, array in arrays.items()} == {
        name: array.tolist() for name, array in toy_state().items()
    }
    assert NumpyNetwork.from_bytes(toy_policy(), "policy.zip of a").n_actions == 8


def test_a_tensor_may_be_a_part_of_what_is_stored() -> None:
    numbers = torch.arange(100.0)
    network = NumpyNetwork.from_bytes(policy_zip(saved(state(action_net__bias=numbers[20:28]))), "x")
    assert network.actor[-1][1].tolist() == list(range(20, 28))


BROKEN: dict[str, tuple[Callable[[], Any], str]] = {
    "a list": (lambda: [1, 2], "holds a list; expected tensors by name"),
    "nothing": (lambda: None, "holds a NoneType; expected tensors by name"),
    "a list for a tensor": (
        lambda: state(action_net__weight=[1, 2]),
        "is a list; expected a tensor under a name",
    ),
    "a number for a tensor": (
        lambda: state(action_net__weight=1),
        "is a int; expected a tensor under a name",
    ),
    "floats": (lambda: state(action_net__weight=[1.5]), "holds more than tensors (a pickle with BINFLOAT)"),
    "numbers for names": (lambda: {1: torch.zeros(1)}, "expected a tensor under a name"),
    "strides of zero": (
        lambda: state(action_net__weight=torch.zeros(1).expand(50_000, 50_000)),
        "holds a tensor of shape (50000, 50000) and strides (0, 0) in 1 numbers; expected one that lies",
    ),
    "transposed": (
        lambda: state(action_net__weight=torch.zeros(4, 8).T),
        "expected one that lies in them in one",
    ),
    "empty": (lambda: state(action_net__weight=torch.zeros(0, 4)), "holds a tensor of shape (0, 4)"),
    "nan": (
        lambda: state(action_net__weight=own() * torch.nan),
        "'action_net.weight' holds numbers that are not finite",
    ),
    "infinite": (lambda: state(action_net__bias=torch.full((8,), torch.inf)), "numbers that are not finite"),
    "complex": (
        lambda: state(action_net__weight=own().to(torch.complex64)),
        "holds torch.ComplexFloat numbers",
    ),
    "double": (
        lambda: state(action_net__weight=own().double()),
        "holds torch.Double numbers; expected float32",
    ),
    "half": (lambda: state(action_net__weight=own().half()), "holds torch.Half numbers; expected float32"),
    "whole": (lambda: state(action_net__weight=own().int()), "holds torch.Int numbers; expected float32"),
    "truth": (lambda: state(action_net__weight=own() > 0), "holds torch.Bool numbers; expected float32"),
    "sparse": (lambda: state(action_net__weight=own().to_sparse()), "(torch._utils._rebuild_sparse_tensor)"),
    "a parameter": (lambda: state(action_net__weight=torch.nn.Parameter(own())), "_rebuild_parameter)"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_list_of_tensors(name: str) -> None:
    make, message = BROKEN[name]
    with pytest.raises(LibraryDamaged) as caught:
        NumpyNetwork.from_bytes(policy_zip(saved(make())), "policy.zip of a")
    assert str(caught.value).startswith(
        "policy.zip of a cannot be read as weights (policy.pth in policy.zip of a"
    )
    assert message in str(caught.value)


MISFITS: dict[str, tuple[Callable[[], Any], str]] = {
    "three axes": (lambda: state(action_net__weight=torch.zeros(8, 4, 1)), "has weights of shape (8, 4, 1)"),
    "no axis": (lambda: state(action_net__weight=torch.tensor(1.0)), "has weights of shape ()"),
    "bias": (
        lambda: state(action_net__bias=torch.zeros(9)),
        "and a bias of shape (9,); expected outputs by inputs",
    ),
    "width": (
        lambda: state(action_net__weight=torch.zeros(8, 5)),
        "with 4 outputs is followed by one with 5 inputs",
    ),
    "values": (
        lambda: state(value_net__weight=torch.zeros(2, 4), value_net__bias=torch.zeros(2)),
        "and it has 2 outputs",
    ),
    "critic's input": (
        lambda: state(mlp_extractor__value_net__0__weight=torch.zeros(4, 7)),
        "actions are chosen from 183 numbers, the value from 7",
    ),
    "a name": (
        lambda: state(mlp_extractor__policy_net__x__weight=torch.zeros(1)),
        "expected layers that are numbered",
    ),
    "no layers": (dict, "found: nothing"),
}


@pytest.mark.parametrize("name", MISFITS)
def test_other_networks(name: str) -> None:
    make, message = MISFITS[name]
    with pytest.raises(PolicyMismatch) as caught:
        NumpyNetwork.from_bytes(policy_zip(saved(make())), "policy.zip of a")
    assert str(caught.value).startswith("policy.zip of a: ")
    assert message in str(caught.value)


def repacked(change: Callable[[str, bytes], bytes | None]) -> bytes:
    """A network whose inner archive was changed, member by member."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(state()))) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            content = change(name.partition("/")[2], old.read(name))
            if content is not None:
                new.writestr(name, content)
    return policy_zip(file.getvalue())


class Call:
    def __init__(self, function: Any, *arguments: Any) -> None:
        self._called = (function, arguments)

    def __reduce__(self) -> Any:
        return self._called


ARCHIVES: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "File is not a zip file"),
    "torch's old form": (
        lambda: policy_zip(saved(state(), _use_new_zipfile_serialization=False)),
        "not a readable zip",
    ),
    "another name": (lambda: policy_zip(saved(state()), "other.pth"), "holds no policy.pth, only: other.pth"),
    "lzma": (lambda: policy_zip(saved(state()), method=zipfile.ZIP_LZMA), "is compressed with lzma"),
    "fewer numbers": (lambda: repacked(lambda n, c: c[:-4] if n == "data/0" else c), "data/0 has"),
    "more numbers": (lambda: repacked(lambda n, c: c + b"0000" if n == "data/0" else c), "data/0 has"),
    "no numbers": (
        lambda: repacked(lambda n, c: None if n == "data/0" else c),
        "names numbers that it does not hold",
    ),
    "no list": (
        lambda: repacked(lambda n, c: None if n == "data.pkl" else c),
        "has no list of tensors (data.pkl)",
    ),
    "big end first": (
        lambda: repacked(lambda n, c: b"big" if n == "byteorder" else c),
        "numbers in big order",
    ),
    "a call": (
        lambda: repacked(lambda n, c: pickle.dumps(Call(print, 1), 2) if n == "data.pkl" else c),
        "holds more than tensors (__builtin__.print)",
    ),
    "memory": (
        lambda: repacked(lambda n, c: pickle.dumps(Call(bytearray, 10**12), 2) if n == "data.pkl" else c),
        "holds more than tensors (",
    ),
    "names by the million": (
        lambda: repacked(lambda n, c: b"\x80\x02}r\xff\xff\xff\x7f." if n == "data.pkl" else c),
        "holds more than tensors (a pickle with 2147483647 names)",
    ),
    "a newer pickle": (
        lambda: repacked(lambda n, c: pickle.dumps(Call(print), 4) if n == "data.pkl" else c),
        "holds more than tensors (a pickle with STACK_GLOBAL)",
    ),
    "a list cut off": (
        lambda: repacked(lambda n, c: c[:-20] if n == "data.pkl" else c),
        "is no list of tensors",
    ),
    "no pickle": (lambda: repacked(lambda n, c: b"hello" if n == "data.pkl" else c), "policy.pth in"),
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_archives_that_hold_no_weights(name: str) -> None:
    make, message = ARCHIVES[name]
    with pytest.raises(LibraryDamaged) as caught:
        NumpyNetwork.from_bytes(make(), "policy.zip of a")
    assert str(caught.value).startswith("policy.zip of a cannot be read as weights (")
    assert message in str(caught.value)
    assert len(str(caught.value)) < 700


def test_a_small_file_asks_for_little_memory() -> None:
    content = policy_zip(saved(state(action_net__weight=torch.zeros(1).expand(50_000, 50_000))))
    assert len(content) < 10_000
    tracemalloc.start()
    with pytest.raises(LibraryDamaged):
        NumpyNetwork.from_bytes(content, "x")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5 * 2**20


def test_tensors_that_share_their_numbers_are_counted_each(monkeypatch: pytest.MonkeyPatch) -> None:
    shared = torch.zeros(1000)
    content = policy_zip(saved({f"t{i}": shared[:] for i in range(50)}))
    assert len(policy_weights(content, "x")) == 50
    monkeypatch.setattr(weights, "MAX_WEIGHTS_BYTES", 100_000)
    with pytest.raises(LibraryDamaged, match="holds more than 0 MiB of tensors"):
        policy_weights(content, "x")
