"""A seat on the scripted server, as tests get it."""

from dataclasses import dataclass, field

from agent.llm.answer_log import AnswerLog
from agent.llm.asking import LanguageModel

KEY = "sk-test-0123456789abcdef"


@dataclass
class Bench:
    """A seat on the scripted server, with its log and the waits it would have made."""

    model: LanguageModel
    log: AnswerLog
    waits: list[float] = field(default_factory=list)
