"""What a model said, as its client hands it over: the text, how it ended, what it used, what is beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from agent.llm.answer import Usage
from agent.llm.message import estimated_tokens
from agent.llm.usage import read_usage
from envs.text import plain

Finish: TypeAlias = Literal["complete", "truncated", "refused"]

_TRUNCATED = frozenset({"length", "max_tokens", "max_output_tokens", "model_length"})
_REFUSED = frozenset({"content_filter", "refusal", "safety", "prohibited_content", "blocklist", "recitation"})
_FINISH_NAMES: Final = ("finish_reason", "stop_reason", "done_reason")
_TEXT_BLOCKS: Final = ("text", "output_text")
_BESIDE: Final = ("reasoning_content", "reasoning", "thinking")


@dataclass(frozen=True, slots=True, kw_only=True)
class RawReply:
    """What a model said, before it is parsed.

    Attributes:
        text: what it said aloud.
        usage: tokens, at least as many as the texts come to.
        finish: how it ended.
        beside: where else the server put text, if `text` is empty: ``reasoning_content``, a tool call.
    """

    text: str
    usage: Usage
    finish: Finish
    beside: tuple[str, ...] = ()


def raw_reply(message: Any, input_tokens: int) -> RawReply:
    """Read a message of any client.

    Args:
        message: LangChain's message, or what looks like one.
        input_tokens: our estimate of the question.
    """
    content = getattr(message, "content", "")
    text = _storable("".join(_said(content)))
    beside = dict(_beside(message, content))
    least = Usage(input_tokens=input_tokens, output_tokens=estimated_tokens(text, *beside.values()))
    usage = read_usage(getattr(message, "usage_metadata", None), least)
    refusal = _mapping(message, "additional_kwargs").get("refusal")
    reason = _finish_reason(message)
    finish: Finish = "truncated" if reason in _TRUNCATED else "complete"
    if refusal or reason in _REFUSED:
        finish, text = "refused", text or _storable(str(refusal or reason))
    return RawReply(text=text, usage=usage, finish=finish, beside=() if text.strip() else tuple(beside))


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _mapping(message: Any, name: str) -> Mapping[str, Any]:
    found = getattr(message, name, None)
    return found if isinstance(found, Mapping) else {}


def _finish_reason(message: Any) -> str:
    metadata = _mapping(message, "response_metadata")
    return next((str(metadata[name]).lower() for name in _FINISH_NAMES if metadata.get(name)), "")


def _said(content: Any) -> Iterator[str]:
    """The texts in a message's content; blocks of other kinds, such as thoughts, are left out."""
    for block in content if isinstance(content, list | tuple) else [content]:
        if isinstance(block, str):
            yield block
        elif _is_text(block) and isinstance(block.get("text"), str):
            yield block["text"]


def _is_text(block: Any) -> bool:
    return isinstance(block, Mapping) and block.get("type", "text") in _TEXT_BLOCKS


def _beside(message: Any, content: Any) -> Iterator[tuple[str, str]]:
    """Texts that stand elsewhere than in the reply: the place's name, and the text."""
    further = _mapping(message, "additional_kwargs")
    for name in _BESIDE:
        if isinstance(further.get(name), str) and further[name].strip():
            yield name, further[name]
    for block in content if isinstance(content, list | tuple) else ():
        if isinstance(block, Mapping) and not _is_text(block):
            yield f"a block of type {plain(block['type'], 40)}", str(block)
    for name in ("tool_calls", "invalid_tool_calls"):
        if calls := getattr(message, name, None):
            yield "a tool call", str(calls)
    if call := further.get("function_call"):
        yield "a function call", str(call)
