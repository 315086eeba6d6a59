"""Reserves: agents kept free for some contacts. So mail is handed out while the chats allow, and no longer."""

from typing import Annotated

from pydantic import AfterValidator, Field

from affluent.centre.administration.noun import Draft, Fields, Noun
from affluent.centre.administration.ports import Row
from affluent.centre.administration.queues import Medium
from affluent.centre.refusals import Invalid
from affluent.centre.texts import Id, Name
from affluent.facts.instants import DAY_MS
from affluent.routing.policy import RESERVES_MAX

Ids = Annotated[list[Id], Field(max_length=200), AfterValidator(lambda ids: sorted(set(ids)))]
Count = Annotated[int, Field(ge=0, le=100_000)]


class ReserveFields(Fields):
    """Its agents are those who take `medium`, of the team if one is named, and can serve one of the queues if any are.

    While no more than `agents` of them have room, or more than `waiting` contacts wait in its queues, they are
    offered only what it is kept for: those of `queue_ids`, and those of `tier` at least. With `against_ids` only
    these queues are held back then. With `level_percent` it goes by the service level of its queues instead: shut
    while less is answered within target, over the last `level_window_ms`, or somebody soon will be too late.
    """

    name: Name
    brand_id: Id | None = None
    medium: Medium
    queue_ids: Ids = Field(default=[])
    tier: Annotated[int, Field(ge=0, le=9)] | None = None
    agents: Count = 0
    waiting: Count | None = None
    team_id: Id | None = None
    against_ids: Ids = Field(default=[])
    level_percent: Annotated[int, Field(ge=1, le=100)] | None = None
    level_window_ms: Annotated[int, Field(ge=60_000, le=DAY_MS)] = 900_000


def _check(draft: Draft) -> None:
    reserve = draft.after
    draft.reference("brands", reserve["brand_id"], "brand_id")
    draft.reference("teams", reserve["team_id"], "team_id")
    for field in ("queue_ids", "against_ids"):
        for position, queue_id in enumerate(reserve[field]):
            path = f"{field}.{position}"
            queue = draft.reference("queues", queue_id, path)
            assert queue is not None, "named by its identifier"
            if reserve["brand_id"] not in (None, queue["brand_id"]):
                raise Invalid("of_another_brand", path)
            if field == "queue_ids" and queue["medium"] != reserve["medium"]:
                raise Invalid("queue_of_other_medium", path)
    if set(reserve["queue_ids"]) & set(reserve["against_ids"]):
        raise Invalid("against_itself", "against_ids")
    if not reserve["queue_ids"] and (reserve["tier"] is None or reserve["waiting"] is not None):
        raise Invalid("reserve_for_nothing", "queue_ids")
    _check_when(reserve)
    if draft.before is None and len(draft.unit.rows("reserves")) >= RESERVES_MAX:
        raise Invalid("too_many_reserves", most=RESERVES_MAX)
    draft.unique("reserves", "name", lambda row: (row["brand_id"], row["name"].lower()))


def _check_when(reserve: Row) -> None:
    counts = reserve["agents"] > 0 or reserve["waiting"] is not None
    if reserve["level_percent"] is None:
        if not counts:
            raise Invalid("reserve_never_shut", "agents")
        return
    if counts:
        raise Invalid("reserve_by_level_alone", "level_percent")
    if not reserve["queue_ids"]:
        raise Invalid("reserve_for_nothing", "queue_ids")


RESERVES = Noun(
    key="reserves", title="reserve", fields=ReserveFields, check=_check, fixed=frozenset({"medium"})
)
