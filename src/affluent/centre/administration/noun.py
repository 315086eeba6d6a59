"""What a noun of administration is: its fields, its side of the brand wall, what must hold to be saved."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from affluent.centre.administration.ports import Caution, Row, SettingsUnit
from affluent.centre.refusals import Invalid
from affluent.centre.texts import Id
from affluent.centre.wall import Viewer

HIDDEN = "•••"
"""Shown for a secret that is there; sent back, it means: as it was."""


FILTERS = {
    "brand": "brand_id", "team": "team_id", "active": "active", "medium": "medium", "role": "role",
    "language": "language",
}  # fmt: skip
"""Filters of lists, each with the field that a noun must have for it."""


class Fields(BaseModel):
    """The fields of a noun as they are sent. What is not named is refused."""

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Draft:
    """A noun about to be saved: `before` is None for a new one."""

    viewer: Viewer
    before: Row | None
    after: Row
    unit: SettingsUnit

    @property
    def id(self) -> int | None:
        return None if self.before is None else self.before["id"]

    def changes(self, name: str) -> bool:
        return self.before is None or self.before.get(name) != self.after.get(name)

    def reference(self, noun: str, row_id: int | None, path: str) -> Row | None:
        """The live thing that a field points to. Raises `Invalid` when there is none on the viewer's side."""
        if row_id is None:
            return None
        found = self.unit.row(noun, row_id)
        if found is None or found["archived"] or not _seen(self.viewer, noun, found):
            raise Invalid("no_such_reference", path)
        return found

    def unique(self, noun: str, path: str, key: Callable[[Row], object]) -> None:
        """Raises `Invalid` when another live one has the same key."""
        mine = key(self.after)
        if any(key(row) == mine and row["id"] != self.id for row in self.unit.rows(noun)):
            raise Invalid("taken", path, value=str(self.after.get(path, "")))


def _seen(viewer: Viewer, noun: str, row: Row) -> bool:
    if noun == "brands":
        return viewer.sees(row["id"])
    return viewer.sees(row.get("brand_id"))


def no_check(draft: Draft) -> None:
    return None


def no_cautions(row: Row, unit: SettingsUnit) -> list[Caution]:
    return []


def of_its_brand(row: Row) -> frozenset[int] | None:
    """The side of a row with a brand; None when it belongs to the whole centre."""
    return None if row.get("brand_id") is None else frozenset({row["brand_id"]})


def stored_as_is(draft: Draft, values: Row) -> Row:
    return values


def validated_by(fields: type[BaseModel]) -> Callable[[Mapping[str, Any]], BaseModel]:
    return fields.model_validate


@dataclass(frozen=True, slots=True)
class Noun:
    """One noun of administration, described; `Administration` does the rest."""

    key: str
    """As in the API: `queues`."""
    title: str
    """One of them, in English, for the reference of the API: `queue`."""
    fields: type[BaseModel]
    """Every field, as shown."""
    side: Callable[[Row], frozenset[int] | None] = of_its_brand
    """The brands a row belongs to; None when it is everyone's to see and the whole centre's to change."""
    check: Callable[[Draft], None] = no_check
    """Raises `Invalid` for what cannot be, with the field."""
    cautions: Callable[[Row, SettingsUnit], list[Caution]] = no_cautions
    stored: Callable[[Draft, Row], Row] = stored_as_is
    """The values for storage: secrets apart, passwords hashed. `once` among them is told in the answer to the
    one who made it, and kept nowhere."""
    body: Any = None
    """The annotation of a new one when it is more than `fields`, such as one model per medium."""
    validate: Callable[[Mapping[str, Any]], BaseModel] | None = None
    fixed: frozenset[str] = frozenset()
    """Fields that stay as they were made."""
    merged: frozenset[str] = frozenset()
    """Fields whose objects a change completes; any other field it replaces."""
    given: bool = False
    """The house gives them: they can be changed, and neither made nor put away."""
    write_only: frozenset[str] = frozenset()
    extra_shown: dict[str, Any] = field(default_factory=dict[str, Any])
    """What is shown beside the fields: an annotation, or one with its default."""

    def filters(self) -> dict[str, Any]:
        """By what a list of them can be narrowed: the name of each filter with its annotation."""
        own = self.fields.model_fields
        found: dict[str, Any] = {}
        for name, column in FILTERS.items():
            if column in own:
                found[name] = Id if name in ("brand", "team") else own[column].annotation
        if "brand_ids" in own:
            found["brand"] = Id
        return found

    def validated(self, values: Mapping[str, Any]) -> BaseModel:
        """Raises pydantic's `ValidationError`."""
        return (self.validate or self.fields.model_validate)(values)

    def change_model(self) -> type[BaseModel]:
        """The body of a change: every field optional, and `archived`."""
        definitions: dict[str, Any] = {
            name: (
                dict[str, Any] if name in self.merged else _annotation(info.annotation, info.metadata),
                Field(default_factory=_absent),
            )
            for name, info in self.fields.model_fields.items()
        }
        definitions["archived"] = (bool, Field(default_factory=_absent))
        name = f"{self.title.capitalize()}Change"
        return create_model(name, __config__=ConfigDict(extra="forbid"), **definitions)

    def shown_model(self) -> type[BaseModel]:
        """The body of an answer."""
        definitions: dict[str, Any] = {
            "id": (int, ...),
            "archived": (bool, ...),
            **{
                n: (i.annotation, ...)
                for n, i in self.fields.model_fields.items()
                if n not in self.write_only
            },
            **{
                n: shown if isinstance(shown, tuple) else (shown, ...)
                for n, shown in self.extra_shown.items()
            },
            "warnings": (list[Warned], Field(default_factory=list[Warned])),
        }
        return create_model(self.title.capitalize(), **definitions)


class Warned(BaseModel):
    """Saved, but it will not work as it stands; `message` says why."""

    code: str
    message: str
    details: dict[str, Any] = {}


def _absent() -> Any:
    return None


def _annotation(annotation: Any, metadata: list[Any]) -> Any:
    return Annotated[(annotation, *metadata)] if metadata else annotation


def merge(before: Any, change: Any) -> Any:
    """Objects are completed by the change, anything else is replaced by it."""
    if isinstance(before, dict) and isinstance(change, dict):
        return {**before, **{key: merge(before.get(key), value) for key, value in change.items()}}
    return change
