"""The networks of a joint training by themselves: how actions are drawn, and what is said of them."""

from pathlib import Path

import numpy as np
import pytest
import torch

from envs.registry import game_spec
from envs.rollout.episode import Starts
from envs.rollout.joint import SKILL_SCALE
from skills.training.joint.networks import JointNetworks
from skills.training.joint.spec import JointSpec
from skills.training.joint.train import joint_networks
from tests.skills.training.joint.test_spec import CHOOSE
from tests.skills.training.test_spec import ROCK, WOOD

TOY = game_spec("toy")
LEFT, RIGHT = TOY.action_index["left"], TOY.action_index["right"]


def observation(*places: int) -> torch.Tensor:
    rows = np.zeros((len(places), TOY.encoding_size + 2), np.float32)
    rows[np.arange(len(places)), TOY.encoding_size + np.array(places)] = SKILL_SCALE
    return torch.as_tensor(rows)


@pytest.fixture(params=["shared", "per_skill"])
def networks(request: pytest.FixtureRequest) -> JointNetworks:
    """Whatever they see, left is three times as likely as right; the second skill may do nothing else."""
    spec = JointSpec(
        game="toy", skills=(WOOD, ROCK), choose=CHOOSE, known=("wood", "rock"), networks=request.param,
        work_dir=Path("x"), budget_steps=9, starts=Starts(),
    )  # fmt: skip
    networks = joint_networks(spec, TOY)
    with torch.no_grad():
        for parameter in networks.parameters():
            parameter.zero_()
        for member in networks.members:
            member.action_net.bias[LEFT] = np.log(3.0)
            member.value_net.bias.fill_(0.25)
    return networks


def test_the_most_likely_action_or_a_draw(networks: JointNetworks) -> None:
    torch.manual_seed(0)
    seen = observation(*[1] * 400)
    assert set(networks._predict(seen, deterministic=True).tolist()) == {LEFT}
    drawn = networks._predict(seen).tolist()
    assert len(drawn) == 400 and set(drawn) == {LEFT, RIGHT}
    assert 260 < drawn.count(LEFT) < 340  # 300 expected, four standard deviations are 35
    free = networks._predict(observation(*[0] * 400)).tolist()
    assert set(free) == set(range(len(TOY.actions)))


def test_what_is_said_of_actions_taken(networks: JointNetworks) -> None:
    values, log_odds, entropies = networks.evaluate_actions(observation(1, 1), torch.tensor([LEFT, RIGHT]))
    assert values.tolist() == [0.25, 0.25]
    assert log_odds.exp().tolist() == pytest.approx([0.75, 0.25])
    assert entropies.tolist() == pytest.approx([0.5623] * 2, abs=1e-4)  # -(3 ln(3/4) + ln(1/4)) / 4
    assert networks.predict_values(observation(0, 1, 1)).tolist() == [[0.25]] * 3
