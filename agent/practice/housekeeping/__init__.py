"""What is retired from a library, and why.

    contribution: how goals are reached with a skill, less how they are reached without it
    retirement: housekeeping of the library: duplicates, and skills that fail or contribute nothing

Not here: what play showed of goals (`agent.practice.recorded_play`), bringing a skill back (`skills.store`).
"""
