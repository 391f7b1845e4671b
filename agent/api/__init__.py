"""What ``import agent`` offers for scripts and notebooks; the command line calls the same functions.

Keywords are the fields of the configurations in `agent.config`, with their defaults. Everything heavy is
loaded inside the functions.

    callers_script: the script that called us, which worker processes are not to run again
    opened_library: a skill library, opened and verified
    planning: plans, without a game being played
    playing: tasks and suites, played with the skills of a library
    practising: practice
    registration: games of one's own
    settings: keywords of the functions

Not here: the command line (`agent.cli`).
"""

from agent.api.opened_library import Library, open_library
from agent.api.planning import plan, planned_over
from agent.api.playing import evaluate, solve
from agent.api.practising import practice_config, run_practice
from agent.api.registration import register
from agent.api.settings import AskingSettings, EvalSettings, PracticeSettings, SolveSettings

__all__ = [
    "AskingSettings",
    "EvalSettings",
    "Library",
    "PracticeSettings",
    "SolveSettings",
    "evaluate",
    "open_library",
    "plan",
    "planned_over",
    "practice_config",
    "register",
    "run_practice",
    "solve",
]
