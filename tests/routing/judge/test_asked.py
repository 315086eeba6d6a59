"""The answers to `explain` and `state` against the third reader, asked again and again while storms blow.

Obstacles are compared as a set; of `state` what the documentation describes. AFFLUENT_STORMS=2000 drives longer.
"""

import json
from collections import Counter, defaultdict
from random import Random
from typing import Any

from affluent.routing.stream import Session
from tests.routing.judge import asked, draw
from tests.routing.judge.lines import Filter
from tests.routing.judge.test_third_reader import LINES, STORMS, read, told


def explained(answer: dict[str, Any]) -> dict[str, Any]:
    found = dict(answer["explanation"])
    found["candidates"] = [{**one, "obstacles": sorted(one["obstacles"])} for one in found["candidates"]]
    return found


def stands(answer: dict[str, Any]) -> dict[str, Any]:
    state = answer["state"]
    contacts = [
        {
            "contact": one["contact"],
            "queue": one["queue"],
            "place": one["place"],
            "agent": one["agent"],
            "arrived_ms": one["arrived_ms"],
            "expires_ms": one["expires_ms"],
            "kept_for": one["kept_for"] if one["place"] == "waiting" else None,
            "participants": sorted(one["participants"]),
        }
        for one in state["contacts"]
    ]
    agents = [
        {key: one[key] for key in ("agent", "presence", "idle_since_ms", "set_aside_until_ms")}
        for one in state["agents"]
    ]
    return {"contacts": contacts, "agents": agents, "closed": state["closed"]}


def a_questioned_storm(seed: int, seen: Counter[str]) -> None:
    rng = Random(seed + 1_000_000)
    while (policy := read(document := draw.policy(rng))) is None:
        pass
    session, reader = Session(policy), Filter(document)
    day = draw.DayOfLines(rng, document, lambda one: read(one) is not None)
    number = 0
    for _ in range(LINES):
        busy: dict[str, list[str]] = defaultdict(list)
        for contact in reader.day.world.contacts.values():
            busy[contact.state].append(contact.name)
        line = day.line(busy)
        number += 1
        reader.answer(line)
        answers = told(session, number, line)
        if b'"event": "policy"' in line and not any("error" in one for one in answers):
            day.document = json.loads(line)["policy"]
        world = reader.day.world
        waiting = [one for one in world.in_order() if one.state == "waiting"]
        if waiting:
            contact, number = rng.choice(waiting), number + 1
            question = json.dumps({"event": "explain", "contact": contact.name}).encode()
            (answer,) = told(session, number, question)
            expected = asked.explanation(world, contact)
            assert explained(answer) == expected, (seed, number, line, contact)
            seen.update(one for each in expected["candidates"] for one in each["obstacles"])
            seen.update(one["without"] for one in expected["otherwise"])
        number += 1
        (answer,) = told(session, number, b'{"event": "state"}')
        assert stands(answer) == asked.situation(world), (seed, number, line)


def test_what_is_asked_is_answered_as_the_third_reader_does() -> None:
    seen: Counter[str] = Counter()
    for seed in range(max(1, STORMS // 2)):
        a_questioned_storm(seed, seen)
    obstacles = {"queue_closed", "offline", "away", "set_aside", "refused", "kept_for_another", "at_limit"}
    assert obstacles | {"too_full", "kept_free", "stage_not_open"} <= set(seen)
