"""Contacts as a list: search over everything, filters, counts."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from affluent.centre.searching import COUNT_MAX, SEVERAL_MAX, Filters, Sort
from affluent.centre.texts import Id
from affluent.web.desk import models
from affluent.web.desk.gathered import FromGathered
from affluent.web.desk.routes import Ports, Reading
from affluent.web.errors import responses

router = APIRouter(prefix="/api/v1", tags=["Contacts"])


class SearchIn(Filters):
    """Filters, an order and a place in the list. Without `sort`: by relevance to `q`, else newest first."""

    sort: Sort | None = None
    cursor: models.Short | None = None

    def filters(self) -> Filters:
        return Filters.model_validate(self.model_dump(exclude={"sort", "cursor"}))


class PartOut(BaseModel):
    """A piece of a snippet; `hit` when it was searched for."""

    text: str
    hit: bool


class SnippetOut(BaseModel):
    """The place in a message that shows why the contact was found."""

    message_id: int
    direction: Literal["in", "out", "note"]
    at_ms: int
    parts: list[PartOut]


class FoundOut(models.Row):
    channel: models.Named
    outcome: str | None
    closed_ms: int | None
    answered_ms: int | None
    last_customer_ms: int | None
    snippet: SnippetOut | None


class FoundPage(BaseModel):
    items: list[FoundOut]
    next: str | None


class CountOut(BaseModel):
    """How many contacts there are; with `more`, at least so many."""

    count: int
    more: bool

    @classmethod
    def of(cls, found: int) -> "CountOut":
        return cls(count=min(found, COUNT_MAX), more=found > COUNT_MAX)


class ChoiceOut(BaseModel):
    id: int
    name: str
    brand_id: int | None = None
    medium: str | None = None


class ChoicesOut(BaseModel):
    """What the filters can name."""

    brands: list[ChoiceOut]
    queues: list[ChoiceOut]
    motives: list[ChoiceOut]
    problems: list[ChoiceOut]
    channels: list[ChoiceOut]


class SoughtIn(models.Body):
    """Words of a name, and who is to be named whatever the words are."""

    q: models.Short = ""
    named: Annotated[list[Id], Field(max_length=SEVERAL_MAX)] = Field(default_factory=list[Id])


class AgentsOut(BaseModel):
    """`more`: others have these words in their names as well."""

    items: list[models.Named]
    more: bool


@router.get("/contacts", response_model=FoundPage, responses=responses())
def search_contacts(
    viewer: Reading, ports: Ports, gathered: FromGathered, search: Annotated[SearchIn, Query()]
) -> Any:
    """Contacts of the viewer's brands. `q` searches messages, subjects, customers, addresses and notes.

    All words must be there, each found by its beginning or its stem; `"words in quotes"` stand side by side,
    `-word` must be absent.
    """
    return gathered.search.search(viewer, search.filters(), search.sort, search.cursor, ports.clock.now_ms())


@router.get("/contacts/count", response_model=CountOut, responses=responses())
def count_contacts(
    viewer: Reading, ports: Ports, gathered: FromGathered, filters: Annotated[Filters, Query()]
) -> Any:
    """How many contacts the filters leave."""
    return CountOut.of(gathered.search.count(viewer, filters, ports.clock.now_ms()))


@router.get("/contacts/choices", response_model=ChoicesOut, responses=responses())
def read_choices(viewer: Reading, gathered: FromGathered) -> Any:
    """What the filters can name, within the viewer's brands. People are asked for by name."""
    return gathered.search.choices(viewer)


@router.get("/contacts/choices/agents", response_model=AgentsOut, responses=responses())
def read_agents(viewer: Reading, gathered: FromGathered, sought: Annotated[SoughtIn, Query()]) -> Any:
    """People whom the filters can name: those `named` by their identifiers, then those with all words of `q`."""
    items, more = gathered.search.agents(viewer, sought.q, sought.named)
    return {"items": items, "more": more}
