"""What a command is told to do: frozen configurations, presets in TOML, typed overrides.

>>> override(SolveConfig(task="collect wood"), ["episodes=2e1"]).episodes
20
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

from agent.config_values import GameOptions, Paths, cast_all
from agent.errors import BadConfig
from envs.errors import did_you_mean
from envs.reading import why_unreadable
from envs.text import brief
from envs.workers.cores import core_count
from skills.chains.parts import MOST_PARTS
from skills.files import json_bytes
from skills.training.config import UPDATES

PRESETS = Path(__file__).parent / "presets"
"""Folder of the shipped presets, ``<command>.<name>.toml``."""

_DataclassT = TypeVar("_DataclassT")


MOST = {"workers": 1_024, "episodes": 1_000_000, "propose_count": 50}
"""The largest values that are of any use; more would fill the machine before anything is played."""

MOST_OF_ANYTHING = 10**12
"""The largest value of all other numbers."""

MOST_AT_ALL = 2**64
"""The largest value of seeds and caps."""

PROPOSERS = ("auto", "none", "pool", "model", "ask")
"""Who is asked for more tasks while the library grows, besides files of pools."""

PRACTICE_JUDGES = ("auto", "embedded", "chat", "ask", "facts")
"""Who says in a practice whether a task is done that no fact states."""

CURRICULA = ("progress", "uniform", "needs")
"""What decides which skill is practised next."""

REWARDS = ("code", "preference", "both")
"""What a skill may be trained on, besides a bonus for its success."""


CHAINING = ("none", "bootstrap", "random")
"""How chains of skills are tried in practice."""


def _require_positive(config: object, **units: str) -> None:
    """Raise `BadConfig` unless every field named is above zero; the unit says what it counts."""
    for name, unit in units.items():
        value = getattr(config, name)
        what, _, example = unit.partition("|")
        if not 0 < value < math.inf:
            raise BadConfig(f"{name} is {brief(value)}; expected a positive number of {what}, e.g. {example}")
        most = MOST.get(name, MOST_OF_ANYTHING)
        if value > most:
            raise BadConfig(f"{name} is {brief(value)}; expected at most {most:,} {what}, e.g. {example}")


_OPTIONS = {"seed": "--seed 1", "max_usd": "--max-usd 1"}
"""Options of all commands for settings that may be zero; others have one of ``solve``, or ``--set``."""


def _require_not_negative(config: object, *names: str) -> None:
    for name in names:
        value = getattr(config, name)
        if value is not None and not 0 <= value < math.inf:
            hint = f"--set {name}=1" if isinstance(config, PracticeConfig) else "--max-judge-calls 1"
            hint = _OPTIONS.get(name, hint)
            raise BadConfig(f"{name} is {brief(value)}; expected zero or more, e.g. {hint}")
        if value is not None and value > MOST_AT_ALL:
            raise BadConfig(f"{name} is {brief(value)}; expected at most {MOST_AT_ALL:,}")


def _require_one_of(config: object, **choices: tuple[str, ...]) -> None:
    for name, known in choices.items():
        value = getattr(config, name)
        if value not in known:
            hint = did_you_mean(value, known, f"expected {' or '.join(known)}")
            raise BadConfig(f"{name} is {brief(value)}{hint}")


def _require_shares(config: object, *names: str) -> None:
    for name in names:
        if not 0 <= getattr(config, name) <= 1:
            raise BadConfig(f"{name} is {brief(getattr(config, name))}; expected a share from 0 to 1")


def _require_text(config: object, *names: str) -> None:
    for name in names:
        if not getattr(config, name).strip():
            raise BadConfig(f"{name} is {getattr(config, name)!r}; expected a text that is not empty")


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingConfig:
    """How a live model is asked; part of every configuration under which one may be."""

    max_output_tokens: int = 8192
    """Longest reply of a live model in tokens, its thoughts included."""
    context_tokens: int | None = None
    """Context of a live model in tokens, question and reply together; None for what its server has."""
    reply_timeout_s: float = 300.0
    """Seconds that a live model may take for a whole reply."""
    max_reply_bytes: int = 8_000_000
    """Bytes of a live model's reply that are read at most."""
    max_judge_calls: int = 100
    """Calls of a live model on judging by looking in one run; beyond it attempts are unclear."""

    def __post_init__(self) -> None:
        """Raise `BadConfig` when a value makes no sense."""
        _check_asking(self)


_LONGEST_REPLY_S = 604_800


def _check_asking(config: AskingConfig) -> None:
    _require_positive(
        config,
        max_output_tokens="tokens|--max-output-tokens 8192",
        reply_timeout_s="seconds|--reply-timeout 300",
        max_reply_bytes="bytes|--max-reply-bytes 8000000",
    )
    _require_not_negative(config, "max_judge_calls")
    if config.reply_timeout_s > _LONGEST_REPLY_S:
        raise BadConfig(
            f"reply_timeout_s is {config.reply_timeout_s!r}; expected at most {_LONGEST_REPLY_S:,} seconds "
            "(a week), e.g. --reply-timeout 300"
        )
    if config.context_tokens is not None:
        _require_positive(config, context_tokens="tokens|--context-tokens 32768")


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeConfig(AskingConfig):
    """One practice session: an agent proposes, trains, judges and admits skills."""

    game: str = "crafter"
    """Registry name of the game."""
    library: Path = Path("library")
    """Folder that holds the skill libraries, one folder per game."""
    llm: str = "recorded"
    """``recorded``, ``provider:model``, an OpenAI-compatible URL, or a GGUF file."""
    budget_steps: int = 600_000
    """Game steps that may be spent, training and tests together."""
    minutes: float = 18.0
    """Wall-clock minutes that may be spent."""
    seed: int = 0
    """Every random choice of the session follows from it."""
    resume: str | None = None
    """Name (or unique beginning) of a run to go on with."""
    runs_dir: Path = Path("runs")
    """Folder that holds the run folders."""
    round_steps: int = 32_000
    """Game steps of one round of training a skill; more for games in which everything takes long."""
    max_calls: int = 200
    """Questions that may be put to a live model; recorded answers are not counted."""
    max_tokens: int = 2_000_000
    """Tokens in and out that a live model may use."""
    max_usd: float | None = None
    """Money that a live model may cost, US dollars; None for no cap of its own."""
    workers: int = field(default_factory=core_count)
    """Threads or processes that step games side by side; processes for trials."""
    reward: str = "code"
    """What learned skills are trained on: a model's ``code``, a model's ``preference``, or ``both``."""
    game_options: GameOptions = field(default_factory=dict)
    """Arguments of the game, see `envs.game_options`; plain values by name."""
    training: str = "separate"
    """``separate``: each skill from its own states; ``joint``: before that, all of them inside episodes."""
    networks: str = "shared"
    """In joint training: one network, ``shared`` by all skills and told the skill, or one ``per_skill``."""
    update: str = "lean"
    """Who computes PPO's gradients: ``lean``, our own code, or ``stable-baselines3``, three times slower."""
    proposer: str = "auto"
    """Who proposes more tasks once nothing new is within reach: the game's recorded ``pool``, a pool's JSON
    file, the ``model``, ``none``, or ``auto``: the model if it is live, else the pool if there is one."""
    propose_every: int = 0
    """Turns after which more tasks are asked for though there are some left; 0 waits until there are none."""
    propose_count: int = 3
    """Tasks asked for at a time."""
    curriculum: str = "progress"
    """What is practised next: what is tried least and learned fastest (``progress``), anything within reach
    (``uniform``), or what is learned and keeps most other tasks out of reach (``needs``)."""
    retirement: bool = True
    """Whether skills that add nothing are retired: duplicates, those that fail, those that do not help."""
    most_producers: int = 4
    """Skills that a plan may choose among for each fact, the cheapest by what they do; 1 or more."""
    overlap: bool = False
    """Whether the next rollout is played while the latest is learned from, with weights one update old."""
    success: str = "facts"
    """``facts`` tell success wherever they state it; ``judge``: for all skills, a judge that looks."""
    judged_skills: tuple[str, ...] = ()
    """Skills for which a judge tells success though facts state it; those that none states always are."""
    judge: str = "auto"
    """Who looks: ``embedded``, the embedded judge; ``chat``: in trials, the chat model at what that one
    leaves unclear; ``ask``: you; ``auto``: as ``chat`` where the model of ``llm`` sees; ``facts``: nobody,
    or, to study what errors cost, facts in its place. In trainings the embedded judge alone looks."""
    false_done: float = 0.0
    """Share of failures that the judge is made to call done, 0..1, to study what that costs."""
    missed: float = 0.0
    """Share of successes that the judge is made to call not done, 0..1."""
    spot_checks: float = 0.2
    """Share of attempts whose success a second judge must confirm, 0..1."""
    audits: float = 0.05
    """Share of the judge's verdicts of "done" that are checked with facts where there are any, 0..1."""
    chaining: str = "none"
    """How chains of skills are tried: ``none``, ``bootstrap`` (plausible, likely to work) or ``random``."""
    chain_share: float = 0.1
    """Share of the game steps that chains may take, above 0 to 1."""
    distil_chains: bool = False
    """Whether one network learns from the executions of each admitted chain, and is tried in its place."""
    longest_chain: int = 4
    """Skills in a chain, at most; lengths are drawn evenly from 2 to this."""
    live: bool = True
    """Whether the run keeps a picture and its state for those who look on, at most every two seconds."""
    plausibility_weight: float = 0.5
    """What the next skill of a chain is chosen by: 0 measured success alone, 1 plausibility alone."""

    def __post_init__(self) -> None:
        """Raise `BadConfig` when a value makes no sense."""
        _check_asking(self)
        _require_text(self, "game", "llm")
        _check_chaining(self)
        _require_one_of(
            self,
            training=("separate", "joint"),
            networks=("shared", "per_skill"),
            update=UPDATES,
            curriculum=CURRICULA,
        )
        _require_one_of(self, success=("facts", "judge"))
        _check_practice_judge(self.judge)
        _require_shares(self, "false_done", "missed", "spot_checks", "audits")
        if self.proposer not in PROPOSERS and not self.proposer.endswith(".json"):
            hint = did_you_mean(
                self.proposer, PROPOSERS, f"expected {', '.join(PROPOSERS)}, or a pool's .json file"
            )
            raise BadConfig(f"proposer is {brief(self.proposer)}{hint}")
        if self.reward not in REWARDS:
            raise BadConfig(f"reward is {self.reward!r}; expected one of {', '.join(REWARDS)}")
        _require_positive(
            self,
            budget_steps="game steps|--budget-steps 200000",
            minutes="minutes|--minutes 18",
            round_steps="game steps|--set round_steps=32000",
            most_producers="skills|--set most_producers=4",
            workers="worker processes|--workers 2",
            propose_count="tasks|--set propose_count=3",
            max_calls="calls|--max-calls 200",
            max_tokens="tokens|--max-tokens 2000000",
        )
        _require_not_negative(self, "seed", "max_usd", "propose_every")


def _check_practice_judge(judge: str) -> None:
    if judge not in PRACTICE_JUDGES:
        hint = did_you_mean(judge, PRACTICE_JUDGES, f"expected one of {', '.join(PRACTICE_JUDGES)}")
        raise BadConfig(f"judge is {brief(judge)}{hint}")


def _check_chaining(config: PracticeConfig) -> None:
    _require_one_of(config, chaining=CHAINING)
    if not 0 < config.chain_share <= 1:
        raise BadConfig(
            f"chain_share is {config.chain_share!r}; expected a share above 0 and at most 1, e.g. "
            "--set chain_share=0.1; for no chains --set chaining=none"
        )
    if not 2 <= config.longest_chain <= MOST_PARTS:
        raise BadConfig(
            f"longest_chain is {config.longest_chain!r}; expected 2 to {MOST_PARTS} skills, e.g. "
            "--set longest_chain=4"
        )
    if not 0 <= config.plausibility_weight <= 1:
        raise BadConfig(
            f"plausibility_weight is {config.plausibility_weight!r}; expected 0 to 1, e.g. "
            "--set plausibility_weight=0.5"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveConfig(AskingConfig):
    """Carry out one task with the skills of a library, on fresh evaluation seeds."""

    task: str
    """The goal, in words or as a fact name."""
    game: str = "crafter"
    """Registry name of the game."""
    library: Path = Path("library")
    """Folder that holds the skill libraries, one folder per game."""
    episodes: int = 1
    """Episodes to play, each on its own seed."""
    seed: int = 0
    """The block of evaluation seeds; episode i plays `envs.seeding.evaluation_seed(seed, i)`."""
    max_steps: int | None = None
    """Game steps per episode; None for the game's own length."""
    record: bool = False
    """Whether frames are kept as a film in the run's media folder."""
    llm: str = "recorded"
    """Asked only when the task's words match no fact, skill or alias."""
    judge: str = "auto"
    """Which judge says when a task is done that no fact states, see `agent.judges.opening`."""
    runs_dir: Path = Path("runs")
    """Folder that holds the run folders."""
    workers: int = field(default_factory=core_count)
    """Processes that play episodes side by side."""
    game_options: GameOptions = field(default_factory=dict)
    """Arguments of the game, see `envs.game_options`; plain values by name."""

    def __post_init__(self) -> None:
        """Raise `BadConfig` when a value makes no sense."""
        _check_asking(self)
        _require_text(self, "task", "game", "llm", "judge")
        _require_positive(self, episodes="episodes|--episodes 20", workers="worker processes|--workers 2")
        if self.max_steps is not None:
            _require_positive(self, max_steps="game steps|--max-steps 2000")
        _require_not_negative(self, "seed")


@dataclass(frozen=True, slots=True, kw_only=True)
class EvalConfig(AskingConfig):
    """Play one evaluation suite."""

    suite: str
    """Name of the suite, see `agent.evaluation.suites`, or the path of a suite's file."""
    suite_sha256: str = ""
    """Of the suite's file, so that a run can tell that it changed."""
    library: Path = Path("library")
    """Folder that holds the skill libraries, one folder per game."""
    more_libraries: Paths = ()
    """Further libraries that the tasks are played with, on the same seeds."""
    mode: str = ""
    """How tasks are carried out, see `agent.evaluation.suites.suite.MODES`; empty for the suite's own way."""
    wordings: str = "own"
    """``own``: tasks are given in their own words; ``held-out``: in other words, in turn."""
    judge: str = "auto"
    """Which judge says when a task is done that no fact states, see `agent.judges.opening`."""
    llm: str = "recorded"
    """Asked which skills do a task that no fact states."""
    episodes: int = 50
    """Episodes to play, of each task if there are any, each on its own seed; compare at equal counts."""
    seed: int = 0
    """The block of evaluation seeds; episode i plays `envs.seeding.evaluation_seed(seed, i)`."""
    baseline: str | None = None
    """``random`` plays uniformly random actions through the same protocol; None plays the agent."""
    task: str | None = None
    """The only task to play; None for all tasks of the suite."""
    seeds: str = "evaluation"
    """``evaluation``, or ``practice`` to try things out on seeds that no evaluation uses."""
    resume: str | None = None
    """Name (or unique beginning) of a run to go on with; episodes it has are not played again."""
    runs_dir: Path = Path("runs")
    """Folder that holds the run folders."""
    workers: int = field(default_factory=core_count)
    """Processes that play episodes side by side."""

    def __post_init__(self) -> None:
        """Raise `BadConfig` when a value makes no sense."""
        _check_asking(self)
        _require_text(self, "suite", "judge", "llm")
        _require_positive(self, episodes="episodes|--episodes 50", workers="worker processes|--workers 2")
        _require_not_negative(self, "seed")
        if self.baseline not in (None, "random"):
            raise BadConfig(f"baseline is {self.baseline!r}; expected 'random' or nothing")
        if self.wordings not in ("own", "held-out"):
            raise BadConfig(f"wordings is {self.wordings!r}; expected 'own' or 'held-out'")
        if self.seeds not in ("evaluation", "practice"):
            raise BadConfig(f"seeds is {self.seeds!r}; expected 'evaluation' or 'practice'")

    @property
    def libraries(self) -> tuple[Path, ...]:
        """All libraries that are played with."""
        return (self.library, *self.more_libraries)


def override(config: _DataclassT, assignments: Iterable[str]) -> _DataclassT:
    """A copy of `config` with ``key=value`` texts applied, each cast to its field's type.

    Raises:
        BadConfig: an assignment without ``=``, an unknown key, or a value that the type cannot hold
            without loss.
    """
    return replace(config, read_assignments(assignments))


def read_assignments(assignments: Iterable[str]) -> dict[str, str]:
    """``key=value`` texts as texts by key; the last of a key counts. Raises `BadConfig`, see `override`."""
    values = {}
    for assignment in assignments:
        key, equals, text = assignment.partition("=")
        if not equals:
            raise BadConfig(f"override {assignment!r} has no '='; expected key=value, e.g. budget_steps=2e5")
        values[key.strip()] = text.strip()
    return values


def replace(config: _DataclassT, values: Mapping[str, Any]) -> _DataclassT:
    """A copy of `config` with `values` cast and put in. Raises `BadConfig`, see `override`."""
    return dataclasses.replace(config, **cast_all(type(config), values))  # type: ignore[type-var]


def preset(command: str, name: str) -> dict[str, Any]:
    """The values of a preset: a shipped name (``quick``) or the path of a TOML file.

    Raises:
        BadConfig: no such preset, or the file is not TOML.
    """
    path = Path(name)
    if path.suffix != ".toml":
        path = PRESETS / f"{command}.{name}.toml"
        known = sorted(p.name.split(".")[1] for p in PRESETS.glob(f"{command}.*.toml"))
        if not path.is_file():
            raise BadConfig(
                f"no preset {name!r} for {command}"
                + did_you_mean(name, known, f"known presets: {', '.join(known) or 'none'}")
                + "; or name a .toml file"
            )
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BadConfig(
            f"no preset file {str(path)!r}; expected a TOML file of {command} settings"
        ) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadConfig(f"preset {str(path)!r} cannot be read as TOML: {why_unreadable(error)}") from error


def from_record(kind: type[_DataclassT], record: Mapping[str, Any]) -> _DataclassT:
    """The configuration that `to_record` wrote, in this version or an older one. Raises `BadConfig`."""
    values = cast_all(kind, {**_BEFORE.get(kind.__name__, {}), **_migrated(record)})
    if lacking := [
        each.name
        for each in dataclasses.fields(cast("Any", kind))
        if _is_required(each) and each.name not in values
    ]:
        raise BadConfig(f"the configuration lacks {', '.join(lacking)}; expected what {kind.__name__} holds")
    return kind(**values)


def _is_required(setting: dataclasses.Field[Any]) -> bool:
    missing = dataclasses.MISSING
    return setting.init and setting.default is missing and setting.default_factory is missing


_RENAMED = {
    "train": ("training", {"alone": "separate", "together": "joint"}),
    "network": ("networks", {"conditioned": "shared", "separate": "per_skill"}),
    "looking_judge": ("judge", {}),
}
"""Setting of an older version -> what it is called now, and its values."""


_BEFORE: Mapping[str, Mapping[str, Any]] = {"PracticeConfig": {"update": "stable-baselines3"}}
"""What runs were played with that do not say so, since there was no choice yet."""


def _migrated(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record with the names and values of today's settings."""
    today = dict(record)
    for old, (new, values) in _RENAMED.items():
        if old in today:
            today[new] = values.get(today.pop(old), record[old])
    return today


def to_record(config: object) -> dict[str, Any]:
    """A configuration as plain JSON values, in the order of its fields."""
    record = dataclasses.asdict(config)  # type: ignore[call-overload]
    return {key: _plain(value) for key, value in record.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return str(value) if isinstance(value, Path) else value


def config_hash(record: Mapping[str, Any]) -> str:
    """A short content hash that does not depend on the order of keys.

    >>> config_hash({"a": 1, "b": 2}) == config_hash({"b": 2, "a": 1})
    True
    """
    text = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return "blake2b:" + hashlib.blake2b(json_bytes(text), digest_size=8).hexdigest()
