"""Known problems: declared and ended by supervisors, shown on boards and desks, set on a contact by hand."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from affluent.centre.administration.administration import Administration
from affluent.centre.administration.problems import ProblemFields, ended
from affluent.centre.known_problems import problems as known_problems
from affluent.centre.known_problems.views import ProblemViews
from affluent.centre.runner import Runner
from affluent.centre.texts import Id
from affluent.centre.transaction import Transaction
from affluent.centre.wall import Right, Viewer
from affluent.facts.instants import Clock
from affluent.web.desk.models import Body, Done, Named
from affluent.web.errors import responses
from affluent.web.signin import needs

router = APIRouter(prefix="/api/v1", tags=["Known problems"])

Reading = Annotated[Viewer, Depends(needs(Right.READ_CONTACTS))]
Serving = Annotated[Viewer, Depends(needs(Right.SERVE))]
Supervising = Annotated[Viewer, Depends(needs(Right.SUPERVISE))]


@dataclass(frozen=True, slots=True)
class ProblemPorts:
    runner: Runner
    views: ProblemViews
    administration: Administration
    clock: Clock


async def ports_of(request: Request) -> ProblemPorts:
    return request.app.state.problems


Ports = Annotated[ProblemPorts, Depends(ports_of)]


class ProblemOut(BaseModel):
    """A known problem, with what its customers are told. `brand_id` null: every brand's."""

    id: int
    name: str
    brand_id: int | None
    state: Literal["open", "planned", "over"]
    message_fr: str
    message_en: str
    begins_ms: int
    ends_ms: int | None


class StandingOut(ProblemOut):
    """With its counts: contacts marked in all, of these waiting and in hand; `flow` by `slot_ms`, up to now."""

    owner: Named | None
    marked: int
    waiting: int
    in_hand: int
    slot_ms: int
    flow: list[int]


class StandingsOut(BaseModel):
    items: list[StandingOut]


class ReasonOut(BaseModel):
    """`fits` its words, motives and queues; `alike`: `count` contacts marked with it say much the same."""

    code: Literal["fits", "alike"]
    params: dict[str, int]


class SuggestedOut(ProblemOut):
    """Without a reason nothing but a person's judgement speaks for it."""

    why: list[ReasonOut]


class OfContactOut(BaseModel):
    marked: ProblemOut | None
    open: list[SuggestedOut]


class MarkIn(Body):
    """Null: it is about none."""

    problem_id: Id | None


class MadeOut(BaseModel):
    id: int


@router.get("/problems", response_model=StandingsOut, responses=responses())
def read_problems(viewer: Reading, ports: Ports) -> Any:
    """Known problems that are open, planned, or over since two days at most, with their counts."""
    return {"items": ports.views.standing(viewer, ports.clock.now_ms())}


@router.post("/problems", response_model=MadeOut, status_code=201, responses=responses(404, 409))
def declare_problem(body: ProblemFields, viewer: Supervising, ports: Ports) -> Any:
    """Declares a known problem: from its begin on its contacts are marked, told, and wait together."""
    values = body.model_dump(mode="json")
    return {"id": ports.administration.create(viewer, "problems", values, right=Right.SUPERVISE)["id"]}


@router.put("/problems/{problem_id}", response_model=Done, responses=responses(404, 409))
def change_problem(problem_id: Id, body: ProblemFields, viewer: Supervising, ports: Ports) -> Any:
    """Changes what is told, who is concerned, or how long it lasts."""
    changes = body.model_dump(mode="json")
    ports.administration.change(viewer, "problems", problem_id, changes, right=Right.SUPERVISE)
    return {}


@router.post("/problems/{problem_id}/end", response_model=Done, responses=responses(404, 409))
def end_problem(problem_id: Id, viewer: Supervising, ports: Ports) -> Any:
    """Ends it now: who waits for it goes where they would have gone, and keeps their place."""
    row = ports.administration.read(viewer, "problems", problem_id)
    changes = ended(row, ports.clock.now_ms())
    ports.administration.change(viewer, "problems", problem_id, changes, right=Right.SUPERVISE)
    return {}


@router.get("/contacts/{contact_id}/problems", response_model=OfContactOut, responses=responses(404))
def read_contact_problems(contact_id: Id, viewer: Reading, ports: Ports) -> Any:
    """The known problem that a contact is marked with, and those it may be about, with the reasons."""
    return ports.views.of_contact(viewer, contact_id, ports.clock.now_ms())


@router.put("/contacts/{contact_id}/problem", response_model=OfContactOut, responses=responses(404, 409))
def mark_contact(contact_id: Id, body: MarkIn, viewer: Serving, ports: Ports) -> Any:
    """Says by hand what a contact is about: an open known problem, or none. It stays where it stands."""

    def walled(tx: Transaction) -> None:
        viewer.behind_wall(tx.contact(contact_id).brand_id)
        known_problems.set_by_hand(
            tx, contact_id=contact_id, agent_id=viewer.account_id, problem_id=body.problem_id
        )

    ports.runner.do(walled)
    return ports.views.of_contact(viewer, contact_id, ports.clock.now_ms())
