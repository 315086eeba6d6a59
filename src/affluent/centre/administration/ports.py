"""What administration stands on: where settings are kept, and who else must know of a change."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from affluent.centre.wall import Viewer
from affluent.routing.policy import Policy

Row = dict[str, Any]
"""One thing as the API shows it, with `id` and `archived`; secrets are hidden."""


@dataclass(frozen=True, slots=True)
class Use:
    """Something that stands on another: a queue that requires a skill."""

    noun: str
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Caution:
    """What was saved yet will not work as it stands. `code` is a key of the message catalogue."""

    code: str
    params: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One change. `brands` are those that it concerned, None when it concerned the whole centre."""

    at_ms: int
    account_id: int | None
    action: str
    noun: str
    noun_id: int
    brands: Sequence[int] | None
    before: Row | None
    after: Row | None
    key_id: int | None = None
    """The key by which a program made it, for that account."""
    reason: str | None = None
    """Why, in the words of who made it."""
    batch: int | None = None
    """Of the changes that were made together."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which page of a noun: rows whose text has all of `words`, with the values of `filters`.

    `brands` is the wall: what they may see, None for everything. `after` is the last row of the page before.
    """

    words: str = ""
    archived: bool = False
    filters: Mapping[str, Any] = field(default_factory=dict[str, Any])
    brands: Sequence[int] | None = None
    after: int | None = None
    most: int = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """Contacts that wait in a queue and ask the same beyond it."""

    queue_id: int
    demands: dict[str, Any] | None
    count: int


class SettingsUnit(Protocol):
    """Settings within one transaction. Nouns are named as in the API: `queues`, `agents`."""

    def lock(self) -> None:
        """One change of settings at a time, so that what was checked still holds when it is written."""
        ...

    def rows(self, noun: str, *, archived: bool = False) -> list[Row]:
        """All of a noun, by name; with `archived` those put away instead."""
        ...

    def page(self, noun: str, asked: Asked) -> tuple[list[Row], int]:
        """At most `asked.most` rows, by name, and how many there are on all pages."""
        ...

    def row(self, noun: str, row_id: int) -> Row | None: ...

    def insert(self, noun: str, values: Row) -> int:
        """Writes a new one; `values` may hold `password_hash`, `secrets`, `public_key`, `created_ms`."""
        ...

    def update(self, noun: str, row_id: int, values: Row) -> None:
        """Writes the fields named in `values`, no other."""
        ...

    def secrets(self, channel_id: int) -> dict[str, Any]:
        """A channel's secrets, shaped as its settings: `{"imap": {"password": ...}}`."""
        ...

    def uses(self, noun: str, row_id: int) -> list[Use]:
        """What live things stand on this one."""
        ...

    def unserved(self, queue_ids: Sequence[int] | None, brand_ids: Sequence[int] | None) -> list[Use]:
        """Live queues, of those named, that no active agent could ever serve."""
        ...

    def in_hand_of(self, account_id: int) -> int:
        """How many contacts an agent has in hand, asleep or on offer."""
        ...

    def revoke_sessions(self, account_id: int) -> None: ...
    def note(self, entry: AuditEntry) -> None: ...

    def batch(self) -> int:
        """A new number for changes that are made together."""
        ...

    def policy(self) -> Policy:
        """The rules of routing as they stand in this transaction."""
        ...

    def waiting(self) -> Sequence[Waiting]:
        """Who waits, by queue and by what they ask beyond it."""
        ...

    def trail(
        self,
        brands: Sequence[int] | None,
        *,
        noun: str | None,
        noun_id: int | None,
        before_id: int | None,
        limit: int,
    ) -> list[Row]:
        """The audit trail, latest first; with `brands`, only what concerned these and no other."""
        ...

    def changes(self, nouns: Mapping[str, Sequence[str] | None], **narrowed: Any) -> list[Row]:
        """Entries of the trail about these nouns, latest first; with fields named, about one of those.

        `narrowed`: as `trail`, and `after_id` for those after an entry, `batch` for those made together,
        `heads` for the one entry only that stands for those made together.
        """
        ...


class Settings(Protocol):
    """Where settings are kept."""

    def unit(self) -> AbstractContextManager[SettingsUnit]: ...


class SettingsChanged(Protocol):
    """Told after each change was committed, so that what runs takes it up."""

    def changed(self, noun: str, row_id: int) -> None: ...

    def together(self, changed: Sequence[tuple[str, int]]) -> None:
        """Several changes of one transaction: nouns with identifiers."""
        ...


@dataclass(frozen=True, slots=True)
class TrialResult:
    """What a rule would have done: `examples` are rows of the desk with `current_queue` and `new_queue`."""

    matched: int
    total: int
    examples: list[dict[str, Any]]


class RuleTrial(Protocol):
    """Tries a rule on the contacts of the past."""

    def try_rule(self, viewer: Viewer, rule: Row, days: int) -> TrialResult: ...


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a channel's test, such as `imap_sign_in`; `error` tells what the other side said.

    `code` names the sentence that says what to do about it.
    """

    step: str
    ok: bool
    error: str | None = None
    code: str | None = None


class ChannelTest(Protocol):
    """Tries a channel's settings against the world."""

    def test(self, medium: str, settings: Row, secrets: Row) -> list[Step]: ...


class Nobody:
    """The double of `SettingsChanged` where nothing runs: during set-up, and in tests."""

    def changed(self, noun: str, row_id: int) -> None:
        return None

    def together(self, changed: Sequence[tuple[str, int]]) -> None:
        return None


class NoTrial:
    """The double of `RuleTrial` for a centre without a past."""

    def try_rule(self, viewer: Viewer, rule: Row, days: int) -> TrialResult:
        return TrialResult(0, 0, [])


class NoTest:
    """The double of `ChannelTest` where there is no world to try."""

    def test(self, medium: str, settings: Row, secrets: Row) -> list[Step]:
        return []
