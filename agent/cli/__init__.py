"""The command line, ``journeyman``: one file per command, everything heavy loaded inside the commands.

    __main__: ``python -m agent.cli``
    answers: ``journeyman answers``: packs of recorded answers
    app: the command tree
    compare: ``journeyman compare``: which way of training learns the skills of a game best
    doctor: ``journeyman doctor``: is everything there?
    conversation: asking the person at the terminal
    completion: what a shell may complete: names of games, skills, runs, suites and goals
    ending: runs a command and settles how it ended
    episode_lines: one live line for every episode that is played
    estimates: what may be expected of a plan, in lines
    evaluate: ``journeyman eval``: play an evaluation suite and show the result beside published figures
    failures: errors become a message, an exit code and a document; anything else is a bug and is reported
    judge: ``journeyman judge``: train the embedded judge, measure it, see why it says what it says
    judge_lines: a judge's card, and a verdict explained, as lines for people
    films: ``journeyman runs film``: an episode as a film with captions
    goals: what was typed as a goal, and what was understood
    graph: ``journeyman graph``: show, export and import skill graphs
    options: options that several commands share
    output: results go to stdout, everything else to stderr, nothing past them
    plan: ``journeyman plan``: which skills lead to a goal
    played_in: one line about what is played in place of a game
    practice: ``journeyman practice``: learn skills
    preferences: ``journeyman preferences``: what a model prefers, skill by skill, and the rewards that
        follow from it
    reports: ``journeyman runs report|compare``: what a run came to, and two of them paired
    run_tables: runs as tables, all in a list or one in full
    runs: ``journeyman runs``: list, show and replay what was done
    serve: ``journeyman serve``: skills, practice, replays and results in the browser
    setup_command: ``journeyman setup``: what a game needs beside Journeyman, built in a place of its own
    signals: how a command is stopped
    skill_tables: a skill on the terminal: claims beside beliefs, figures, code
    skills: ``journeyman skills``: look into a skill library, check it, carry skills from one to another
    solve: ``journeyman solve``: carry out a task
    steering: ``journeyman runs pause|resume|stop|queue``: steer a practice that runs
    streams: the standard streams, closed, full or gone
    task_tables: the result of a suite with tasks as tables: each task beside its published figures
    terminal: the only way to a terminal: texts made fit for it, tables fitted into it

Not here: what the commands do: practising (`agent.practice`), solving (`agent.solving`), evaluating
(`agent.evaluation`); the same from Python is `agent.api`.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    0: done. 1: goal not reached. 2: usage or bad input. 3: a prerequisite is missing. 4: nobody
    could say whether it was done. 70: a bug, with its
    traceback in a file. 130: interrupted. 141: nobody read the results to their end. 129, 143: ended by
    SIGHUP, by SIGTERM.

    Args:
        arguments: without the program's name; by default those of this process, which then ends.
    """
    import sys

    try:
        from agent.surroundings import HOME, SEPARATE, hidden_packages

        if hidden := hidden_packages():  # nothing else of ours can be imported then
            found = f"{'; '.join(hidden)}; journeyman's own is in {str(HOME)!r}"
            print(f"journeyman: {found}; {SEPARATE}", file=sys.stderr)
            return 3
        from agent.cli.ending import run
    except KeyboardInterrupt:  # before anything listens to signals
        print("journeyman: interrupted", file=sys.stderr)
        return 130
    return run(sys.argv[1:] if arguments is None else arguments, to_the_end=arguments is None)
