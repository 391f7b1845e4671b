"""PPO's update written out: the same gradients and the same Adam as torch's, without building a graph.

    adam: one step of Adam over a flat vector
    flat_network: a network's weights and Adam's state as flat vectors, copied from torch and back
    gradient: the loss of a batch and its gradient
    sparse_rows: the inputs of a rollout without their zeros, and the first layer on them
    update: the update of a `RolloutPPO`

Why: the networks are small and most inputs are zero (of Crafter's 418 numbers about 80 are not), so most of
the time of an ordinary update goes into building and walking graphs and multiplying with zeros. What it
buys is measured by ``python -m agent.bench training``; stable-baselines3's own update is the reference, and
``PPOConfig.update`` chooses.

Not here: rollouts, advantages, checkpoints (`skills.training.ppo`, `skills.training.loop`).
"""
