"""What a person can do about replies that are of no use."""

from __future__ import annotations

from agent.llm.client import ModelClient
from agent.llm.parse import OnlyThoughts
from agent.llm.raw_reply import RawReply


def where_it_went(raw: RawReply) -> str:
    """Where the text of a reply that is empty was put instead; empty when that cannot be seen."""
    if not raw.beside:
        return ""
    return (
        f"Its text was in {' and in '.join(raw.beside)}, which is not read: start the model's server so that "
        "it puts the answer into the reply itself"
    )


def more_room(client: ModelClient) -> str:
    """What to raise for a reply that was cut off."""
    settings, room = client.model.settings, client.model.room
    longer = f"raise --max-output-tokens (now {settings.max_output_tokens})"
    if room is None or room.context is None or room.context >= 2 * settings.max_output_tokens:
        return longer
    return f"{longer}, and the context of the model's server with --context-tokens (now {room.context})"


def after_two_replies(error: Exception, hint: str, client: ModelClient | None) -> str:
    """What to do when the repaired reply was of no use either.

    Args:
        error: what was wrong with it.
        hint: see `where_it_went`.
        client: the model that was asked; None for recorded answers.
    """
    if isinstance(error, OnlyThoughts) and client is not None:
        return ". ".join(filter(None, (f"Give it more room for its thoughts: {more_room(client)}", hint)))
    return hint or "Try another model, or make the prompt clearer"
