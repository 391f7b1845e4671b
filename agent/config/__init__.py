"""What a command is told to do: frozen configurations, presets in TOML, typed overrides.

    asking: how a live model is asked; part of every configuration under which one may be
    changing: settings changed: by texts from a command line, by values, by a preset
    checks: what values of settings must be, in words that say what to write instead
    evaluation: settings under which a suite is played
    practice: settings of practice
    recorded: settings as they are written down, also those of older versions
    solve: settings under which one task is carried out
    values: values of settings as people and files write them, cast to their types

Not here: settings of training (`skills.training.config`), options of the command line (`agent.cli.options`).
"""

from agent.config.asking import AskingConfig
from agent.config.changing import PRESETS, override, preset, read_assignments, replace
from agent.config.checks import MOST, MOST_OF_ANYTHING
from agent.config.evaluation import EvalConfig
from agent.config.practice import CURRICULA, REWARDS, PracticeConfig
from agent.config.recorded import config_hash, from_record, to_record
from agent.config.solve import SolveConfig

__all__ = [
    "CURRICULA",
    "MOST",
    "MOST_OF_ANYTHING",
    "PRESETS",
    "REWARDS",
    "AskingConfig",
    "EvalConfig",
    "PracticeConfig",
    "SolveConfig",
    "config_hash",
    "from_record",
    "override",
    "preset",
    "read_assignments",
    "replace",
    "to_record",
]
