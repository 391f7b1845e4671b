"""Everything that asks a language model, and the wiring: practice, solve, evaluate, command line.

``import agent`` offers the names in `__all__`, which are defined where each is at home; a name is loaded when
it is first used. What the functions do is written in `agent.api`.

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
