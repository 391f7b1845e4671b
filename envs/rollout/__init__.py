"""Many games, one policy, one set of arrays: what training plays.

    arrays: the arrays of a rollout, private or shared between processes
    batch: some games stepped one after the other, written into arrays
    episode: episodes of practice: starts, rules, ends
    joint: several skills practised in one batch of games: task, director, what stands behind the encoding
    joint_batch: those games: a director chooses the next skill whenever one has ended
    looking: success by looking: which moments of an attempt are judged, and what a verdict ends
    pictured: rewards that look: the latest pictures of every game, shown to a scorer
    starts: draws where a game's next episode starts
    view: what one of the games shows at a moment, for a person who looks on
    vector: many games in workers, a rollout per message

Not here: learning from the arrays (`skills.training`), the workers (`envs.workers`).
"""
