"""The chat's sentences in the customer's language."""

from functools import partial

from affluent.channels import wording
from affluent.channels.wording import LANGUAGES, language_of

__all__ = ["LANGUAGES", "language_of", "sentence", "told", "words"]

words = partial(wording.words, "chat")
sentence = partial(wording.sentence, "chat")


def told(code: str, language: str) -> str | None:
    """The text of a line meant for the customer, or None when it has none."""
    return words(language).get(code)
