"""PPO's update written out: the same gradients and the same Adam as torch's, without building a graph.

    adam: one step of Adam over a flat vector
    flat_network: a network's weights and Adam's state as flat vectors, copied from torch and back
    loss: the loss of a batch and its gradient by the outputs
    passes: forward and backward through a network
    split_inputs: the inputs of a rollout: dense columns, and rare numbers without the zeros between them
    update: the update of a `RolloutPPO`
    warm_up: has everything compiled that the update needs

Why: the networks are small and most inputs are zero (of Crafter's 418 numbers about 80 are not), so most of
the time of an ordinary update goes into building and walking graphs and multiplying with zeros. What it
buys is measured by ``python -m agent.bench training``; stable-baselines3's own update is the reference, and
``PPOConfig.update`` chooses.

Everything is computed by one thread, so equal seeds give equal weights whatever else the machine does.

Not here: rollouts, advantages, checkpoints (`skills.training.ppo`, `skills.training.loop`).
"""
