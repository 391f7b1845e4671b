"""What is said where a cluster cannot be used; Ray is needed by few of these."""

import ast
import socket
import sys

import pytest

from envs.errors import MissingDependency, NoCluster
from envs.workers.cluster import connection
from envs.workers.cluster.address import why_no_cluster
from envs.workers.cluster.connection import connect, disconnect
from tests.test_layers import modules, outside


@pytest.mark.parametrize("text", ["locale", "ray://host", "ray://host:0", "ray://host:70000", "ray://a b:1"])
def test_what_names_no_cluster_is_told_what_would(text: str) -> None:
    assert why_no_cluster(text) == ("expected local, auto or ray://HOST:PORT, e.g. ray://head-node:10001")


def test_without_ray_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(
        MissingDependency,
        match=r"^--cluster needs Ray, which is not installed: pip install 'journeyman\[ray\]'",
    ):
        connect("local")


def test_an_address_that_does_not_answer_is_told_at_once() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(NoCluster, match=f"^the cluster at ray://{address} does not answer: .*refused"):
            connection._require_answer(f"ray://{address}")


def test_auto_looks_where_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("RAY_ADDRESS", f"127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(NoCluster, match="may this machine connect to that port"):
            connection._require_answer("auto")


def test_another_version_of_ray_is_told_with_both_and_what_to_do() -> None:
    utils = pytest.importorskip("ray._private.utils", reason="needs the extra 'ray'")
    with (
        pytest.raises(NoCluster, match=r"another version of Ray or of Python: Version mismatch.*1\.2\.3"),
        connection._in_words("ray://head:10001"),
    ):
        utils.check_version_info({"ray_version": "1.2.3", "python_version": "3.11.7"}, "here")


def test_a_machine_that_belongs_to_no_cluster_is_told_how_to_start_one() -> None:
    with (
        pytest.raises(NoCluster, match=r"belongs to no running Ray cluster; start one with: ray start"),
        connection._in_words("auto"),
    ):
        raise ConnectionError("Could not find any running Ray instance.")


def test_a_node_that_a_busy_machine_starts_too_slowly_is_tried_again() -> None:
    tries: list[int] = []

    def start(*, well_after: int, said: str = connection.TOO_SLOW) -> str:
        tries.append(1)
        if len(tries) <= well_after:
            raise Exception(f"The current node {said}. This could happen because")
        return "started"

    assert connection.patiently(lambda: start(well_after=2)) == "started"
    assert len(tries) == 3
    tries.clear()
    with pytest.raises(Exception, match="timed out during startup"):
        connection.patiently(lambda: start(well_after=99))
    assert len(tries) == connection.MOST_STARTS
    tries.clear()
    with pytest.raises(Exception, match="has no disk"):
        connection.patiently(lambda: start(well_after=99, said="has no disk"))
    assert len(tries) == 1


def test_leaving_without_a_connection_does_nothing() -> None:
    if not connection._now.ours:
        disconnect()


def test_ray_is_imported_by_one_function_and_the_cluster_only_where_one_is_asked_for() -> None:
    texts = {name: path.read_text(encoding="utf-8") for name, path in modules().items()}
    named = [name for name, text in texts.items() if "import ray" in text or "from ray" in text]
    assert {name for name in named if "ray" in outside(modules()[name])} == {
        "envs.workers.cluster.connection", "envs.workers.cluster.places", "agent.studies.kills",
    }  # fmt: skip
    for name, text in texts.items():
        if name.startswith("envs.workers.cluster") or "workers.cluster" not in text:
            continue
        for node in ast.parse(text).body:  # not inside functions
            module = getattr(node, "module", None) or ""
            assert not module.startswith("envs.workers.cluster") or module.endswith(".address"), name
