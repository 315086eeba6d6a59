"""What it costs to be able to explain an offer of the past: by marks and deciding again, or written at the decision.

Method: an engine with so many agents and waiting contacts, in process, processor time of this process (`load` is
beside it). `mark_ms` and `mark_bytes` are one mark, as it is kept; `written_ms` and `written_bytes` one explanation
computed and written as JSON at the decision, which every offer would pay. `explained_ms` is one offer explained later:
the mark read, the engine restored, `FACTS` events told, one of them explained.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from affluent.routing.engine import Router
from affluent.routing.explaining import ExplainingRouter
from affluent.routing.policy import AgentRule, MediumRule, Policy, QueueRule, SkillNeed
from affluent.routing.standing import packed_of, restored, unpacked

SIZES = ((25, 50), (250, 500), (500, 2_000), (7_500, 5_000))
"""Agents, and contacts that wait."""
FACTS = 3_000
QUEUES = 20
START_MS = 1_790_000_000_000
FOREVER_MS = 1_000_000_000


def centre(agents: int) -> Policy:
    queues = tuple(
        QueueRule(one, "email", offer_ms=FOREVER_MS, skills=(SkillNeed(one),)) for one in range(1, QUEUES + 1)
    )
    people = tuple(
        AgentRule(one, {1 + (one + step) % QUEUES: 1 for step in range(8)}, {"email": 1})
        for one in range(1, agents + 1)
    )
    return Policy((MediumRule("email", 60),), frozenset(range(1, QUEUES + 1)), queues, people)


def filled(agents: int, waiting: int) -> Router:
    """All agents busy, and so many more wait."""
    router = Router(centre(agents))
    for one in range(1, agents + 1):
        router.agent_ready(one, START_MS)
    for one in range(1, agents + waiting + 1):
        for offered in router.arrive(one, 1 + one % QUEUES, START_MS + one):
            router.accept(offered.contact, offered.agent, START_MS + one)  # pyright: ignore[reportAttributeAccessIssue] - offers alone
    return router


def cpu_ms(act: Callable[[], Any], times: int = 3) -> float:
    """Of the quickest of some runs: the others waited for something."""
    took: list[float] = []
    for _ in range(times):
        began_s = time.process_time()
        act()
        took.append((time.process_time() - began_s) * 1000)
    return min(took)


def lived(router: Router, explain: bool) -> None:
    """So many facts: each hand that comes free is offered the next, and takes it."""
    at_ms = router.now_ms
    held = [one.contact for one in router.live_contacts() if one.agent is not None]
    for number in range(FACTS // 3):
        at_ms += 1
        if isinstance(router, ExplainingRouter):
            router.looking = explain and number == FACTS // 3 - 1
        for offered in router.release(held[number % len(held)], at_ms):
            router.accept(offered.contact, offered.agent, at_ms)  # pyright: ignore[reportAttributeAccessIssue] - offers alone
            held[number % len(held)] = offered.contact
        router.arrive(10_000_000 + at_ms - START_MS, 1 + number % QUEUES, at_ms)


def measured(agents: int, waiting: int) -> dict[str, Any]:
    router = filled(agents, waiting)
    packed = packed_of(router)
    policy = router.policy
    contact = next(one.contact for one in router.live_contacts() if one.agent is None)

    def written() -> bytes:
        return json.dumps(asdict(router.explain(contact, router.now_ms))).encode()

    def explained() -> None:
        again, _ = restored(ExplainingRouter, policy, unpacked(packed))
        lived(again, explain=True)

    return {
        "agents": agents,
        "waiting": waiting,
        "mark_ms": round(cpu_ms(lambda: packed_of(router)), 2),
        "mark_bytes": len(packed),
        "written_ms": round(cpu_ms(written), 3),
        "written_bytes": len(written()),
        "explained_ms": round(cpu_ms(explained, times=2), 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    sizes = [measured(*size) for size in SIZES]
    found: dict[str, Any] = {"facts": FACTS, "load": os.getloadavg()[0], "sizes": sizes}
    if asked.json:
        json.dump(found, sys.stdout)
        sys.stdout.write("\n")
        return
    for one in sizes:
        sys.stdout.write(", ".join(f"{key} {value}" for key, value in one.items()) + "\n")


if __name__ == "__main__":
    main()
