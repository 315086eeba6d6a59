"""How many contacts a second the engine decides when nothing of Python stands between two events.

A plain compiled loop, as the twin's: arrivals, patience and handling are drawn beforehand, every decision is the live
engine's (`events`, `settle`), every offer is accepted at once. Four centres: three queues and five groups with
priorities and abandonment; 60 queues x 500 agents, first with skills and tiers, then with every rule there is;
1,000 x 5,000. Processor time, so that other work on the machine counts less. Indexes are not checked, as in the twin:
the script starts itself again with NUMBA_BOUNDSCHECK=0.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from affluent.cli.bench.decisions import centre
from affluent.routing import AgentRule, MediumRule, Policy, QueueRule, SkillNeed
from affluent.routing import events as rules
from affluent.routing.agenda import next_due_ms
from affluent.routing.compiled import CHECKED, INTERPRETED, compiled, entry
from affluent.routing.entries import opened
from affluent.routing.settle import settle
from affluent.routing.state import FAR, IN_HAND, NOBODY, OFFERED_NOW, WAITING, Column
from affluent.routing.store import Store
from affluent.routing.tables import Rows, new_state

ROW_BITS = 20
SPENT = -1


@compiled
def push(heap: Column, entry: int) -> None:
    """`heap[0]` counts the entries, which begin at 1."""
    at = heap[0] + 1
    heap[0] = at
    while at > 1 and entry < heap[at >> 1]:
        heap[at] = heap[at >> 1]
        at >>= 1
    heap[at] = entry


@compiled
def pop(heap: Column) -> int:
    first, size = heap[1], heap[0] - 1
    heap[0] = size
    moved, at = heap[size + 1], 1
    while True:
        child = 2 * at
        if child > size:
            break
        if child < size and heap[child + 1] < heap[child]:
            child += 1
        if moved <= heap[child]:
            break
        heap[at] = heap[child]
        at = child
    heap[at] = moved
    return first


@compiled
def accepted(k: Any, now_ms: int, heap: Column, due_ms: Column, handling_ms: Column) -> None:
    """All that is possible is offered, and accepted at once."""
    settle(k, now_ms)
    for row in range(k.outcomes.size[0]):
        contact = k.outcomes.table[row, 1]
        if k.outcomes.table[row, 0] == OFFERED_NOW:
            due_ms[contact] = now_ms + handling_ms[k.contacts.identity[contact]]
            push(heap, due_ms[contact] << ROW_BITS | contact)
    k.outcomes.size[0] = 0


@entry
def live(
    at: int,
    arrived_ms: Column,
    queue: Column,
    handling_ms: Column,
    patience_ms: Column,
    heap: Column,
    due_ms: Column,
    free: Column,
    tally: Column,
) -> None:
    """Lives through all arrivals. `free` holds the free rows, their count first; `tally` what came of the contacts."""
    k = opened(at)
    for contact in range(len(arrived_ms)):
        now_ms = arrived_ms[contact]
        while True:
            event_ms = heap[1] >> ROW_BITS if heap[0] > 0 else FAR
            engine_ms = next_due_ms(k)
            if min(event_ms, engine_ms) > now_ms:
                break
            if engine_ms <= event_ms:
                rules.time_passes(k, engine_ms)
                accepted(k, engine_ms, heap, due_ms, handling_ms)
                continue
            row = pop(heap) & ((1 << ROW_BITS) - 1)
            if due_ms[row] != event_ms:
                continue
            due_ms[row] = SPENT
            if k.contacts.place[row] == WAITING:
                tally[1] += 1
            elif k.contacts.place[row] == IN_HAND:
                tally[2] += 1
            rules.contact_leaves(k, event_ms, row)
            free[0] += 1
            free[free[0]] = row
            accepted(k, event_ms, heap, due_ms, handling_ms)
        row = free[free[0]]
        free[0] -= 1
        rules.enter(k, row, contact, queue[contact], now_ms, now_ms, NOBODY, 0)
        rules.contact_waits(k, now_ms, row)
        due_ms[row] = SPENT
        accepted(k, now_ms, heap, due_ms, handling_ms)
        tally[0] += 1
        if due_ms[row] == SPENT:
            due_ms[row] = now_ms + patience_ms[contact]
            push(heap, due_ms[row] << ROW_BITS | row)


@entry
def everybody_ready(at: int, agents: int) -> None:
    for agent in range(agents):
        rules.agent_ready(opened(at), 0, agent)
        settle(opened(at), 0)


def small_centre() -> Policy:
    """Three types, five groups: two of one type, two of two, one of all three; the third type goes first."""
    groups = ((1,), (2,), (1, 2), (2, 3), (1, 2, 3))
    queues = tuple(
        QueueRule(type_, "voice", tier=int(type_ == 3), target_ms=20_000, skills=(SkillNeed(type_),))
        for type_ in (1, 2, 3)
    )
    agents = tuple(
        AgentRule(identity, dict.fromkeys(groups[identity % 5], 3), {"voice": 1}) for identity in range(1, 76)
    )
    return Policy((MediumRule("voice", 60),), frozenset((1, 2, 3)), queues, agents)


def skilled_centre(agents: int, queues: int) -> Policy:
    """One skill required, one wished for 15 s, tiers, an hour at most; three media."""
    policy = centre(agents, queues, 30, 8, plain=True)
    return replace(policy, queues=tuple(replace(one, skills=one.skills[:2]) for one in policy.queues))


def ruled_centre(agents: int, queues: int) -> Policy:
    """Every rule: floors, teams, stages, rising tiers, agent reserves, pull-back."""
    return centre(agents, queues, 30, 8, plain=False)


def measure(policy: Policy, contacts: int, load: float) -> dict[str, float]:
    """Contacts a second of processor time; `load` is work that comes for each that can be done."""
    rows = Rows(policy)
    state = new_state(policy, rows, 1 << 16)
    state.rules.at_once[0] = 1
    store = Store(state)
    chance = np.random.default_rng(3)
    handling_ms = 240_000
    hands = len(policy.agents) * (1.0 if len(policy.media) == 1 else 1.5)
    gaps = chance.exponential(handling_ms / (hands * load), contacts)
    arrived_ms = np.cumsum(gaps).astype(np.int64)
    queue = chance.integers(0, len(policy.queues), contacts)
    handling = 1 + chance.exponential(handling_ms, contacts).astype(np.int64)
    patience = 1 + chance.exponential(180_000, contacts).astype(np.int64)
    free = np.arange(-1, 1 << 16)
    free[0] = 1 << 16
    heap, due_ms = np.zeros(1 << 18, np.int64), np.full(1 << 16, SPENT)
    tally = np.zeros(3, np.int64)
    everybody_ready(store.at, len(policy.agents))
    state.outcomes.size[0] = 0
    columns: tuple[Any, ...] = (arrived_ms, queue, handling, patience, heap, due_ms, free, tally)
    start_s = time.thread_time()
    live(store.at, *columns)
    took_s = time.thread_time() - start_s
    return {
        "contacts_per_s": round(contacts / took_s),
        "ns_per_contact": round(1e9 * took_s / contacts),
        "abandoned": round(float(tally[1] / tally[0]), 4),
    }


CENTRES: dict[str, tuple[Callable[[], Policy], int, float]] = {
    "3 queues, 5 groups, 75 agents": (small_centre, 2_000_000, 1.0),
    "60 queues x 500 agents": (lambda: skilled_centre(500, 60), 500_000, 1.0),
    "60 queues x 500 agents, every rule": (lambda: ruled_centre(500, 60), 500_000, 1.0),
    "1000 queues x 5000 agents": (lambda: skilled_centre(5_000, 1_000), 300_000, 1.0),
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser.add_argument("--share", type=float, default=1.0, help="of the contacts, for a shorter look")
    parser.add_argument("--only", type=int, default=None)
    asked = parser.parse_args()
    if CHECKED and not INTERPRETED:
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "NUMBA_BOUNDSCHECK": "0"})
    found: dict[str, Any] = {}
    for place, (name, (policy, contacts, load)) in enumerate(CENTRES.items()):
        if asked.only is not None and place != asked.only:
            continue
        built = policy()
        measure(built, 1_000, load)
        found[name] = measure(built, int(contacts * asked.share), load)
        if not asked.json:
            print(f"{name:40}{found[name]}", flush=True)
    if asked.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
