"""Keys of model providers: from the environment or a ``.env`` file, never from flags, never in a text."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from agent.llm.errors import MissingKey
from agent.records.redaction import is_secret_name, redact, register

KEY_VARIABLES: Mapping[str, str] = {
    "anthropic": "ANTHROPIC_API_KEY",
    "cohere": "COHERE_API_KEY",
    "deepseek": "DEEPSEEK_API_KEY",
    "fireworks": "FIREWORKS_API_KEY",
    "google_genai": "GOOGLE_API_KEY",
    "groq": "GROQ_API_KEY",
    "mistralai": "MISTRAL_API_KEY",
    "openai": "OPENAI_API_KEY",
    "openrouter": "OPENROUTER_API_KEY",
    "perplexity": "PPLX_API_KEY",
    "together": "TOGETHER_API_KEY",
    "xai": "XAI_API_KEY",
}
"""Environment variable of each provider that wants one key; others read their own set-up."""

URL_KEY_VARIABLE = "JOURNEYMAN_API_KEY"
"""The key for a model server given by its address; other providers' keys are never sent there."""


class Secrets:
    """Variables of the environment and of a ``.env`` file; the environment wins.

    The file's values are not copied into the process environment, so no child process inherits them. From
    now on all of them that are secrets are hidden by `agent.records.redaction`.
    """

    def __init__(self, dotenv: Path | None = None, environment: Mapping[str, str] | None = None) -> None:
        """Read the ``.env`` file, which may be missing.

        Args:
            dotenv: its path; by default ``.env`` in the current folder.
            environment: stands in for the process environment in tests.
        """
        from dotenv import dotenv_values

        path = dotenv if dotenv is not None else Path(".env")
        stored = dotenv_values(path) if path.is_file() else {}
        self._values = {name: value for name, value in stored.items() if value}
        self._values |= {
            k: v for k, v in (environment if environment is not None else os.environ).items() if v
        }
        register({name: value for name, value in self._values.items() if is_secret_name(name)})

    def __repr__(self) -> str:
        return f"Secrets({len(self._values)} variables)"

    def get(self, variable: str) -> str | None:
        """The variable's value, or None."""
        return self._values.get(variable)

    def require(self, variable: str, purpose: str) -> str:
        """The variable's value.

        Raises:
            MissingKey: it is set nowhere; the message names the variable.
        """
        value = self.get(variable)
        if value is None:
            raise MissingKey(
                f"{purpose} needs a key: set the environment variable {variable}, or put a line "
                f"{variable}=... into a file .env in the current folder. Recorded answers need none"
            )
        register({variable: value})
        return value

    def redact(self, text: str) -> str:
        """The text without secrets, these and those of the environment.

        >>> Secrets(Path("none"), {"MY_API_KEY": "abcd-efgh-ijkl"}).redact("bad key abcd-efgh-ijkl!")
        'bad key [MY_API_KEY]!'
        """
        return redact(text)
