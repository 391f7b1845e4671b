"""Fakes for tests of games, skills and models: nothing here asks a model, and little of it trains.

`model` has a chat model that says what it was told to say, `abilities` skills that come with all answers a
session asks for, `pools` a pool that plays nothing, and `toy` three skills of the toy game that need no
training. Imported by tests and benchmarks, and by those of whoever adds a game (docs/add-a-game.md).
"""
