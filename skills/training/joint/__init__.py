"""Several skills in one training: together inside episodes, or side by side.

- `spec`: what it is told; `train`: the training.
- `director`: which skill is practised next, by model-written code.
- `networks`, `routed_policy`: one network for all or one for each, in torch and in numpy.
- `ppo`: rewards, advantages and successes apart for each skill.
"""
