"""The requests that a question makes: the first one, and that of the repair round."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from agent.llm.answer import Request
from agent.llm.message import Message
from agent.llm.prompt import PROMPT_FOLDER, load_prompt
from agent.llm.replies import reply_signature
from agent.llm.thoughts import said_aloud
from agent.records.redaction import redact_keys


def build_request(
    prompt_name: str, variables: Mapping[str, str], *, draw: int = 0, folder: Path = PROMPT_FOLDER
) -> Request:
    """The request that a prompt and its variables make; its key is the answer's id.

    Raises:
        BadPrompt: no such prompt, or a variable is missing or unused.
    """
    prompt = load_prompt(prompt_name, folder)
    clean = {
        name: redact_keys(value).encode("utf-8", "replace").decode("utf-8")
        for name, value in variables.items()
    }
    return Request(
        prompt_id=prompt.id,
        prompt_version=prompt.version,
        messages=tuple(prompt.render(**clean)),
        reply=reply_signature(prompt.reply_type),
        draw=draw,
        subject=prompt.subject_of(clean),
    )


def repair_request(request: Request, reply: str, reason: str) -> Request:
    """The request of the repair round: the conversation so far, the reply, and what is wrong with it.

    Thoughts are left out of the reply: models are not trained on their own, and pay for them twice.
    """
    prompt = load_prompt("repair")
    said = Message(role="assistant", content=said_aloud(reply).said.strip() or "(an empty reply)")
    return request.model_copy(
        update={
            "prompt_id": prompt.id,
            "prompt_version": prompt.version,
            "messages": (*request.messages, said, *prompt.render(reason=reason)),
        }
    )
