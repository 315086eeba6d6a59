"""Why agents decline what they are offered: counted by reason, with the offers behind each count."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from affluent.centre.figuring import PAGE, Figuring, Question, Slice
from affluent.centre.wall import Right, Viewer


@dataclass(frozen=True, slots=True)
class Reason:
    """How often offers were declined for a reason, of how many contacts, by how many agents.

    `code` is empty where the agent did not say. `name` and `archived` are None for a code that no reason has by now.
    """

    code: str
    name: str | None
    archived: bool | None
    count: int
    contacts: int
    agents: int


@dataclass(frozen=True, slots=True)
class DeclinedOffer:
    """One offer that was declined, by its place in the journal, with its contact as it is now."""

    id: int
    at_ms: int
    code: str
    reason: str | None
    contact_id: int
    medium: str
    state: str
    outcome: str | None
    subject: str
    customer: str
    brand: str
    queue: str | None
    agent: str


class DeclinesTold(Protocol):
    """What the journal tells of declined offers. `agents` of a slice are those who declined."""

    def reasons(self, which: Slice, locale: str) -> Sequence[Reason]:
        """All reasons of a slice, the most frequent first."""
        ...

    def offers(
        self, which: Slice, locale: str, code: str | None, before: int | None, most: int
    ) -> tuple[Sequence[DeclinedOffer], int]:
        """The latest ones before a place in the journal, and how many there are in all. `code` None: every reason."""
        ...


@dataclass(frozen=True, slots=True)
class ByReason:
    which: Slice
    timezone: str
    reasons: Sequence[Reason]

    @property
    def total(self) -> int:
        return sum(one.count for one in self.reasons)


class Declines:
    """Answers for a viewer on their side of the wall. An agent sees what they declined themselves."""

    def __init__(self, told: DeclinesTold, figuring: Figuring) -> None:
        self._told = told
        self._figuring = figuring

    def by_reason(self, viewer: Viewer, question: Question) -> ByReason:
        """Raises as `Figuring.answer` does."""
        zone, which = self._figuring.sliced(viewer, question)
        return ByReason(which, zone.key, self._told.reasons(which, viewer.locale))

    def behind(
        self, viewer: Viewer, question: Question, code: str | None, before: int | None
    ) -> tuple[Sequence[DeclinedOffer], int]:
        """A page of the offers behind a count and one more where there are more, latest first; and how many in all.

        Raises as `by_reason`, and `Forbidden` for whoever may see figures and not whose they are.
        """
        viewer.require(Right.READ_CONTACTS)
        _, which = self._figuring.sliced(viewer, question)
        return self._told.offers(which, viewer.locale, code, before, PAGE + 1)
