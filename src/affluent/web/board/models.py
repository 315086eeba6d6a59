"""The shapes of the board's answers and questions."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints

from affluent.centre.supervising.alerts import Limits
from affluent.centre.texts import Id, Line
from affluent.web.desk.models import Body, Row, Short

Instant = Annotated[int, Field(ge=0, le=1 << 42)]
"""Milliseconds since the epoch, UTC."""
USUAL = Limits()
Told = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]


class BrandOut(BaseModel):
    id: int
    name: str
    colour: str


class TeamOut(BaseModel):
    id: int
    name: str


class RaisedOut(BaseModel):
    tier: int
    until_ms: int


class QueueOut(BaseModel):
    """`able` are the people who could ever serve it; `raised` its tier for a while."""

    id: int
    brand_id: int
    name: str
    medium: str
    tier: int
    raised: RaisedOut | None
    target_share: float
    target_ms: int
    able: list[int]


class PersonOut(BaseModel):
    """Someone at a desk; `limits` is how many contacts at once, by medium."""

    id: int
    name: str
    team_id: int | None
    brand_ids: list[int]
    limits: dict[str, int]
    state: str
    reason: str | None
    since_ms: int
    lifted: dict[str, int] = {}
    """Contacts allowed over the limits, by medium, until `lifted_until_ms`."""
    lifted_until_ms: int | None = None


class DotOut(BaseModel):
    """A contact that has not ended. `due_ms` and `owed_ms` are null while the ball is with the customer.

    `owed_ms` is since when an answer is owed: since it arrived, or since the ball came back to us.
    """

    id: int
    brand_id: int
    queue_id: int | None
    medium: str
    state: str
    agent_id: int | None
    arrived_ms: int
    due_ms: int | None
    owed_ms: int | None
    target_ms: int | None
    awaiting: str
    beside: list[int] = []
    """Who takes part in it beside its agent."""
    promised_ms: int | None = None
    """The hour that its customer was promised; nobody is asked before."""


class ChannelOut(BaseModel):
    id: int
    brand_id: int
    medium: str
    name: str
    queue_id: int | None
    closed_until_ms: int | None


class QueueTodayOut(BaseModel):
    """Today's counts of a queue: `in_target` of `owed`, `abandoned` of `offered`; `usual` a week ago by now.

    `flow` are the arrivals by half-hour from `from_ms` on, `usual_flow` those of the whole day a week ago.
    """

    queue_id: int
    arrived: int
    in_target: int
    owed: int
    abandoned: int
    offered: int
    usual: int | None
    from_ms: int
    flow: list[int]
    usual_flow: list[int]


class TodayOut(BaseModel):
    """`closed` are the queues outside their opening hours, `opens_ms` when each opens.

    While `counting`, not all of today is in the counts yet.
    """

    queues: list[QueueTodayOut]
    counting: bool
    closed: list[int]
    opens_ms: dict[int, int] = {}


class BoardOut(BaseModel):
    now_ms: int
    brands: list[BrandOut]
    teams: list[TeamOut]
    queues: list[QueueOut]
    people: list[PersonOut]
    contacts: list[DotOut]
    channels: list[ChannelOut]
    today: TodayOut


class ByLevelOut(BaseModel):
    """A reserve that goes by service level: its goal, and what was seen when it last turned.

    Of `owed` contacts `in_time` were answered within target; `used_percent` of a target was foreseen to be used.
    """

    goal_percent: int
    since_ms: int | None
    cause: Literal["level", "wait"] | None
    in_time: int
    owed: int
    used_percent: int


class ReserveOut(BaseModel):
    """Agents kept for some contacts: `shut` while no more than `keeps` of them are `free`, or more than `most` wait."""

    id: int
    name: str
    medium: str
    shut: bool
    keeps: int
    free: int
    most: int | None
    waiting: int
    level: ByLevelOut | None


class ReservesOut(BaseModel):
    items: list[ReserveOut]


class ContactsOut(BaseModel):
    """A page of the contacts behind a figure; `total` is how many there are in all.

    `counted` is what the figure says: today's figures count a contact in each queue that it came through.
    """

    items: list[Row]
    next: str | None
    total: int
    counted: int


class Ref(BaseModel):
    id: int
    name: str


class AlertOut(BaseModel):
    """Something that is or was about to give way; `params` go into its sentence."""

    id: int
    kind: str
    level: Literal["soon", "late"]
    params: dict[str, Any]
    queue: Ref
    brand: Ref
    began_ms: int
    ended_ms: int | None
    seen_ms: int | None
    seen_by: str | None


class AlertsOut(BaseModel):
    items: list[AlertOut]
    next: str | None


class NoticeOut(BaseModel):
    """A notice that stands, told to `told` people and read by `read` of them."""

    id: int
    text: str
    at_ms: int
    until_ms: int
    by_name: str | None
    team_name: str | None
    told: int
    read: int


class NoticesOut(BaseModel):
    items: list[NoticeOut]


class MyNoticeOut(BaseModel):
    id: int
    text: str
    at_ms: int
    until_ms: int
    by_name: str | None


class MyNoticesOut(BaseModel):
    items: list[MyNoticeOut]


class SkillOut(BaseModel):
    skill_id: int
    name: str
    level: int


class SkillsOut(BaseModel):
    """All skills of the centre; level 0 for those that the agent has not."""

    items: list[SkillOut]


class LimitsBody(Body):
    """From when on alerts speak."""

    oldest_share: Annotated[float, Field(ge=0.1, le=10)] = USUAL.oldest_share
    abandonment: Annotated[float, Field(ge=0, le=1)] = USUAL.abandonment
    contacts_least: Annotated[int, Field(ge=1, le=100_000)] = USUAL.contacts_least
    predicted_least: Annotated[int, Field(ge=1, le=100_000)] = USUAL.predicted_least
    on: bool = True


class LimitsOut(BaseModel):
    """The limits that hold; `own` tells whether they were set here."""

    queue_id: int | None
    own: bool
    limits: LimitsBody


class ReassignIn(Body):
    """To a queue, to a named agent, or both; `now` wants an agent who is ready. In hand: with a reason."""

    queue_id: Id | None = None
    agent_id: Id | None = None
    now: bool = False
    reason: Short = ""


class Before(BaseModel):
    """Where it was: what an undo asks for."""

    queue_id: int | None
    agent_id: int | None


class PresenceSetIn(Body):
    state: Literal["away", "offline"]
    reason: Short | None = None
    text: Short = ""


class SkillIn(Body):
    skill_id: Id
    level: Annotated[int, Field(ge=0, le=5)]


class SkillsIn(Body):
    """The skills to have from now on; level 0 takes one away."""

    skills: Annotated[list[SkillIn], Field(max_length=200)]


class LiftIn(Body):
    """How many contacts more than the limit, by medium, and until when: a day at most."""

    extra: Annotated[dict[str, Annotated[int, Field(ge=0, le=20)]], Field(max_length=20)]
    until_ms: Instant


class JoinIn(Body):
    """`answers`: not only to listen and whisper, but to answer the customer."""

    answers: bool = False


class CloseChannelIn(Body):
    """Until when, and what customers are told; an empty message: the usual sentence."""

    until_ms: Instant
    message_fr: Line = ""
    message_en: Line = ""


class RaiseIn(Body):
    tier: Annotated[int, Field(ge=0, le=9)]
    until_ms: Instant


class NoticeIn(Body):
    """To a team, to one agent, or (neither) to everyone on the sender's side of the wall."""

    text: Told
    until_ms: Instant
    team_id: Id | None = None
    agent_id: Id | None = None


class NoticeMade(BaseModel):
    id: int
