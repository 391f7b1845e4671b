"""Run folders: what was done, flushed line by line, with secrets blanked.

    clock: the time of day, running on evenly when the machine's clock is set
    commands: commands to a practice that runs, as files in its folder
    course: how a run went: resumed, broken off, waiting for its model
    endings: why an episode ended, in words
    episodes: the episodes of a run that can be played again
    growth_record: what a run says of its growth: proposals, and the curves of the monitors
    journal: append-only JSON lines that survive a kill
    outcomes: how often a goal was reached in play
    reached: rates that come with a library: how often its skills reached goals
    redaction: keeps secrets out of what is written and shown
    replay: a run, told again
    runs: run folders
    sentences: what a practice session wrote down, in words
    spellings: secrets in other spellings
    summary: a run in a few words: what it was for, how long it took, what came of it
    tail: the growing end of a journal, for readers that look on
    timeline: an episode along its moments: skills, plans, what stands out

Not here: recorded episodes (`envs.recording`), answers of a model (`agent.llm.answer_log`), libraries
(`skills.store`).
"""
