"""PPO for one skill or several: from a specification to weights.

    advantages: advantages of a rollout's actions
    assignment: a training as it is handed to whoever carries it out
    allowed_actions: networks limited to a skill's actions
    checkpoint: a training's state on disk
    cloning: behaviour cloning: a network from what others did
    config: settings of a training: PPO, weights of the reward's parts
    cues: initial weights that follow the cues in the encoding
    joint: several skills in one training
    lean: PPO's update written out
    log: `metrics.jsonl` and TensorBoard files
    host: a training in a worker, which tells how it stands
    loop: one training: updates, checkpoints, rolling back when it diverges
    ppo: stable-baselines3's PPO, fed with whole rollouts
    spec: specifications and results of trainings, without torch
    terminator: a skill's termination, as workers open it
    train: `train_skill`
    vec_env: the games with a reward, as a `VecEnv` of stable-baselines3

Not here: when and from which states a skill is trained (`agent.practice.training`), playing the rollouts
(`envs.rollout`), networks in play (`skills.network`).
"""
