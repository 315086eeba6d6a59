"""The events that a line may tell: their fields, and what each does. docs/reference/route.md has them in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from affluent.routing.decisions import Decision
from affluent.routing.stream.asking import demands_of
from affluent.routing.stream.values import (
    Field,
    agent,
    anything,
    contact,
    extra,
    flag,
    instant_ms,
    mapping,
    queue,
    segment,
    span_ms,
    word,
)

if TYPE_CHECKING:
    from affluent.routing.stream.session import Session

Values = Mapping[str, Any]
Happens = Callable[["Session", int, Values], list[Decision]]

_KEPT = {"kept_for": Field(agent), "kept_until_ms": Field(instant_ms)}
_OFFER = {"contact": Field(contact, needed=True), "agent": Field(agent)}
_CONTACT = {"contact": Field(contact, needed=True)}
_AGENT = {"agent": Field(agent, needed=True)}
_QUEUE = {"queue": Field(queue, needed=True)}
_DEMANDS = {
    "segment": Field(segment),
    "skills": Field(anything),
    "team_needs": Field(anything),
    "tier": Field(anything),
    "target": Field(anything),
}


@dataclass(frozen=True, slots=True)
class Event:
    """`fields` beside `event` and `at_ms`, in the order in which they are checked.

    `surely`: whatever the state, it can happen once its fields are right.
    """

    fields: Mapping[str, Field]
    happens: Happens
    surely: bool = False


def _arrive(session: "Session", at_ms: int, told: Values) -> list[Decision]:
    demands = demands_of(session.document, told)
    entered: int = told["queue"]
    with session.newcomer(told["contact"]) as number:
        return session.router.arrive(
            number,
            entered,
            at_ms,
            arrived_ms=told.get("arrived_ms"),
            kept_for=told.get("kept_for"),
            kept_until_ms=session.kept_until_ms(entered, at_ms, told),
            demands=demands,
            not_before_ms=told.get("not_before_ms", 0),
        )


def _reopen(session: "Session", at_ms: int, told: Values) -> list[Decision]:
    arrived_ms: int = told.get("arrived_ms", at_ms)
    with session.newcomer(told["contact"]) as number:
        return session.router.reopen(number, told["queue"], told["agent"], at_ms, arrived_ms=arrived_ms)


def _leave(session: "Session", at_ms: int, told: Values) -> list[Decision]:
    return session.router.withdraw(session.number(told), at_ms)


def _transfer(session: "Session", at_ms: int, told: Values) -> list[Decision]:
    number = session.number(told)
    entered: int = told.get("queue", session.queue_of(number))
    return session.router.transfer(
        number,
        entered,
        at_ms,
        arrived_ms=told.get("arrived_ms"),
        kept_for=told.get("kept_for"),
        kept_until_ms=session.kept_until_ms(entered, at_ms, told),
    )


def _return(session: "Session", at_ms: int, told: Values) -> list[Decision]:
    session.require_agent(session.number(told))
    return _transfer(session, at_ms, told)


def _accept(session: "Session", at_ms: int, told: Values) -> list[Decision]:
    return session.router.accept(session.number(told), session.offered_to(told), at_ms)


def _decline(session: "Session", at_ms: int, told: Values) -> list[Decision]:
    return session.router.fail_offer(session.number(told), session.offered_to(told), at_ms)


def _time_out(session: "Session", at_ms: int, told: Values) -> list[Decision]:
    return session.router.fail_offer(session.number(told), session.offered_to(told), at_ms, timed_out=True)


def _release(session: "Session", at_ms: int, told: Values) -> list[Decision]:
    return session.router.release(session.number(told), at_ms, wrap_up_ms=told.get("wrap_up_ms", 0))


def _take(session: "Session", at_ms: int, told: Values) -> list[Decision]:
    allowed: bool = told.get("allowed", False)
    return session.router.take(session.number(told), told["agent"], at_ms, allowed=allowed)


def _join(session: "Session", at_ms: int, told: Values) -> list[Decision]:
    return session.router.join(session.number(told), told["agent"], at_ms)


def _part(session: "Session", at_ms: int, told: Values) -> list[Decision]:
    return session.router.part(session.number(told), told["agent"], at_ms)


def _hand_over(session: "Session", at_ms: int, told: Values) -> list[Decision]:
    return session.router.hand_over(session.number(told), told["agent"], at_ms)


def _merge(session: "Session", at_ms: int, told: Values) -> list[Decision]:
    return session.router.merge(session.number(told), session.number({"contact": told["into"]}), at_ms)


def _lift(session: "Session", at_ms: int, told: Values) -> list[Decision]:
    return session.router.lift_limits(told["agent"], told["extra"], told["until_ms"], at_ms)


def _sleep(session: "Session", at_ms: int, told: Values) -> list[Decision]:
    return session.router.sleeps(session.number(told), at_ms, frees=told.get("frees", True))


def _wake(session: "Session", at_ms: int, told: Values) -> list[Decision]:
    return session.router.wakes(session.number(told), at_ms, agent=told.get("agent"))


def _ready(session: "Session", at_ms: int, told: Values) -> list[Decision]:
    return session.router.agent_ready(told["agent"], at_ms)


def _away(session: "Session", at_ms: int, told: Values) -> list[Decision]:
    return session.router.agent_away(told["agent"], at_ms)


def _offline(session: "Session", at_ms: int, told: Values) -> list[Decision]:
    return session.router.agent_away(told["agent"], at_ms, offline=True)


def _change_agent(session: "Session", at_ms: int, told: Values) -> list[Decision]:
    return session.change_agent(told["agent"], told["rule"], at_ms)


def _close(session: "Session", at_ms: int, told: Values) -> list[Decision]:
    return session.router.close_queue(told["queue"], at_ms)


def _open(session: "Session", at_ms: int, told: Values) -> list[Decision]:
    return session.router.open_queue(told["queue"], at_ms)


def _policy(session: "Session", at_ms: int, told: Values) -> list[Decision]:
    return session.change_policy(told, at_ms)


def _clock(session: "Session", at_ms: int, told: Values) -> list[Decision]:
    return session.router.advance(at_ms)


def _explain(session: "Session", at_ms: int, told: Values) -> list[Decision]:
    return session.explain(session.number(told), at_ms)


def _state(session: "Session", at_ms: int, told: Values) -> list[Decision]:
    return session.state(at_ms)


EVENTS: Mapping[str, Event] = {
    "arrive": Event(
        {
            "contact": Field(word, needed=True),
            **_QUEUE,
            "arrived_ms": Field(instant_ms),
            **_KEPT,
            "not_before_ms": Field(instant_ms),
            **_DEMANDS,
        },
        _arrive,
    ),
    "leave": Event(_CONTACT, _leave),
    "transfer": Event(
        {**_CONTACT, "queue": Field(queue), "arrived_ms": Field(instant_ms), **_KEPT}, _transfer
    ),
    "return": Event({**_CONTACT, **_KEPT}, _return),
    "reopen": Event(
        {"contact": Field(word, needed=True), **_QUEUE, **_AGENT, "arrived_ms": Field(instant_ms)}, _reopen
    ),
    "accept": Event(_OFFER, _accept),
    "decline": Event(_OFFER, _decline),
    "time_out": Event(_OFFER, _time_out),
    "release": Event({**_CONTACT, "wrap_up_ms": Field(span_ms)}, _release),
    "take": Event({**_CONTACT, **_AGENT, "allowed": Field(flag)}, _take),
    "join": Event({**_CONTACT, **_AGENT}, _join),
    "part": Event({**_CONTACT, **_AGENT}, _part),
    "hand_over": Event({**_CONTACT, **_AGENT}, _hand_over),
    "merge": Event({**_CONTACT, "into": Field(contact, needed=True)}, _merge),
    "lift": Event(
        {**_AGENT, "extra": Field(extra, needed=True), "until_ms": Field(instant_ms, needed=True)},
        _lift,
        surely=True,
    ),
    "sleep": Event({**_CONTACT, "frees": Field(flag)}, _sleep),
    "wake": Event({**_CONTACT, "agent": Field(agent)}, _wake),
    "ready": Event(_AGENT, _ready, surely=True),
    "away": Event(_AGENT, _away, surely=True),
    "offline": Event(_AGENT, _offline, surely=True),
    "change_agent": Event({**_AGENT, "rule": Field(mapping, needed=True)}, _change_agent),
    "close": Event(_QUEUE, _close, surely=True),
    "open": Event(_QUEUE, _open, surely=True),
    "policy": Event({"policy": Field(mapping), "file": Field(word)}, _policy),
    "clock": Event({}, _clock, surely=True),
    "explain": Event(_CONTACT, _explain),
    "state": Event({}, _state, surely=True),
}

OTHER_WORDS: Mapping[str, str] = {
    "abandon": "leave",
    "abandoned": "leave",
    "available": "ready",
    "answer": "accept",
    "busy": "away",
    "complete": "release",
    "finish": "release",
    "free": "release",
    "frees": "release",
    "login": "ready",
    "logout": "offline",
    "pause": "away",
    "pull": "take",
    "refuse": "decline",
    "reject": "decline",
    "tick": "clock",
    "time": "clock",
    "timeout": "time_out",
    "unavailable": "away",
    "withdraw": "leave",
}
"""What other products call our events: an unknown word is answered with ours."""
