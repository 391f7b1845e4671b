"""A session of practice. Read `agent.practice.loop` first: it is the whole of it.

    admission: after a trial: admit the skill, give it up, let it wait, or go on practising it
    arenas: where practice can begin: the game's start, and its smaller levels
    curriculum: what to practise next: the frontier of what can be reached, by learning progress
    joint_stage: practice that begins together: all learned skills in one training, before each is
        practised by itself
    loop: the practice loop, to be read from top to bottom
    play: pieces of play within a session: their seeds, and what every one of them leaves behind
    preferences: A session's preferences: learned once per skill, when the session's settings ask for them
    preparation: before the first turn: tasks, claims, arenas, random play, guards
    progress: what a practice session tells the person who watches it, and three ways to show that
    report: what a practice session led to
    roster: what can be executed now: skills, networks, guards; what play shows of them
    session: one session as a value, opened and closed whole
    session_state: budget and progress of every skill, on disk
    start_states: states to practise a skill in: found in the bank, or played for
    training: one round of training within a session: from which weights, for how long, and what is written
        of it
    training_modes: ways of training, compared: one network per skill or one for all, alone or together
        inside an episode
    transfer: where a new skill's weights start: with the admitted skill whose network does best at it
        untrained
    trials: trials: executing a skill in states that it was never trained in, and what came of that
    use_statistics: statistics of use: how executions of admitted skills go in practice, trials aside, kept
        in the library

Not here: the questions (`agent.design`), one training (`skills.training`), executing a skill (`agent.play`),
the library (`skills.store`).
"""
