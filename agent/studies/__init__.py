"""Studies: what is compared over hours, in parts that are each kept as soon as they are done.

    __main__: ``python -m agent.studies``: run a study, go on with one, or show what it has so far
    bootstrapping: libraries that grow by chains, at random, or by more practice of what they have
    commands: practice and evaluations as processes of their own, begun or gone on with
    growth: how a library grew in a run: what was admitted when, what was tried in vain, where time went
    judge_errors: what a judge's errors cost the skills that are practised on its verdicts
    kills: a practice with slots that is killed again and again, and whether the counts add up
    ledger: results of a study on disk, one line per part
    minecraft: tasks of Minecraft, MineDojo's or Plan4MC's, carried out in the block world
    one_skill: one skill trained with one judge, and tried with facts
    reached: how often a library's skills reach goals, kept beside the library
    side_by_side: libraries practised with several slots, and with one
    slots: what up to 64 slots would bring, on paper
    states: states in which a skill can be practised
    tables: results as tables
    unattended: one long session, ended and resumed several times

Not here: measuring speed (`agent.bench`), evaluations of one library (`agent.evaluation`).
"""
