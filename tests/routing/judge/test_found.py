"""What storms against the third reader have brought up, each as the smallest day that shows it."""

import json
from typing import Any

from affluent.routing.document import read_policy
from affluent.routing.stream import Session


def decided(policy: dict[str, Any], *events: dict[str, Any]) -> list[tuple[str, ...]]:
    """The answers to the last event: decision, contact, agent."""
    session = Session(read_policy(json.dumps({"version": 1, **policy})))
    answers: list[dict[str, Any]] = []
    for number, event in enumerate(events, 1):
        answers = session.answer(number, json.dumps(event))
    return [(one["decision"], one["contact"], one.get("agent", "")) for one in answers]


def arrive(contact: str, queue: str = "q", **more: Any) -> dict[str, Any]:
    return {"event": "arrive", "contact": contact, "queue": queue, **more}


def ready(agent: str) -> dict[str, Any]:
    return {"event": "ready", "agent": agent}


def test_behind_a_head_that_refuses_an_agent_a_better_rank_goes_first() -> None:
    policy = {
        "media": {"chat": {"units": 60}},
        "queues": {"q": {"medium": "chat"}},
        "agents": {"ann": {"limits": {"chat": 1}}, "bob": {"limits": {"chat": 1}, "ranks": {"q": 6}}},
    }
    events = [
        arrive("c1"),
        ready("ann"),
        {"event": "return", "contact": "c1"},
        {"event": "close", "queue": "q"},
    ]
    events += [arrive("c2"), ready("bob"), {"event": "open", "queue": "q"}]
    # Ann is set aside from c1, which she gave back: for her c2 is of rank 1, for Bob c1 is of rank 6.
    assert decided(policy, *events) == [("offered", "c2", "ann"), ("offered", "c1", "bob")]


def test_an_offer_goes_back_only_where_what_is_interrupted_leaves_no_room() -> None:
    policy = {
        "media": {
            "voice": {"units": 30, "interrupts": ["email"], "pulls_back": ["chat"]},
            "chat": {"units": 20},
            "email": {"units": 40},
        },
        "queues": {"q": {"medium": "voice"}, "m": {"medium": "email"}, "c": {"medium": "chat"}},
        "agents": {"ann": {"limits": {"voice": 1, "chat": 1, "email": 1}}},
    }
    events = [
        ready("ann"),
        arrive("m1", "m"),
        {"event": "accept", "contact": "m1"},
        arrive("c1", "c"),
        arrive("v1"),
    ]
    assert decided(policy, *events) == [("offered", "v1", "ann")]


def test_an_offer_of_a_medium_both_interrupted_and_pulled_back_goes_back() -> None:
    policy = {
        "media": {
            "voice": {"units": 60, "interrupts": ["email"], "pulls_back": ["email"]},
            "email": {"units": 30},
        },
        "queues": {"q": {"medium": "voice"}, "m": {"medium": "email"}},
        "agents": {"ann": {"limits": {"voice": 1, "email": 1}}},
    }
    events = [ready("ann"), arrive("m1", "m"), arrive("v1")]
    assert decided(policy, *events) == [("pulled_back", "m1", "ann"), ("offered", "v1", "ann")]


def test_a_wish_beside_a_required_skill_stays_a_wish() -> None:
    policy = {
        "media": {"chat": {"units": 60}},
        "skills": ["spanish"],
        "queues": {"q": {"medium": "chat", "skills": {"spanish": 2}}},
        "agents": {"ann": {"limits": {"chat": 1}, "skills": {"spanish": 3}}},
    }
    wish = {"spanish": {"preferred": 5, "relax_after": "10s"}}
    events = [ready("ann"), arrive("c1", skills=wish), {"event": "clock", "at_ms": 10_000}]
    assert decided(policy, *events[:2]) == []
    assert decided(policy, *events) == [("offered", "c1", "ann")]


def test_an_offer_ends_when_its_agent_changes_into_a_team_that_nobody_knew() -> None:
    policy = {
        "media": {"chat": {"units": 60}},
        "teams": ["new"],
        "queues": {"q": {"medium": "chat"}},
        "agents": {"ann": {"limits": {"chat": 1}}},
    }
    change = {"event": "change_agent", "agent": "ann", "rule": {"team": "new"}}
    assert decided(policy, ready("ann"), arrive("c1"), change) == [("expired", "c1", "ann")]


def test_what_is_kept_for_somebody_offline_finds_the_queue_as_closed_as_anyone() -> None:
    policy = {
        "media": {"chat": {"units": 60}},
        "queues": {"q": {"medium": "chat", "overflow": {"when_closed": True}}},
        "agents": {"ann": {"limits": {"chat": 1}}},
    }
    kept = arrive("c1", kept_for="ann", kept_until_ms=60_000)
    assert decided(policy, {"event": "close", "queue": "q"}, kept) == [("refused", "c1", "")]
