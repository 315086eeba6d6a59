"""What is wrong with typed input is told without a word of another language."""

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from affluent.centre.complaints import invalid


class Cat(BaseModel):
    kind: Literal["cat"]


class Dog(BaseModel):
    kind: Literal["dog", "wolf"]


class Owner(BaseModel):
    pet: Annotated[Cat | Dog, Field(discriminator="kind")]


@pytest.mark.parametrize(
    ("model", "given", "choices"),
    [
        (Literal["mail", "chat", "voice"], "fax", "mail, chat, voice"),
        (Literal["mail"], "fax", "mail"),
        (Owner, {"pet": {"kind": "cow"}}, "cat, dog, wolf"),
    ],
)
def test_choices_are_listed_without_the_words_of_a_language(model: Any, given: object, choices: str):
    with pytest.raises(ValidationError) as caught:
        TypeAdapter[Any](model).validate_python(given)
    refused = invalid(caught.value)
    assert refused.code == "not_a_choice"
    assert refused.params["expected"] == choices
