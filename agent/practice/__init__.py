"""A session of practice. Read `agent.practice.loop` first.

    admission: after a trial: admit the skill, give it up, let it wait, or go on practising it
    any_slot: all slots as one, for what is no turn, such as joint training
    arenas: where practice can begin: the game's start, and its smaller levels
    choice: which skill a turn takes, and why: the curriculum's choice, or a person's wish
    baton: held by the one thread that may work on the session
    bar: what a skill must reach to be admitted
    beside: which skill may be practised beside those under way, so that steps are not spent on something else
    chain_notes: what a session remembers of chains
    chains: chains of skills: begun, rehearsed, tried, compared with planning
    comparison: what a comparison of ways of training is told to do, and what it led to
    curriculum: what to practise next: the frontier of what can be reached, by learning progress
    first_skills: skills that can start where episodes begin
    growth: more tasks while the library grows: when, of whom, and which of them are taken
    housekeeping: what is retired, and why
    joint_stage: joint training of all learned skills, before each is practised by itself
    judged: skills whose success a judge sees
    library_marks: what a library held when the session was last saved
    live: what a practice shows of itself while it runs: its state, and a picture now and then
    looked_at: the reward of a skill out of pictures
    loop: the practice loop, to be read from top to bottom
    monitoring: the monitors within a session, and who is told when a curve turns
    monitors: whether practice is still worth going on with: curves, and what they are made of
    outages: a model that does not answer for a while: what is put off, when it is asked again
    panel: a live panel of a practice session
    play: jobs within a session: their seeds, and what is kept of each
    preferences: the session's rewards from preferences, learned once per skill if the settings ask for them
    preparation: before the first turn: tasks, claims, arenas, random play, guards
    prerequisites: how much each skill keeps the others out of reach
    progress: what a practice session tells the person who watches it, and the same as lines
    recorded_play: what play showed of the goals that were pursued with and without each skill
    report: what a practice session led to
    resuming: going on with a run: settings that are its own, and what has changed meanwhile
    roster: what can be executed now: skills, networks, guards; what play shows of them
    session: one session as a value, opened and closed whole
    session_state: budget and progress of every skill, on disk
    situations: how skills did in situations like a given one
    slots: where turns are carried out: this process, or groups of processes, here or on a cluster
    snapshot: what a turn started from, and whether others corrected it meanwhile
    start_states: states to practise a skill in: found in the bank, or played for
    steering: a practice that is paused, stopped, or told what to practise next, while it runs
    training: one round of training within a session: first weights, length, records
    training_modes: ways of training, compared: one network per skill or one for all, alone or together
        inside an episode
    transfer: first weights of a new skill: those of the admitted skill that does best at it untrained
    trial_sample: which executions of a trial are kept to be played again
    trials: executions of a skill in states held out of its training, and their results
    turns: the turns under way, one at a time or side by side
    use_statistics: statistics of use: how executions of admitted skills go in practice, trials aside, kept
        in the library

Not here: the questions (`agent.design`), one training (`skills.training`), executing a skill (`agent.play`),
the library (`skills.store`).
"""
