"""The networks of skills that are trained together: one that is told the skill, or one per skill."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from gymnasium import spaces
from stable_baselines3.common.policies import ActorCriticPolicy, BasePolicy

from envs.rollout.joint import SKILL_SCALE
from skills.training.allowed_actions import FORBIDDEN_LOGIT

State = dict[str, torch.Tensor]

_FIRST_LAYERS = ("mlp_extractor.policy_net.0", "mlp_extractor.value_net.0")


class JointNetworks(BasePolicy):
    """Actor and critic for inputs ``[encoding, skill]``; see `envs.rollout.joint_batch.JointTask`.

    Args:
        observation_space: of encoding and skill together.
        action_space: of the game.
        lr_schedule: learning rate by the share of the training that is left.
        allowed: which actions each skill may take, bool[K, A].
        shared: one network for all skills, which is told the skill; else one per skill, which is not.
        net_arch: sizes of the hidden layers.
        activation_fn: between them.
        optimizer_kwargs: of Adam.
        use_sde: not offered; stable-baselines3 passes False.
    """

    allowed: torch.Tensor

    def __init__(
        self,
        observation_space: spaces.Box,
        action_space: spaces.Discrete,
        lr_schedule: Callable[[float], float],
        *,
        allowed: torch.Tensor,
        shared: bool,
        net_arch: Sequence[int],
        activation_fn: type[torch.nn.Module],
        optimizer_kwargs: dict[str, Any],
        use_sde: bool = False,
    ) -> None:
        super().__init__(observation_space, action_space)
        self.n_skills = len(allowed)
        self.shared = shared
        whole = int(observation_space.shape[0])
        self.encoding_size = whole - self.n_skills
        size = whole if shared else self.encoding_size
        own_space = spaces.Box(-float("inf"), float("inf"), (size,))
        self.members = torch.nn.ModuleList(
            ActorCriticPolicy(
                own_space, action_space, lr_schedule, net_arch=list(net_arch), activation_fn=activation_fn
            )
            for _ in range(1 if shared else self.n_skills)
        )
        self.register_buffer("allowed", allowed, persistent=False)
        self.optimizer = torch.optim.Adam(
            self.members.parameters(), lr=lr_schedule(1), eps=1e-5, **optimizer_kwargs
        )

    def outputs(self, inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits ``float32[n, A]`` and values ``float32[n]`` for ``float32[n, D + K]``."""
        skills = inputs[:, self.encoding_size :].argmax(1)
        if self.shared:
            logits, values = _outputs(self.members[0], inputs)
        else:
            logits = inputs.new_zeros(len(inputs), self.allowed.shape[1])
            values = inputs.new_zeros(len(inputs))
            encodings = inputs[:, : self.encoding_size]
            for skill, member in enumerate(self.members):
                rows = (skills == skill).nonzero()[:, 0]
                if len(rows):
                    some_logits, some_values = _outputs(member, encodings[rows])
                    logits = logits.index_copy(0, rows, some_logits)
                    values = values.index_copy(0, rows, some_values)
        return logits.masked_fill(~self.allowed[skills], FORBIDDEN_LOGIT), values

    def evaluate_actions(
        self, obs: torch.Tensor, actions: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Values, log-probabilities of the actions, and entropies, ``float32[n]`` each."""
        logits, values = self.outputs(obs)
        log_odds = torch.log_softmax(logits, 1)
        taken = log_odds.gather(1, actions.reshape(-1, 1).long())[:, 0]
        return values, taken, -(log_odds.exp() * log_odds).sum(1)

    def predict_values(self, obs: torch.Tensor) -> torch.Tensor:
        """Values ``float32[n, 1]``."""
        return self.outputs(obs)[1][:, None]

    def _predict(self, observation: Any, deterministic: bool = False) -> torch.Tensor:
        logits, _ = self.outputs(observation)
        return logits.argmax(1) if deterministic else torch.softmax(logits, 1).multinomial(1)[:, 0]

    def network_state(self, skill: int) -> State:
        """The network of one skill by itself, for the game's own encoding; see `skills.network`.

        This is exact: the input that tells a shared network the skill is constant, so it becomes part of the
        first layers' biases.
        """
        member = self.members[0 if self.shared else skill]
        state = {name: tensor.detach().clone() for name, tensor in member.state_dict().items()}
        if self.shared:
            for layer in _FIRST_LAYERS:
                weight, size = state[f"{layer}.weight"], self.encoding_size
                state[f"{layer}.bias"] = state[f"{layer}.bias"] + SKILL_SCALE * weight[:, size + skill]
                state[f"{layer}.weight"] = weight[:, :size].clone()
        forbidden = ~self.allowed[skill]
        state["action_net.weight"][forbidden] = 0.0
        state["action_net.bias"][forbidden] = FORBIDDEN_LOGIT
        return state


def _outputs(member: torch.nn.Module, inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    assert isinstance(member, ActorCriticPolicy)
    latent, latent_values = member.mlp_extractor(inputs)
    return member.action_net(latent), member.value_net(latent_values)[:, 0]
