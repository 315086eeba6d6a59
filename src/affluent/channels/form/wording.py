"""The form's sentences in the customer's language."""

from functools import partial

from affluent.channels import wording
from affluent.channels.wording import language_of

__all__ = ["language_of", "sentence"]

sentence = partial(wording.sentence, "form")
