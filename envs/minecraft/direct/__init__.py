"""Minecraft's game over the block world, without the package `minedojo` in between.

    actions: what each action does, in as many ticks as it takes
    aiming: where to look; compiled
    body: the player's body as Python moves it
    calls: the compiled functions that Python plays with
    caption: the moment in words
    encoding: the policy's input; compiled
    frontier: where unseen land is looked for; compiled
    goals: what is headed for; compiled
    kinds: numbers of what is looked for
    layout: where everything stands in the encoding
    looking: what a look shows; compiled
    memory: what the player remembers, as a record
    nearest: the nearest of everything remembered; compiled
    place_costs: what it costs to be at a place; compiled
    remembering: the remembered map; compiled
    saved: a game as bytes
    searching: room for one search for a way; compiled
    telling: the facts; compiled
    tools: the tool for each block; compiled
    building: putting down what is carried to build with
    fighting: striking mobs, and running from those that blow up
    picking_up: picking up what lies about
    sheltering: closing oneself in, and waiting there
    walking: following a way
    warm_up: what is compiled before the game is first played
    way: ways through the remembered map; compiled

Not here: the world (`envs.minecraft.world`), the vocabulary (`envs.minecraft.facts`, `envs.minecraft.spec`).
"""
