"""The command line, ``journeyman``: one file per command, everything heavy loaded inside the commands.

    __main__: ``python -m agent.cli``
    app: the command tree
    compare: ``journeyman compare``: which way of training learns the skills of a game best
    doctor: ``journeyman doctor``: is everything there?
    evaluate: ``journeyman eval``: play an evaluation suite and show the result beside published figures
    failures: errors of the project become a message and an exit code; anything else is a bug and keeps its
        traceback
    goals: what was typed as a goal, and what was understood
    graph: ``journeyman graph``: show, export and import skill graphs
    options: options that several commands share
    output: results go to stdout, everything else to stderr
    plan: ``journeyman plan``: which skills lead to a goal
    practice: ``journeyman practice``: learn skills
    preferences: ``journeyman preferences``: what a model prefers, skill by skill, and the rewards that
        follow from it
    runs: ``journeyman runs``: list, show and replay what was done
    skills: ``journeyman skills``: look into a skill library, check it, carry skills from one to another
    solve: ``journeyman solve``: carry out a task
    task_tables: the result of a suite with tasks as tables: each task beside its published figures

Not here: what the commands do: practising (`agent.practice`), solving (`agent.solving`), evaluating
(`agent.evaluation`); the same from Python is `agent.api`.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    0: done. 1: goal not reached. 2: usage or bad input. 3: a prerequisite is missing. 130: interrupted.
    """
    import sys

    from agent.cli.app import app
    from agent.cli.failures import explain

    try:
        app(list(arguments) if arguments is not None else None, prog_name="journeyman")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except Exception as error:
        failure = explain(error)
        if failure is None:
            raise
        print(f"journeyman: {failure.message}", file=sys.stderr)
        return failure.exit_code
    return 0
