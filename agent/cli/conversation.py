"""Asking the person at the terminal."""

from __future__ import annotations

import sys

from agent.cli.output import messages
from agent.person import LONGEST_ANSWER, NobodyThere


class TerminalConversation:
    """Speaks on stderr and reads lines from stdin; implements `agent.person.Conversation`."""

    def tell(self, text: str) -> None:
        """Say something; control characters in it are made visible, and long texts cut."""
        messages().print(text, soft_wrap=True)

    def require_somebody(self) -> None:
        """Raises `NobodyThere` without a terminal."""
        if not sys.stdin.isatty():
            raise NobodyThere(
                "nobody can be asked: the input is no terminal. Run this in a terminal, or choose another "
                "judge (--judge auto) or proposer (--set proposer=auto)"
            )

    def ask(self, question: str) -> str:
        """One line. Raises `NobodyThere` without a terminal, and at the end of the input (Ctrl-D)."""
        self.require_somebody()
        messages().print(question, end="", soft_wrap=True)
        line = sys.stdin.readline(LONGEST_ANSWER)
        if not line:
            raise NobodyThere("nobody answers any more: the input has come to its end (Ctrl-D)")
        return line.rstrip("\n")
