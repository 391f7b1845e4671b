"""How a live model is asked."""

from __future__ import annotations

from dataclasses import dataclass

from agent.config.checks import require_not_negative, require_positive
from agent.errors import BadConfig


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
        check_asking(self)


_LONGEST_REPLY_S = 604_800


def check_asking(config: AskingConfig) -> None:
    """Raise `BadConfig` when a setting of how a model is asked makes no sense."""
    require_positive(
        config,
        max_output_tokens="tokens|--max-output-tokens 8192",
        reply_timeout_s="seconds|--reply-timeout 300",
        max_reply_bytes="bytes|--max-reply-bytes 8000000",
    )
    require_not_negative(config, "max_judge_calls")
    if config.reply_timeout_s > _LONGEST_REPLY_S:
        raise BadConfig(
            f"reply_timeout_s is {config.reply_timeout_s!r}; expected at most {_LONGEST_REPLY_S:,} seconds "
            "(a week), e.g. --reply-timeout 300"
        )
    if config.context_tokens is not None:
        require_positive(config, context_tokens="tokens|--context-tokens 32768")
