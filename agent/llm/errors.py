"""Errors around the language model; all derive from `LLMError`."""

from agent.errors import AgentError, MissingPrerequisite


class LLMError(AgentError):
    """Base of everything that goes wrong between a question and its answer."""


class BadPrompt(LLMError):
    """A prompt file is malformed, or it was rendered with missing or unused variables."""


class BadPack(LLMError):
    """A file of answers is malformed, or was changed after it was recorded."""


class UnknownModel(LLMError):
    """No chat model goes by that name."""


class MissingKey(LLMError, MissingPrerequisite):
    """The provider wants a secret that is in neither the environment nor the ``.env`` file."""


class MissingPackage(LLMError, MissingPrerequisite):
    """The chosen model needs a Python package that is not installed."""


class BadNetwork(LLMError, MissingPrerequisite):
    """The environment names a proxy or certificates that cannot be used."""


class UnknownPrice(LLMError):
    """A cap in money was asked for, and the model's price is not in the table."""


class BudgetExceeded(LLMError):
    """The next call could pass a cap on calls, tokens or money; it was not made."""


class PromptTooLong(LLMError):
    """The question leaves no room for a reply in the model's context; it was not sent."""


class BadPicture(LLMError):
    """A picture that is to be shown to a model is none."""


class CannotSee(LLMError):
    """The model takes no pictures, and the question shows some."""


class NoRecordedAnswer(LLMError):
    """Answers come from a record only, and the record does not hold this one."""


class ModelUnavailable(LLMError):
    """The model could not be reached or kept failing; retries are exhausted or pointless.

    Attributes:
        of_question: whether it is this one question that the model cannot answer, such as one that is too
            long; otherwise it answers none for now.
    """

    def __init__(self, message: str, *, of_question: bool = False) -> None:
        super().__init__(message)
        self.of_question = of_question


class ReplyFault(LLMError):
    """The model replied, and the reply is of no use; never stored as an answer."""


class ModelRefused(ReplyFault):
    """The model declined to answer."""


class ReplyTruncated(ReplyFault):
    """The reply was cut off at the limit of output tokens."""


class ReplyInvalid(ReplyFault):
    """The reply was invalid, and so was the one after the model was shown its error."""
