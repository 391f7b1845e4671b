"""A session of practice. Read `agent.practice.loop` first.

    admission: after a trial: admit the skill, give it up, let it wait, or go on practising it
    arenas: where practice can begin: the game's start, and its smaller levels
    chain_choice: which skill begins a chain and which follows: probabilities
    chain_comparison: a chain and the planner from the same states
    chain_notes: what a session remembers of chains
    chain_rehearsal: the effects of a new chain, from executions of the whole
    chain_trial: whether a chain is worth having: rehearsed, tried, compared
    chaining: chains are tried skill by skill from a situation
    comparison: what a comparison of ways of training is told to do, and what it led to
    coverage: how much of the game practice has met
    contribution: how goals are reached with a skill, less how they are reached without it
    curriculum: what to practise next: the frontier of what can be reached, by learning progress
    distilling: one network from the executions of a chain
    executable: which admitted skills may start in a situation
    first_skills: skills that can start where episodes begin
    growth: more tasks while the library grows: when, of whom, and which of them are taken
    joint_stage: joint training of all learned skills, before each is practised by itself
    judged_rates: success rates that a judge counted, corrected for its errors
    judging: skills whose success a judge sees: which these are, who judges, what is made of its errors
    library_marks: what a library held when the session was last saved
    loop: the practice loop, to be read from top to bottom
    monitoring: the monitors within a session, and who is told when a curve turns
    monitors: is practice still worth going on with: three curves, and a warning when one turns
    negatives: attempts that a judge called done falsely, kept to be learned from
    outages: a model that does not answer for a while: what is put off, when it is asked again
    play: jobs within a session: their seeds, and what is kept of each
    preferences: the session's rewards from preferences, learned once per skill if the settings ask for them
    preparation: before the first turn: tasks, claims, arenas, random play, guards
    prerequisites: how much each skill keeps the others out of reach
    progress: what a practice session tells the person who watches it, and three ways to show that
    recorded_play: what play showed of the goals that were pursued with and without each skill
    report: what a practice session led to
    resuming: going on with a run: settings that are its own, and what has changed meanwhile
    retirement: housekeeping of the library: duplicates, and skills that fail or contribute nothing
    roster: what can be executed now: skills, networks, guards; what play shows of them
    session: one session as a value, opened and closed whole
    session_state: budget and progress of every skill, on disk
    situations: how skills did in situations like a given one
    start_states: states to practise a skill in: found in the bank, or played for
    training: one round of training within a session: first weights, length, records
    training_modes: ways of training, compared: one network per skill or one for all, alone or together
        inside an episode
    transfer: first weights of a new skill: those of the admitted skill that does best at it untrained
    trials: executions of a skill in states held out of its training, and their results
    use_statistics: statistics of use: how executions of admitted skills go in practice, trials aside, kept
        in the library

Not here: the questions (`agent.design`), one training (`skills.training`), executing a skill (`agent.play`),
the library (`skills.store`).
"""
