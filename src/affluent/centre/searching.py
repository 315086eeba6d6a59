"""What contacts can be searched for: words, and filters that narrow. Saved views keep the same filters."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from affluent.centre.texts import Id
from affluent.centre.wall import Viewer
from affluent.facts.instants import DAY_MS
from affluent.facts.media import Medium, Outcome
from affluent.facts.states import ContactState

Json = dict[str, Any]
Sort = Literal["relevance", "newest", "oldest", "due"]
Instant = Annotated[int, Field(ge=0, le=2**53)]
State = Literal["received", "waiting", "offered", "in_hand", "sleeping", "closed", "abandoned", "open"]
assert {one.value for one in ContactState} - {"new"} == set(State.__args__) - {"open"}  # pyright: ignore[reportAttributeAccessIssue] -- Literal's own
Person = Annotated[str, StringConstraints(pattern=r"^(me|none|[1-9][0-9]{0,15})$")]
"""An agent by number, `me` for whoever looks, `none` for nobody."""
SEVERAL_MAX = 50


class Filters(BaseModel):
    """What a search of contacts can be narrowed by; several values of one filter are alternatives."""

    model_config = ConfigDict(extra="forbid")

    q: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")] | None = None
    state: list[State] = Field(default_factory=list[State], max_length=SEVERAL_MAX)
    queue: list[Id] = Field(default_factory=list[Id], max_length=SEVERAL_MAX)
    agent: list[Person] = Field(default_factory=list[Person], max_length=SEVERAL_MAX)
    motive: list[Id] = Field(default_factory=list[Id], max_length=SEVERAL_MAX)
    problem: list[Id] = Field(default_factory=list[Id], max_length=SEVERAL_MAX)
    """Known problems that they are marked with."""
    channel: list[Id] = Field(default_factory=list[Id], max_length=SEVERAL_MAX)
    medium: list[Medium] = Field(default_factory=list[Medium], max_length=SEVERAL_MAX)
    brand: list[Id] = Field(default_factory=list[Id], max_length=SEVERAL_MAX)
    outcome: list[Outcome] = Field(default_factory=list[Outcome], max_length=SEVERAL_MAX)
    customer: Id | None = None
    request: Id | None = None
    awaiting: Literal["us", "customer"] | None = None
    late: bool | None = None
    """Only those past their target now."""
    arrived_from_ms: Instant | None = None
    arrived_to_ms: Instant | None = None
    """Before this instant."""
    last_days: Annotated[int, Field(ge=1, le=3660)] | None = None
    """Arrived within so many times 24 hours."""

    def since_ms(self, now_ms: int) -> int | None:
        """The earliest arrival that both limits allow."""
        limits = [self.arrived_from_ms, now_ms - self.last_days * DAY_MS if self.last_days else None]
        return max((one for one in limits if one is not None), default=None)


class ContactSearch(Protocol):
    """Contacts of the viewer's brands. What stands behind the wall is neither found nor counted."""

    def search(
        self, viewer: Viewer, filters: Filters, sort: Sort | None, cursor: str | None, now_ms: int
    ) -> Json:
        """A page of rows with snippets; without `sort` by relevance to words, else newest first."""
        ...

    def count(self, viewer: Viewer, filters: Filters, now_ms: int) -> int:
        """How many there are, at most `COUNT_MAX` + 1."""
        ...

    def choices(self, viewer: Viewer) -> Json:
        """What the filters can name: brands, queues, motives, problems and channels on the viewer's side."""
        ...

    def agents(self, viewer: Viewer, words: str, named: Sequence[int]) -> tuple[list[Json], bool]:
        """People on the viewer's side: those `named`, then those with all of the words in their name, and whether
        more have them than are told."""
        ...


COUNT_MAX = 999
