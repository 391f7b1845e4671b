"""From a specification to weights: PPO on practice episodes that worker processes play.

- `config`, `spec`: what a training is told, reports and returns; free of torch.
- `train`: one skill; `loop`: any training, with its checkpoints (`checkpoint`) and metrics (`log`).
- `ppo`, `vec_env`: stable-baselines3's PPO on whole rollouts.
- `cues`, `allowed_actions`: what a network does at first, and what it never does.
- `joint`: several skills in one training.
"""
