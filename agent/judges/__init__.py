"""Judges that look, and the one path on which every attempt is judged.

    chat: a chat model as judge
    course: which claims speak of the course of an attempt, and not only of its end
    embedded: a small network that reads pictures of Crafter, and compares claims with them
    errors: errors of judges
    opening: opens the judges that a setting names
    path: facts, then the embedded judge, then the chat model, then unclear
    person: a person as judge

Not here: what judges are told, and the judge that compares facts (`planners.execution.judge`); what becomes
of verdicts (`agent.practice`, `agent.solving`).
"""
