"""Rewards of transitions: by event, by code, by preference, combined per skill.

    code: the designed reward: model-written code
    comparisons: preferences between pairs of events: contradictions, targets and weights
    event: the sparse reward: the skill's effects came true
    mineclip: MineCLIP as a reward, where a person has installed it and names a checkpoint
    preference: the reward of a step by preferences: thresholded, and smaller for repeated events
    preference_fit: fits a reward to preferences: Bradley-Terry with ties, a small network, torch
    preference_model: a reward learned from preferences, on disk and computed with numpy
    reward: the protocol `Reward`
    skill_reward: the reward that a skill is trained on

Not here: asking what is preferred (`agent.preferences`), returns and advantages (`skills.training.ppo`).
"""
