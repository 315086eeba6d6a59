"""The filter as its page describes it (docs/reference/route.md): one line in, its answers out."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

from . import written
from .happenings import Day
from .passing import Wrong

LAST_INSTANT = 4398046511103
LONGEST = 4 << 20

_NAME, _AGENT, _QUEUE, _INSTANT, _FLAG, _MEDIA, _ANY = (
    "name",
    "agent",
    "queue",
    "instant",
    "flag",
    "media",
    "any",
)
_DEMANDS = {"skills": _ANY, "team_needs": _ANY, "tier": _ANY, "target": _ANY}
_KEPT = {"kept_for": _AGENT, "kept_until_ms": _INSTANT}

NEEDED: dict[str, dict[str, str]] = {
    "arrive": {"contact": _NAME, "queue": _QUEUE},
    "leave": {"contact": _NAME},
    "accept": {"contact": _NAME},
    "decline": {"contact": _NAME},
    "time_out": {"contact": _NAME},
    "release": {"contact": _NAME},
    "return": {"contact": _NAME},
    "transfer": {"contact": _NAME},
    "take": {"contact": _NAME, "agent": _AGENT},
    "reopen": {"contact": _NAME, "queue": _QUEUE, "agent": _AGENT},
    "sleep": {"contact": _NAME},
    "wake": {"contact": _NAME},
    "join": {"contact": _NAME, "agent": _AGENT},
    "part": {"contact": _NAME, "agent": _AGENT},
    "hand_over": {"contact": _NAME, "agent": _AGENT},
    "merge": {"contact": _NAME, "into": _NAME},
    "ready": {"agent": _AGENT},
    "away": {"agent": _AGENT},
    "offline": {"agent": _AGENT},
    "lift": {"agent": _AGENT, "extra": _MEDIA, "until_ms": _INSTANT},
    "change_agent": {"agent": _AGENT, "rule": _ANY},
    "close": {"queue": _QUEUE},
    "open": {"queue": _QUEUE},
    "policy": {},
    "clock": {},
}
OPTIONAL: dict[str, dict[str, str]] = {
    "arrive": {"arrived_ms": _INSTANT, **_KEPT, "not_before_ms": _INSTANT, "segment": "segment", **_DEMANDS},
    "accept": {"agent": _AGENT},
    "decline": {"agent": _AGENT},
    "time_out": {"agent": _AGENT},
    "release": {"wrap_up_ms": _INSTANT},
    "return": _KEPT,
    "transfer": {"queue": _QUEUE, "arrived_ms": _INSTANT, **_KEPT},
    "take": {"allowed": _FLAG},
    "reopen": {"arrived_ms": _INSTANT},
    "sleep": {"frees": _FLAG},
    "wake": {"agent": _AGENT},
    "policy": {"policy": _ANY},
}


class _Repeated(Exception):
    pass


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Repeated
    return found


def _no_number(text: str) -> float:
    raise ValueError(text)


class Filter:
    """The third reader of a policy: `answer` gives the lines that `affluent route` ought to give."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.day = Day(written.rules(document))
        self.number = 0

    def answer(self, line: bytes) -> list[dict[str, Any]]:
        self.number += 1
        if not line.strip():
            return []
        try:
            event = self._read(line)
            self._check(event)
            trial = copy.deepcopy(self.day)
            trial.said.clear()
            at_ms = event.get("at_ms", trial.world.now)
            if at_ms < trial.world.now:
                raise Wrong("time_went_back")
            doing = self._means(trial, event)
            trial.advance(at_ms)
            doing()
            if event["event"] != "policy":
                # A new policy is as a new start: whoever ought to have gone on goes on first.
                trial.offer()
            trial.settle()
        except Wrong as wrong:
            return [{"line": self.number, "error": wrong.code, **wrong.told}]
        self.day = trial
        return [{"line": self.number, **said} for said in trial.said]

    def _read(self, line: bytes) -> dict[str, Any]:
        if len(line) > LONGEST:
            raise Wrong("too_long")
        try:
            event = json.loads(line.decode(), object_pairs_hook=_once, parse_constant=_no_number)
        except UnicodeDecodeError:
            raise Wrong("bad_encoding") from None
        except _Repeated:
            raise Wrong("repeated_field") from None
        except ValueError:
            raise Wrong("bad_json") from None
        if not isinstance(event, dict):
            raise Wrong("not_an_object")
        return event

    def _check(self, event: dict[str, Any]) -> None:
        """Of its fields: what lacks, what is unknown, then each in turn."""
        if "event" not in event:
            raise Wrong("missing_field")
        what = event["event"]
        if not isinstance(what, str) or what not in NEEDED:
            raise Wrong("unknown_event")
        needed, optional = NEEDED[what], OPTIONAL.get(what, {})
        if any(name not in event for name in needed):
            raise Wrong("missing_field")
        known = {"at_ms": _INSTANT, **needed, **optional}
        if any(name not in known and name != "event" for name in event):
            raise Wrong("unknown_field")
        for name, kind in known.items():
            if name in event:
                self._check_one(event, name, kind)

    def _check_one(self, event: dict[str, Any], field: str, kind: str) -> None:
        value, rules = event[field], self.day.world.rules
        wanted: dict[str, type] = {_INSTANT: int, _FLAG: bool, _MEDIA: dict, _ANY: object}
        if not isinstance(value, wanted.get(kind, str)) or (kind == _INSTANT and isinstance(value, bool)):
            raise Wrong("wrong_type")
        if kind == _INSTANT and not 0 <= value <= LAST_INSTANT:
            raise Wrong("out_of_range")
        if kind == _NAME:
            if not 1 <= len(value) <= 200 or not value.isprintable():
                raise Wrong("bad_name")
            if value not in self.day.world.contacts and event["event"] not in {"arrive", "reopen"}:
                raise Wrong("unknown_contact")
        known: dict[str, Any] = {_AGENT: rules.agents, _QUEUE: rules.queues, "segment": rules.segments}
        if kind in known and value not in known[kind]:
            raise Wrong(f"unknown_{kind}")
        if kind == _MEDIA and any(medium not in rules.media for medium in value):
            raise Wrong("unknown_medium")

    def _means(self, day: Day, e: dict[str, Any]) -> Callable[[], None]:
        """What the line asks of the day, with what it left out."""
        get, at_ms = e.get, e.get("at_ms", day.world.now)
        rules = day.world.rules
        kept = (get("kept_for"), get("kept_until_ms"))
        match e["event"]:
            case "arrive":
                wishes = [rules.segments[e["segment"]]] if "segment" in e else []
                own = {key: e[key] for key in _DEMANDS if key in e}
                wishes += [written.wish(own)] if own else []
                arrived = get("arrived_ms", at_ms)
                what = (e["contact"], e["queue"], arrived, *kept, get("not_before_ms", 0), tuple(wishes))
                return lambda: day.arrive(*what)
            case "leave":
                return lambda: day.leave(e["contact"])
            case "accept":
                return lambda: day.accept(e["contact"], get("agent"))
            case "decline":
                return lambda: day.decline(e["contact"], get("agent"))
            case "time_out":
                return lambda: day.timed_out(e["contact"], get("agent"))
            case "release":
                return lambda: day.release(e["contact"], get("wrap_up_ms", 0))
            case "return":
                return lambda: day.give_back(e["contact"], *kept)
            case "transfer":
                return lambda: day.transfer(e["contact"], get("queue"), get("arrived_ms"), *kept)
            case "take":
                return lambda: day.take(e["contact"], e["agent"], get("allowed", False))
            case "reopen":
                return lambda: day.reopen(e["contact"], e["queue"], e["agent"], get("arrived_ms", at_ms))
            case "sleep":
                return lambda: day.sleep(e["contact"], get("frees", True))
            case "wake":
                return lambda: day.wake(e["contact"], get("agent"))
            case "merge":
                return lambda: day.merge(e["contact"], e["into"])
            case "lift":
                return lambda: day.lift(e["agent"], e["extra"], e["until_ms"])
            case "change_agent":
                place = rules.agents[e["agent"]].place
                rule = written.agent(e["agent"], place, rules.bundles, e["rule"])
                return lambda: day.change_agent(rule)
            case "policy":
                return lambda: day.policy(written.rules(e["policy"]))
            case "clock":
                return lambda: None
            case "join" | "part" | "hand_over":
                return lambda: getattr(day, e["event"])(e["contact"], e["agent"])
            case "close" | "open":
                return lambda: getattr(day, e["event"])(e["queue"])
            case _:
                return lambda: getattr(day, e["event"])(e["agent"])
