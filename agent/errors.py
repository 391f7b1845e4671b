"""Errors of the agent layer; all derive from `AgentError`."""


class AgentError(Exception):
    """Base of everything the agent layer raises on purpose."""


class BadConfig(AgentError):
    """A configuration value, preset or override is wrong; the message says which and what is expected."""


class UnknownSuite(AgentError):
    """No evaluation suite of that name."""


class UnknownTask(AgentError):
    """The evaluation suite has no task of that name."""


class LibraryOverlaps(AgentError):
    """A library holds an entry for a task that an evaluation is to show it for the first time."""


class UnknownRun(AgentError):
    """No run, or more than one, fits the name given."""


class UnknownEpisode(AgentError):
    """A run has no recorded episode of that number."""


class RunDamaged(AgentError):
    """A file of a run folder cannot be read; the message names the file and the line."""


class RunBusy(AgentError):
    """Another process is writing to the run."""


class NoReport(AgentError):
    """There is nothing in a run that could be reported yet."""


class NotComparable(AgentError):
    """Two runs have nothing that could be paired; the message says why."""


class NotSteerable(AgentError):
    """The run takes no commands: it is no practice, or no process works on it."""


class UnknownSkillName(AgentError):
    """A practice has no skill of that name."""


class RunNotWritable(AgentError):
    """The folder of runs cannot be written: read-only, or the disk is full."""


class MissingPrerequisite(AgentError):
    """Something that the command needs is not there; the message says what and how to get it."""


class OutOfMemory(MissingPrerequisite):
    """The machine has too little memory for what was asked; what was done before is kept."""


class BadEventList(AgentError):
    """A file with a game's distinct events cannot be read, or speaks of facts that the game does not have."""


class NoPolicyOverSkills(AgentError):
    """No policy over skills was found that does the task; the message says what was wrong with the last."""


class EvaluationFailed(AgentError):
    """Episodes could not be played to their end; what was played stays in the run."""


class OutputFailed(AgentError):
    """The results cannot be written to where they were sent: the disk is full, or worse."""


class NobodyJudges(AgentError):
    """Whether a skill succeeds must be seen, and no judge that looks is to be had."""


class JudgeFooled(AgentError):
    """Too many attempts that a judge called done were not; nothing may be learned from its verdicts."""
