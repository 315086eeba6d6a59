"""The brand wall: the one place that decides which brands a person may see."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from affluent.centre.refusals import Forbidden, NotFound


class Role(StrEnum):
    """What a person does in the centre."""

    ADMINISTRATOR = "administrator"
    SUPERVISOR = "supervisor"
    AGENT = "agent"
    PLANNER = "planner"
    KNOWLEDGE = "knowledge"
    AUDITOR = "auditor"


class Right(StrEnum):
    """What can be allowed. Every call of the API names the right that it needs."""

    SERVE = "serve"
    READ_CONTACTS = "read_contacts"
    SUPERVISE = "supervise"
    READ_SETTINGS = "read_settings"
    CHANGE_SETTINGS = "change_settings"
    READ_AUDIT = "read_audit"
    DELIVER = "deliver"
    """Bring in contacts and what customers wrote, by a channel of one's own."""
    READ_FIGURES = "read_figures"
    RUN_TWIN = "run_twin"
    """Keep scenarios of the centre's days, and have the twin live them."""


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.ADMINISTRATOR: frozenset(Right),
    Role.SUPERVISOR: frozenset(
        {
            Right.SERVE,
            Right.READ_CONTACTS,
            Right.SUPERVISE,
            Right.READ_SETTINGS,
            Right.READ_FIGURES,
            Right.DELIVER,
        }
    ),
    Role.AGENT: frozenset({Right.SERVE, Right.READ_CONTACTS}),
    Role.PLANNER: frozenset({Right.READ_SETTINGS, Right.READ_FIGURES, Right.RUN_TWIN}),
    Role.KNOWLEDGE: frozenset({Right.READ_CONTACTS}),
    Role.AUDITOR: frozenset({Right.READ_CONTACTS, Right.READ_SETTINGS, Right.READ_AUDIT, Right.READ_FIGURES}),
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks. `brands` are those they may see; None for an administrator of the whole centre.

    A program asks for a person, by a key: `key_id` names it, and `rights` are the only ones of theirs that it has.
    """

    account_id: int
    name: str
    role: Role
    locale: str
    brands: frozenset[int] | None
    rights: frozenset[Right] | None = None
    key_id: int | None = None

    def may(self, right: Right) -> bool:
        return right in RIGHTS[self.role] and (self.rights is None or right in self.rights)

    def require(self, right: Right) -> None:
        """Raises `Forbidden` when the role lacks the right."""
        if not self.may(right):
            raise Forbidden("forbidden", right=right.value)

    def sees(self, brand_id: int | None) -> bool:
        """Whether a row of this brand is on the viewer's side of the wall; brandless rows are everyone's."""
        return self.brands is None or brand_id is None or brand_id in self.brands

    def behind_wall(self, brand_id: int | None) -> None:
        """Raises `NotFound` for a row of another brand, exactly as if it did not exist."""
        if not self.sees(brand_id):
            raise NotFound("not_found")

    def brand_filter(self) -> list[int] | None:
        """For queries: `(%(brands)s::bigint[] is null or brand_id = any(%(brands)s))`."""
        return None if self.brands is None else sorted(self.brands)


def brands_of(role: Role, granted: Collection[int]) -> frozenset[int] | None:
    """An administrator without named brands sees all; everyone else what was named, perhaps nothing."""
    return None if role is Role.ADMINISTRATOR and not granted else frozenset(granted)
