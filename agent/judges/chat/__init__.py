"""A chat model as judge: any that sees, or any at all for games that are played on a terminal.

    criteria: what must hold for a claim to be true, asked once a claim
    judge: `ChatJudge`
    protocols: one sample, a majority of several, or a debate before a judge
    views: what the model is shown of an attempt

Not here: how a model is asked, and what stands for a picture in a question (`agent.llm`).
"""
