"""Skills whose success a judge sees.

    judging: skills whose success a judge sees: which these are, who judges, what is made of its errors
    negatives: attempts that a judge called done falsely, kept to be learned from
    rates: success rates that a judge counted, corrected for its errors
    witnesses: the pictures that verdicts rest on: a few are kept
    second_look: a chat model or a person looks at what the embedded judge is unsure of

Not here: the judges (`agent.judges`).
"""
