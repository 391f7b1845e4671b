"""From a specification to the weights of one skill: PPO over whole rollouts.

    allowed_actions: networks that take only a skill's actions
    checkpoint: a training's state on disk
    config: settings of a training: PPO, weights of the reward's parts
    cues: networks that begin by following what the encoding points at
    joint: several skills in one training, one after the other inside an episode or side by side
    log: `metrics.jsonl` and TensorBoard files
    loop: one training under way: updates, checkpoints, the way back when it diverges
    ppo: stable-baselines3's PPO, fed with whole rollouts
    spec: what a training is told and returns; free of torch
    train: `train_skill`: practice, updates, checkpoints, one policy file
    vec_env: the games with a reward, as stable-baselines3 wants them

Not here: when and from which states a skill is trained (`agent.practice.training`), playing the rollouts
(`envs.rollout`), networks in play (`skills.network`).
"""
