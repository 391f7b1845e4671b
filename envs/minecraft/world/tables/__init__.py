"""The block world's figures: what it takes over from Minecraft 1.11.2, and what it does otherwise.

biomes: how high, how wet, what grows there
blocks: hardness, tools, looks, numbers
drops: what a block leaves when it is dug
figures: one figure beside that of 1.11.2
gear: tools, armour, food
items: items by number
materials: what blocks are made of
mobs: life, blows, speed, behaviour
ores: how many lodes, how large, how deep
pages: all of it as tables of `docs/block-world.md`
parameters: every other figure, with its source

Not here: recipes and how often tools can be used (`envs.minecraft.catalogue`).
"""
