"""What a transition is worth: rewards by event, by code, by preference, put together per skill.

    code: the designed reward: model-written code
    comparisons: preferences between pairs of events: opinions, what contradicts itself in them, targets
        and weights
    event: the sparse reward: the skill's effects came true
    preference: the reward of a step that preferences lead to: thresholded, and less for what happened
        before
    preference_fit: fits a reward to preferences between events: Bradley-Terry with ties, a small network,
        torch
    preference_model: A reward learned from preferences: what it is on disk, and how it is computed with
        numpy
    reward: what a reward is: a function of whole batches of transitions, given as fact values
    skill_reward: the reward that a skill is trained on: designed or preferred, a bonus for success, a
        price per step

Not here: asking what is preferred (`agent.preferences`), returns and advantages (`skills.training.ppo`).
"""
