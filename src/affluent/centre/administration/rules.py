"""Classification rules: what sends a contact to a queue, or names its motive, before anyone reads it."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from affluent.centre.administration.noun import Draft, Fields, Noun
from affluent.centre.refusals import Invalid
from affluent.centre.texts import Id, Line, Name

Word = Annotated[Line, Field(min_length=1)]


class Condition(Fields):
    """One comparison. `channel` compares identifiers, everything else text; `form_field` names its `key`."""

    field: Literal["channel", "address", "language", "words", "form_field", "segment"]
    op: Literal["is", "is_not", "contains", "any_of"]
    value: Id | Word | Annotated[list[Id | Word], Field(min_length=1, max_length=100)]
    key: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")] | None = None

    @model_validator(mode="after")
    def _fits(self) -> "Condition":
        if (self.op == "any_of") != isinstance(self.value, list):
            raise PydanticCustomError("any_of_takes_a_list", "any_of takes a list, the others one value")
        values = self.value if isinstance(self.value, list) else [self.value]
        if any((self.field == "channel") == isinstance(value, str) for value in values):
            raise PydanticCustomError("invalid_value", "A channel is an identifier, the rest is text")
        if self.field == "channel" and self.op == "contains":
            raise PydanticCustomError(
                "not_a_choice", "A channel is compared whole", {"expected": "is, is_not, any_of"}
            )
        if (self.field == "form_field") != (self.key is not None):
            raise PydanticCustomError("form_field_key", "form_field, and it alone, names its key")
        return self


class Actions(Fields):
    queue_id: Id | None = None
    motive_id: Id | None = None

    @model_validator(mode="after")
    def _does_something(self) -> "Actions":
        if self.queue_id is None and self.motive_id is None:
            raise PydanticCustomError("rule_does_nothing", "A rule names a queue or a motive")
        return self


class RuleFields(Fields):
    brand_id: Id
    name: Name
    position: Annotated[int, Field(ge=0, le=100_000)] = 0
    active: bool = True
    conditions: Annotated[list[Condition], Field(min_length=1, max_length=20)]
    actions: Actions


def _check(draft: Draft) -> None:
    rule = draft.after
    brand_id = rule["brand_id"]
    draft.reference("brands", brand_id, "brand_id")
    queue = draft.reference("queues", rule["actions"]["queue_id"], "actions.queue_id")
    motive = draft.reference("motives", rule["actions"]["motive_id"], "actions.motive_id")
    if queue is not None and queue["brand_id"] != brand_id:
        raise Invalid("of_another_brand", "actions.queue_id")
    if motive is not None and motive["brand_id"] not in (None, brand_id):
        raise Invalid("of_another_brand", "actions.motive_id")
    for position, condition in enumerate(rule["conditions"]):
        if condition["field"] != "channel":
            continue
        value = condition["value"]
        for channel_id in value if isinstance(value, list) else [value]:
            channel = draft.reference("channels", channel_id, f"conditions.{position}.value")
            if channel is not None and channel["brand_id"] != brand_id:
                raise Invalid("of_another_brand", f"conditions.{position}.value")


RULES = Noun(key="rules", title="rule", fields=RuleFields, check=_check, fixed=frozenset({"brand_id"}))
