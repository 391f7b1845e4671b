"""Settings of practice."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from agent.config.asking import AskingConfig, check_asking
from agent.config.checks import (
    require_cluster,
    require_not_negative,
    require_one_of,
    require_positive,
    require_room_for_slots,
    require_shares,
    require_text,
)
from agent.config.values import GameOptions
from agent.errors import BadConfig
from envs.errors import did_you_mean
from envs.text import brief
from envs.workers.cores import core_count
from skills.chains.parts import MOST_PARTS
from skills.training.config import UPDATES

PROPOSERS = ("auto", "none", "pool", "model", "ask")
"""Who is asked for more tasks while the library grows, besides files of pools."""

PRACTICE_JUDGES = ("auto", "embedded", "chat", "ask", "facts")
"""Who says in a practice whether a task is done that no fact states."""

CURRICULA = ("auto", "progress", "uniform", "needs")
"""What decides which skill is practised next."""

REWARDS = ("code", "preference", "both")
"""What a skill may be trained on, besides a bonus for its success."""


CHAINING = ("none", "bootstrap", "random")
"""How chains of skills are tried in practice."""


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
    cluster: str = ""
    """Where it is done: ``local``, ``auto`` or ``ray://HOST:PORT`` with Ray; empty for this machine."""
    slots: int = 0
    """Skills practised side by side, each with `workers`; 0 for one, or as many as a cluster has room for."""
    reward: str = "code"
    """What learned skills are trained on: a model's ``code``, a model's ``preference``, or ``both``."""
    mineclip: str = ""
    """A checkpoint of MineCLIP, whose reward is added for what skills are described as; empty for none."""
    mineclip_variant: str = "attn"
    """Which of its published variants the checkpoint is of: ``attn`` or ``avg``."""
    mineclip_weight: float = 1.0
    """Weight of its reward, which is 0..1 every eight steps."""
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
    curriculum: str = "auto"
    """What is practised next: what is tried least and learned fastest (``progress``), anything within reach
    (``uniform``), what is learned and keeps most other tasks out of reach (``needs``), or by the rule of the
    game (``auto``), see `envs.game.GameSpec.curriculum`."""
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
        check_asking(self)
        require_cluster(self)
        require_text(self, "game", "llm")
        _check_chaining(self)
        require_one_of(
            self,
            training=("separate", "joint"),
            networks=("shared", "per_skill"),
            update=UPDATES,
            curriculum=CURRICULA,
        )
        require_one_of(self, success=("facts", "judge"), mineclip_variant=("attn", "avg"))
        _check_practice_judge(self.judge)
        require_shares(self, "false_done", "missed", "spot_checks", "audits")
        if self.proposer not in PROPOSERS and not self.proposer.endswith(".json"):
            hint = did_you_mean(
                self.proposer, PROPOSERS, f"expected {', '.join(PROPOSERS)}, or a pool's .json file"
            )
            raise BadConfig(f"proposer is {brief(self.proposer)}{hint}")
        if self.reward not in REWARDS:
            raise BadConfig(f"reward is {self.reward!r}; expected one of {', '.join(REWARDS)}")
        require_positive(
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
        require_not_negative(self, "seed", "max_usd", "propose_every", "slots")
        require_room_for_slots(self)


def _check_practice_judge(judge: str) -> None:
    if judge not in PRACTICE_JUDGES:
        hint = did_you_mean(judge, PRACTICE_JUDGES, f"expected one of {', '.join(PRACTICE_JUDGES)}")
        raise BadConfig(f"judge is {brief(judge)}{hint}")


def _check_chaining(config: PracticeConfig) -> None:
    require_one_of(config, chaining=CHAINING)
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
