"""Keywords of the functions: the fields of the configurations in `agent.config`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypedDict


class AskingSettings(TypedDict, total=False):
    """How a live model is asked, see `agent.config.AskingConfig`."""

    max_output_tokens: int
    context_tokens: int | None
    reply_timeout_s: float
    max_reply_bytes: int
    max_judge_calls: int


class PracticeSettings(AskingSettings, total=False):
    """Keywords of `run_practice`, see `agent.config.PracticeConfig`."""

    game: str
    library: str | Path
    llm: str
    budget_steps: int
    minutes: float
    seed: int
    resume: str | None
    runs_dir: str | Path
    round_steps: int
    max_calls: int
    max_tokens: int
    max_usd: float | None
    workers: int
    cluster: str
    slots: int
    reward: str
    mineclip: str
    mineclip_variant: str
    mineclip_weight: float
    game_options: Mapping[str, Any]
    training: str
    networks: str
    proposer: str
    propose_every: int
    propose_count: int
    curriculum: str
    update: str
    retirement: bool
    most_producers: int
    overlap: bool
    success: str
    judged_skills: tuple[str, ...]
    judge: str
    false_done: float
    missed: float
    spot_checks: float
    audits: float
    chaining: str
    chain_share: float
    distil_chains: bool
    live: bool
    longest_chain: int
    plausibility_weight: float


class SolveSettings(AskingSettings, total=False):
    """Keywords of `solve`, see `agent.config.SolveConfig`."""

    game: str
    episodes: int
    seed: int
    max_steps: int | None
    record: bool
    llm: str
    judge: str
    runs_dir: str | Path
    untried: bool
    workers: int
    cluster: str
    game_options: Mapping[str, Any]


class EvalSettings(AskingSettings, total=False):
    """Keywords of `evaluate`, see `agent.config.EvalConfig`."""

    episodes: int
    seed: int
    mode: str
    wordings: str
    judge: str
    llm: str
    baseline: str | None
    task: str | None
    seeds: str
    resume: str | None
    runs_dir: str | Path
    workers: int
    cluster: str
