"""What the board shows, and the contacts behind each of its figures."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from affluent.centre import reserving
from affluent.centre.refusals import NotFound
from affluent.centre.supervising.alerts import Limits, limits_of
from affluent.centre.supervising.ports import ALERTS_A_PAGE, CONTACTS_A_PAGE, ReserveSet
from affluent.centre.texts import Id
from affluent.centre.wall import Right
from affluent.web.board import models
from affluent.web.board.ports import Ports, Serving, Watching
from affluent.web.desk.models import Short
from affluent.web.errors import responses

router = APIRouter(prefix="/api/v1", tags=["Board"])


SomeQueues = Annotated[list[Annotated[int, Field(ge=0, le=2**53)]], Field(max_length=1_000)]
"""Queues by number; 0: what is in none."""


class Narrowed(BaseModel):
    """Which contacts of now: a figure, then a queue (0: those without one), an agent, some queues."""

    model_config = ConfigDict(extra="forbid")

    figure: Literal["waiting", "late", "in_hand", "sleeping", "live", "promised"] = "waiting"
    queue: Annotated[int, Field(ge=0, le=2**53)] | None = None
    queues: SomeQueues | None = None
    agent: Id | None = None
    cursor: Short | None = None


class AskedToday(BaseModel):
    """A figure of today; `missed` leaves out the contacts that met it."""

    model_config = ConfigDict(extra="forbid")

    figure: Literal["service_level", "abandonment", "received"] = "service_level"
    queues: SomeQueues | None = None
    missed: bool = False
    cursor: Annotated[str | None, Field(pattern="^[0-9]{1,15}$")] = None


@router.get("/board", response_model=models.BoardOut, responses=responses())
def read_board(viewer: Watching, ports: Ports) -> Any:
    """The centre as it stands: queues, people, every contact that has not ended, today's figures."""
    return ports.live.whole(viewer)


def _by_level(reserve: ReserveSet) -> dict[str, Any] | None:
    """By which service level a reserve goes, and what was seen when it last turned."""
    if reserve.level_percent is None:
        return None
    nothing = {"cause": None, "in_time": 0, "owed": 0, "used_percent": 0}
    seen = {**nothing, **(reserve.level_seen or {})}
    return {"goal_percent": reserve.level_percent, "since_ms": reserve.level_since_ms, **seen}


@router.get("/board/reserves", response_model=models.ReservesOut, responses=responses())
def read_reserves(viewer: Watching, ports: Ports) -> Any:
    """The reserves of agents and how they stand; none when another process decides."""
    engine = ports.runner.look(reserving.of_engine) or []
    found = reserving.standing(ports.views.reserves(), engine)
    return {
        "items": [
            {
                "id": one.named.id,
                "name": one.named.name,
                "medium": one.named.medium,
                "shut": one.now.shut,
                "keeps": one.rule.agents,
                "free": one.now.free,
                "most": one.rule.waiting,
                "waiting": one.now.waiting,
                "level": _by_level(one.named),
            }
            for one in found
            if viewer.sees(one.named.brand_id)
        ]
    }


@router.get("/board/contacts", response_model=models.ContactsOut, responses=responses())
def read_board_contacts(viewer: Watching, ports: Ports, narrowed: Annotated[Narrowed, Query()]) -> Any:
    """The contacts behind a figure of now, what is due first on top."""
    viewer.require(Right.READ_CONTACTS)
    asked = narrowed.model_dump(exclude={"cursor"}) | {"now_ms": ports.clock.now_ms()}
    return ports.views.contacts(viewer, asked, narrowed.cursor)


@router.get("/board/today/contacts", response_model=models.ContactsOut, responses=responses())
def read_today_contacts(viewer: Watching, ports: Ports, asked: Annotated[AskedToday, Query()]) -> Any:
    """The contacts behind a figure of today, newest first."""
    viewer.require(Right.READ_CONTACTS)
    mine = {one.id for one in ports.views.facts().queues if viewer.sees(one.brand_id)}
    queues = mine if asked.queues is None else mine & set(asked.queues)
    found = ports.figures.contact_ids(asked.figure, queues, ports.clock.now_ms(), missed=asked.missed)
    ids = list(dict.fromkeys(found))
    # Whoever comes while one reads is above: the place to go on from is a contact, not a number of lines.
    rest = [one for one in ids if asked.cursor is None or one < int(asked.cursor)]
    page = rest[:CONTACTS_A_PAGE]
    return {
        "items": ports.views.rows(viewer, page),
        "next": str(page[-1]) if len(rest) > CONTACTS_A_PAGE else None,
        "total": len(ids),
        "counted": len(found),
    }


@router.get("/board/alerts", response_model=models.AlertsOut, responses=responses())
def read_alerts(
    viewer: Watching,
    ports: Ports,
    standing: bool = False,
    cursor: Annotated[str | None, Query(pattern="^[0-9]{1,15}$")] = None,
) -> Any:
    """What was about to give way, latest first; `standing` leaves out what is over."""
    before = int(cursor) if cursor else None
    items = ports.views.alerts(viewer, before_id=before, open_only=standing)
    full = len(items) >= ALERTS_A_PAGE
    return {"items": items, "next": str(items[-1]["id"]) if full else None}


@router.get("/board/limits", response_model=models.LimitsOut, responses=responses(404))
def read_limits(viewer: Watching, ports: Ports, queue_id: Id | None = None) -> Any:
    """From when on alerts speak for a queue, or for the whole centre."""
    facts = ports.views.facts()
    if queue_id is None:
        limits = Limits(**facts.limits.get(None, {}))
    else:
        queue = next((one for one in facts.queues if one.id == queue_id), None)
        if queue is None or not viewer.sees(queue.brand_id):
            raise NotFound("not_found")
        limits = limits_of(facts.limits, queue_id)
    kept = {name: getattr(limits, name) for name in models.LimitsBody.model_fields}
    return {"queue_id": queue_id, "own": queue_id in facts.limits, "limits": kept}


@router.get("/board/notices", response_model=models.NoticesOut, responses=responses())
def read_notices(viewer: Watching, ports: Ports) -> Any:
    """What supervisors told people, and how many have read it."""
    return {"items": ports.views.notices(viewer, ports.clock.now_ms())}


@router.get("/desk/notices", response_model=models.MyNoticesOut, responses=responses())
def read_my_notices(viewer: Serving, ports: Ports) -> Any:
    """What a supervisor tells you, until you have read it."""
    return {"items": ports.views.notices_for(viewer.account_id, ports.clock.now_ms())}
