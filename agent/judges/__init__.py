"""Judges that look, and the one path on which every attempt is judged.

    asking_all: several attempts put to a judge at once
    attempts: attempts of a training shown to a judge, with checks of its verdicts
    by_facts: facts in a judge's place, for studies
    chat: a chat model as judge
    course: which claims speak of the course of an attempt, and not only of its end
    deferring: keeps what a judge is unsure of, for somebody who is asked elsewhere
    draws: draws that belong to an attempt, the same at every look at it
    embedded: a small network that reads pictures of Crafter, and compares claims with them
    errors: errors of judges
    noisy: a judge made worse on purpose, for studies
    opening: opens the judges that a setting names
    path: facts, then the embedded judge, then the chat model, then unclear
    person: a person as judge
    recipe: how the judge of practice is made, in whatever process needs it
    refit_head: a small head that tells real successes from what a judge took for them
    refitting: what fooled a judge is shown to it again, and it is refitted once
    spot_checks: a second judge that looks at some of what the first one calls done

Not here: what judges are told, and the judge that compares facts (`planners.execution.judge`); what becomes
of verdicts (`agent.practice`, `agent.solving`).
"""
