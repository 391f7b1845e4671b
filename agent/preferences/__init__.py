"""What a reward is learned from: events, how a model grades them, how far that agrees.

    annotator: one question per batch of events and skill: which are good for it; pairs one by one, to
        compare
    event_list: the distinct events of a game; those that are shipped are in `agent/preferences/event_lists/`
    explorer: play without a goal, for what can happen at all
    report: the learned preferences as the documented JSON

Not here: the reward itself (`skills.rewards.preference`), its use in a session
(`agent.practice.preferences`).
"""
