"""What the package `minedojo` says of Minecraft, in one compact file: items, recipes, programmatic tasks.

    build: writes the file anew from an unpacked package
    package: reads the package's files, without importing it
    phrases: tasks by their ids and by the words that people type
    table: the catalogue and the rows of its file

Not here: what blocks and mobs drop, which the package does not say (`envs.minecraft.sources`).
"""
