"""The embedded judge: a small network that reads pictures of Crafter, and compares claims with them.

    arrays: which arrays the weights are made of
    calibration: from raw scores to verdicts
    claims: claims as values
    compare: how likely a claim holds, given what is seen
    describing: what is read off an attempt, as one row of numbers
    errors: errors of the embedded judge
    explaining: what a judge saw, in words
    grammar: claims as rows of symbols
    gru: a gated recurrent unit in numpy
    judge: `EmbeddedJudge`
    layout: where cells of the view lie to each other
    lexicon: the words and sentences in which claims are said
    network: the network, in numpy
    parsing: claims in words read by the sentences of the lexicon
    picture: a picture cut into tiles
    pieces: sentences cut into word pieces
    readable: whether a sentence can be a claim at all
    scoring: how likely a claim holds, before calibration
    sentences: sentences for claims that a model wrote once
    shipped_states: token states of the claims that come with Journeyman
    sight: what can be seen in pictures
    text_encoder: the text encoder MiniLM
    translator: from sentences to the claims that they may make
    weights: the judge on disk
    wording: claims said in words

Not here: how it is trained and measured (`agent.judge_training`), when it is asked (`agent.judges.path`).
"""

from agent.judges.embedded.judge import EmbeddedJudge

__all__ = ["EmbeddedJudge"]
