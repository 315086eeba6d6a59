"""Random lines for a stream: mostly events that can be, many that cannot, and some that are no events at all."""

import json
from collections.abc import Sequence
from typing import Any

import yaml

from affluent.routing.document import Naming, PolicyDocument, naming_of, read_policy, write_policy
from affluent.routing.document.reading import Noun
from tests.routing.story import SKILLS, TEAMS, Choices, Seeded, a_policy, one_of, some_demands

BROKEN = (
    "",
    "{",
    "[]",
    "null",
    '"arrive"',
    '{"event": "arrive"}',
    '{"event": 12}',
    '{"event": ["ready"]}',
    '{"at_ms": 1e99, "event": "clock"}',
    '{"event": "clock", "at_ms": -1}',
    '{"event": "clock", "at_ms": 9999999999999999999999}',
    '{"event": "clock", "at_ms": NaN}',
    '{"event": "clock", "at_ms": true}',
    '{"event": "clock", "event": "clock"}',
    '{"event": "ready", "agent": null}',
    '{"event": "leave", "contact": "\\ud800"}',
    '{"event": "change_agent", "agent": "agent 1", "rule": {"skills": {"skill 3": 9}}}',
    '{"event": "policy"}',
    '{"event": "policy", "policy": {"version": 1, "queues": {"a": {}}}}',
    '{"event": "policy", "file": "nowhere.yaml"}',
    "[" * 100_000,
)
NAMES: tuple[Noun, ...] = ("queue", "agent", "skill", "team")


def a_document(choices: Choices) -> PolicyDocument:
    policy = a_policy(choices)
    numbers = {"queue": range(90, 101), "agent": range(12), "skill": SKILLS, "team": TEAMS}
    names = Naming({noun: {one: f"{noun} {one}" for one in numbers[noun]} for noun in NAMES})
    segments = {f"segment {place}": some_demands(choices) for place in range(2)}
    return read_policy(write_policy(policy, names, segments))


def _time(choices: Choices, now_ms: int) -> int:
    return max(0, now_ms + choices.number(-3, 60))


def _contact(choices: Choices) -> str:
    return f"c{choices.number(1, 6)}"


def _kept(choices: Choices, agents: Sequence[str], now_ms: int) -> dict[str, Any]:
    if choices.number(0, 2):
        return {}
    until = {"kept_until_ms": _time(choices, now_ms)} if choices.number(0, 1) else {}
    return {"kept_for": one_of(choices, agents), **until}


def _asked(choices: Choices) -> dict[str, Any]:
    way = one_of(choices, ("segment", "skills", "tier", "none", "none"))
    skill = f"skill {one_of(choices, SKILLS)}"
    asked: dict[str, dict[str, Any]] = {
        "segment": {"segment": f"segment {choices.number(0, 2)}"},
        "skills": {
            "skills": {skill: {"preferred": choices.number(1, 4), "relax_after": "30ms"}},
            "target": "90ms",
        },
        "tier": {"tier": choices.number(0, 10)},
        "none": {},
    }
    return asked[way]


def _rule(choices: Choices) -> dict[str, Any]:
    return {
        "skills": {f"skill {skill}": choices.number(0, 5) for skill in SKILLS},
        "limits": {"chat": choices.number(0, 2), "voice": choices.number(0, 1)},
        **({"team": f"team {choices.number(2, 4)}"} if choices.number(0, 1) else {}),
    }


def a_line(choices: Choices, document: PolicyDocument, again: Any, now_ms: int) -> str:
    """One line. Names and instants are drawn, and need not fit what has happened so far.

    `again` is the document once more, for a change of policy that changes nothing.
    """
    if choices.number(0, 19) == 0:
        return one_of(choices, BROKEN)
    queues, agents = list(document.ids["queue"]), list(document.ids["agent"])
    queue, agent = one_of(choices, queues), one_of(choices, agents)
    contact = {"contact": _contact(choices)}
    event = one_of(
        choices,
        (
            *("arrive", "ready", "accept", "clock", "arrive", "ready", "accept", "release"),
            *("leave", "transfer", "return", "reopen", "decline", "time_out", "take", "sleep", "wake"),
            *("away", "offline", "change_agent", "close", "open", "policy"),
            *("join", "part", "hand_over", "merge", "lift"),
        ),
    )
    fields: dict[str, dict[str, Any]] = {
        "arrive": {
            **contact,
            "queue": queue,
            **_kept(choices, agents, now_ms),
            **_asked(choices),
            **one_of(
                choices, ({}, {}, {"not_before_ms": now_ms + 90}, {"arrived_ms": _time(choices, now_ms)})
            ),
        },
        "transfer": {**contact, **one_of(choices, ({}, {"queue": queue})), **_kept(choices, agents, now_ms)},
        "reopen": {**contact, "queue": queue, "agent": agent},
        "take": {**contact, "agent": agent},
        "release": {**contact, **one_of(choices, ({}, {"wrap_up_ms": 25}))},
        "sleep": {**contact, "frees": bool(choices.number(0, 1))},
        "change_agent": {"agent": agent, "rule": _rule(choices)},
        "policy": {"policy": again},
        **dict.fromkeys(("leave", "return", "accept", "decline", "time_out", "wake"), contact),
        **{name: {"agent": agent} for name in ("ready", "away", "offline")},
        **{name: {"queue": queue} for name in ("close", "open")},
        **{name: {**contact, "agent": agent} for name in ("join", "part", "hand_over")},
        "merge": {**contact, "into": _contact(choices)},
        "lift": {"agent": agent, "extra": {"chat": choices.number(0, 2)}, "until_ms": now_ms + 90},
        "clock": {},
    }
    told = {"event": event, "at_ms": _time(choices, now_ms), **fields[event]}
    return json.dumps(told)


def a_storm(seed: int, lines: int) -> tuple[PolicyDocument, list[str]]:
    """A policy and what happens under it. Time goes forward on the whole."""
    choices = Seeded(seed)
    document = a_document(choices)
    again = yaml.safe_load(write_policy(document.policy, naming_of(document), document.segments))
    for section in ("queues", "agents"):
        # The same names, under other numbers.
        entries: dict[str, dict[str, Any]] = again[section]
        again[section] = {name: {**one, "id": None} for name, one in reversed(entries.items())}
    now_ms, told = 0, list[str]()
    for _ in range(lines):
        told.append(a_line(choices, document, again, now_ms))
        now_ms += choices.number(10, 80)
    return document, told
