"""Everything that asks a model, and the wiring: an agent that teaches itself games.

    api: what `import agent` offers: practice, solve, plan, evaluate, open a library, register a game
    bench: what things cost: ``make bench``
    cli: the command line, ``journeyman``: one file per command, everything heavy loaded inside the
        commands
    config: frozen configurations, presets, typed overrides
    design: one file per question about skills, with the check that its answer must pass
    cluster_doctor: what a cluster of Ray has, node by node
    doctor: is everything there?
    errors: errors of this layer
    evaluation: suites of episodes on evaluation seeds, with intervals, beside published figures
    films: films of recorded episodes, with captions
    finding: one finding of the doctor: how something is, and what to do
    judges: judges that look, and the path on which attempts are judged
    judge_training: how the embedded judge is trained and measured
    likeness: how alike two tasks are, by their words and by what they bring
    llm: the model that is asked: live or recorded, with typed replies, caps and records
    machine: the doctor's checks of the machine: folders, room, memory, open files, processes
    minecraft_doctor: the doctor's checks of what MineDojo needs
    person: a person in the seat of a model
    play: a library opened for play: everything needed to execute skills, here or in worker processes
    practice: a session of practice
    preferences: what a reward is learned from: events, how a model grades them, how far that agrees
    records: run folders: what was done, flushed line by line, with secrets blanked
    solving: one task that a person names, carried out with the skills of a library
    stats: intervals and scores
    symbolic: Minecraft's claims and plans against its recipes; ``python -m agent.symbolic``
    studies: what is compared over hours: judges' errors, libraries that grow; ``python -m agent.studies``
    surroundings: what every command needs of the place it is started in
    testing: stand-ins for tests of your own games and skills: a scripted model, a pool that plays in this
        process
    web: pages: the skill graph, live practice, replays, reports

Not here: games (`envs`), learning (`skills`), planning (`planners`); none of them asks a model.

From Python, it is used like this:

>>> import agent
>>> agent.plan("log=2", graph="tests/planners/tech_tree.yaml").steps
('tree_nearby', 'log', 'tree_nearby', 'log')
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.api import Library, evaluate, open_library, plan, register, run_practice, solve
    from agent.evaluation.evaluate import EvalReport
    from agent.practice.report import PracticeReport
    from agent.solving.solve import SolveReport
    from envs.registry import GameEntry
    from planners.plan import Goal, Plan

    __version__: str

__all__ = [
    "EvalReport",
    "GameEntry",
    "Goal",
    "Library",
    "Plan",
    "PracticeReport",
    "SolveReport",
    "__version__",
    "evaluate",
    "open_library",
    "plan",
    "register",
    "run_practice",
    "solve",
]

_ELSEWHERE = {
    "EvalReport": "agent.evaluation.evaluate",
    "GameEntry": "envs.registry",
    "Goal": "planners.plan",
    "Plan": "planners.plan",
    "PracticeReport": "agent.practice.report",
    "SolveReport": "agent.solving.solve",
}
"""Name -> module, for names that are not at home in `agent.api`."""

if not TYPE_CHECKING:  # type checkers read the imports above, and refuse any other name

    def __getattr__(name):
        if name not in __all__:
            raise AttributeError(f"module 'agent' has no attribute {name!r}")
        if name == "__version__":
            from importlib.metadata import version

            value = version("journeyman")
        else:
            from importlib import import_module

            value = getattr(import_module(_ELSEWHERE.get(name, "agent.api")), name)
        globals()[name] = value
        return value

    def __dir__():
        return sorted({*globals(), *__all__})
