"""LangChain's OpenAI model, for that provider and for all servers that speak its protocol more or less."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from langchain_core.outputs import ChatResult
from langchain_openai import ChatOpenAI
from pydantic import BaseModel, PrivateAttr

from agent.llm.pictures import content_tokens
from agent.llm.reply_room import ReplyRoom
from agent.llm.server_error import ServerError, error_in
from agent.llm.usage import token_count

_REASONING = ("reasoning_content", "reasoning")
_ALL_NAMES = ("max_tokens", "max_completion_tokens", "max_output_tokens")


class CompatibleChat(ChatOpenAI):
    """As the original, but for three things.

    The longest reply is fitted to the context; figures that are none do not break a reply; and an error in
    the place of a reply is one. Text that a server puts beside it is noted in ``additional_kwargs``.
    """

    _room: ReplyRoom | None = PrivateAttr(default=None)

    def fit_into(self, room: ReplyRoom) -> None:
        """Ask for replies that are no longer than there is room for."""
        self._room = room

    def _get_request_payload(
        self, input_: Any, *, stop: list[str] | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        payload = super()._get_request_payload(input_, stop=stop, **kwargs)
        if self._room is None or "messages" not in payload:
            return payload
        tokens = sum(content_tokens(message.get("content")) for message in payload["messages"])
        limit = self._room.for_prompt(tokens)
        for name in _ALL_NAMES:
            payload.pop(name, None)
        # The names that OpenAI's package has no parameter for go into the body as they are.
        return {**payload, **dict.fromkeys(self._room.names, limit)}

    def _create_chat_result(self, response: Any, generation_info: dict[str, Any] | None = None) -> ChatResult:
        body = response.model_dump(warnings=False) if isinstance(response, BaseModel) else response
        if not isinstance(body, dict):
            return super()._create_chat_result(response, generation_info)
        if error := error_in(body):
            raise error
        first = _first_choice(body)
        usable = {**body, "choices": [first], "error": None, "usage": _clean_usage(body.get("usage"))}
        result = super()._create_chat_result(usable, generation_info)
        message = first["message"]
        for name in ("refusal", *_REASONING):
            if isinstance(message.get(name), str) and message[name]:
                result.generations[0].message.additional_kwargs[name] = message[name]
        return result


def _first_choice(body: Mapping[str, Any]) -> dict[str, Any]:
    """The one choice that counts, said by the assistant. Raises `ServerError` where there is none."""
    choices = body.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        raise ServerError("the reply is no chat completion; is this the address of such a server?", None)
    return {**choice, "message": {**message, "role": "assistant"}}


def _clean_usage(usage: Any) -> dict[str, int]:
    """The two figures that count, as whole numbers."""
    figures = usage if isinstance(usage, Mapping) else {}
    counted = {name: token_count(figures.get(name)) for name in ("prompt_tokens", "completion_tokens")}
    return {**counted, "total_tokens": sum(counted.values())}
