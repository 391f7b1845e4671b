"""From a plan to play: executors of plans and of policies over skills, guards, judges, and what they report.

`plan_executor` and `policy_over_skills` are the two ways to play; both build on `skill_executor`, which runs
skills with `runner`, `guards` and `judge`, and give back a `play_result`.
"""
