from typing import Any

import pytest

from agent.cli import main
from agent.cluster_doctor import examine_cluster
from agent.finding import Health


def test_the_cluster_is_told_node_by_node_with_what_is_installed(ray_cluster: Any) -> None:
    cluster, *nodes = examine_cluster("auto", "toy")
    assert cluster.health is Health.OK
    assert "2 nodes" in cluster.detail and "4 CPUs free" in cluster.detail
    assert len(nodes) == 2
    assert all(node.health is Health.OK and node.detail.endswith("plays toy") for node in nodes)


def test_a_game_that_a_node_cannot_play_is_told(ray_cluster: Any) -> None:
    _, *nodes = examine_cluster("auto", "chess")
    assert {node.health for node in nodes} == {Health.MISSING}
    assert all("no game 'chess'" in node.detail for node in nodes)
    assert nodes[0].remedy == "install Journeyman with the game chess there"


def test_another_cluster_than_the_one_in_use_is_told(ray_cluster: Any) -> None:
    (check,) = examine_cluster("local", "toy")
    assert (check.health, check.remedy) == (Health.MISSING, "see the message")
    assert "this program uses the cluster 'auto' already" in check.detail


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--cluster", "here"], "cluster is 'here'; expected local, auto or ray://HOST:PORT"),
        (["minecraft", "--cluster", "auto"], "--cluster belongs to: journeyman doctor, without minecraft"),
    ],
)
def test_what_makes_no_sense_is_bad_input(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", *arguments]) == 2
    assert message in capsys.readouterr().err
