"""Minecraft's claims and plans held against its recipes, in a world without space and time.

    __main__: ``python -m agent.symbolic plans`` and ``claims``
    carrying: plans carried out, and made anew where something is lacking
    damaging: claims made wrong on purpose, to see what play mends
    operations: what each claimed skill sets out to do in that world
    practising: claims tried out, every execution being evidence
    report: what is measured, as JSON and as text
    tasks: MineDojo's tasks and Plan4MC's forty
    truth: precision and recall of claims against the recipes

Not here: the world itself (`envs.minecraft.symbolic`), its recipes (`envs.minecraft.catalogue`).
"""
