"""What a transition is worth.

- `reward`: the protocols; `skill_reward`: the reward of a skill, put together.
- `event`: its effects came true; `code`: what is designed; `combine`: weighted sums.
- `comparisons`, `preference_fit`, `preference_model`, `preference`: from preferences to a reward.
"""
