"""How the embedded judge is trained and measured.

    bank: attempts with their pictures
    calibrating: what scores are worth
    exam: the questions on which a judge is calibrated and measured
    heldout: tasks that the judge is never trained on
    items: questions to a judge
    learning: the network learns from attempts and claims
    lessons: claims with sentences for them
    measuring: how good a judge is
    model: the network in the form in which it is trained
    on_policy: attempts that skills made while the judge was their signal
    playing: play to learn judging from
    plays: episodes as seeds and actions
    pool: the claims that the judge is trained on
    recipe: trains the judge
    reliability_plot: how often it is right where it says so, as a picture
    recording: records attempts of skills that were learned on verdicts
    replay: episodes played again
    segments: attempts cut out of episodes
    showing: explains a verdict on a recorded episode
    states: writes the token states that are shipped
    translating: the translator learns what sentences claim
    variation: attempts that were never played
    wider: the words that only the translator learns from

Not here: the judge itself (`agent.judges.embedded`), practice with a judge (`agent.practice`).
"""
