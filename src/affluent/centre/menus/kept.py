"""Menus and recordings as they are kept, and what keeps them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from affluent.centre.administration.ports import AuditEntry
from affluent.centre.hours import Hours
from affluent.centre.menus.checking import Known
from affluent.centre.menus.turns import Menu

Refs = Mapping[str, Mapping[str, Any]]
"""What names stand for, by noun (`queues`, `motives`, `channels`, `hours`, `recordings`), then name."""


@dataclass(frozen=True, slots=True)
class SavedMenu:
    """A menu under its name. `document` is its draft, `version` counts its drafts; `published` is the one that
    callers hear, None before the first.
    """

    id: int
    brand_id: int
    name: str
    document: str
    version: int
    published: int | None
    created_ms: int
    created_by: str | None
    changed_ms: int
    changed_by: str | None


@dataclass(frozen=True, slots=True)
class MenuVersion:
    """A version: who wrote it when, and who published it when and why, if so."""

    number: int
    name: str
    at_ms: int
    by: str | None
    why: str
    published_ms: int | None
    published_by: str | None


@dataclass(frozen=True, slots=True)
class Recording:
    """A recorded prompt. `said` is its text, for those who read."""

    id: int
    brand_id: int
    name: str
    language: str
    said: str
    duration_ms: int
    created_ms: int
    created_by: str | None


@dataclass(frozen=True, slots=True)
class NewRecording:
    brand_id: int
    name: str
    language: str
    said: str
    sound: bytes
    duration_ms: int


class Menus(Protocol):
    """Menus kept. `brands` None: of all brands. Every write is one transaction with its audit entry."""

    def page(self, brands: Collection[int] | None, before_id: int | None, most: int) -> Sequence[SavedMenu]:
        """The latest first, without their documents."""
        ...

    def get(self, menu_id: int) -> SavedMenu | None: ...
    def version(self, menu_id: int, number: int) -> str | None:
        """The document as it was in a version."""
        ...

    def versions(self, menu_id: int) -> Sequence[MenuVersion]:
        """The latest first."""
        ...

    def insert(self, brand_id: int, name: str, document: str, entry: AuditEntry) -> int | None:
        """None when the brand has a menu of this name."""
        ...

    def change(self, menu_id: int, name: str, document: str, version: int, entry: AuditEntry) -> int | None:
        """Writes the next draft and returns its number; None, and nothing done, when another than `version` stands.

        Raises `Refusal` (`taken`).
        """
        ...

    def publish(self, menu_id: int, number: int, why: str, refs: Refs, entry: AuditEntry) -> None:
        """Callers hear this version from now on."""
        ...

    def archive(self, menu_id: int, entry: AuditEntry) -> bool:
        """False, and nothing done, while a channel plays it."""
        ...

    def known(self, brands: Collection[int] | None, brand_id: int) -> Known | None:
        """What a menu of this brand can name; None for no brand."""
        ...

    def hours(self, ids: Collection[int]) -> Mapping[int, Hours]:
        """Opening hours as they stand now."""
        ...

    def refs(self, menu_id: int, number: int) -> Refs | None:
        """What the names of a published version stood for."""
        ...

    def playable(self, menu_id: int) -> Menu | None:
        """The published version, ready to be played; None when none is, or it was put away."""
        ...


class Recordings(Protocol):
    def of_brand(self, brand_id: int) -> Sequence[Recording]: ...
    def get(self, prompt_id: int) -> Recording | None: ...
    def sound(self, prompt_id: int) -> bytes | None:
        """WAV, also of one that was put away: a version may still play it."""
        ...

    def insert(self, made: NewRecording, entry: AuditEntry) -> int:
        """Takes the place of one of the same name and language."""
        ...

    def archive(self, prompt_id: int, entry: AuditEntry) -> None: ...
