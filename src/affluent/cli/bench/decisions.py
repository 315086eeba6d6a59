"""How long one decision takes in process, at the size of the largest published limits.

Events are sent one by one through `Router`, its reasons and Python objects included: arrivals while all are
busy, withdrawals, releases whose agent takes the next contact, offers that fail, agents who become ready.
Each counts as one decision, together with the time that passes before it. All rules are on: floors, teams and
stages, tiers that rise, agents kept free, backfill and pull-back; `--plain` leaves all but the stages out. `--cpu`
measures processor time instead of the clock, for a machine that has other work.
"""

import argparse
import gc
import json
import random
import resource
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from affluent.routing import (
    AgentReserve,
    AgentRule,
    Decision,
    LiveAgent,
    LiveContact,
    MediumRule,
    Offered,
    Place,
    Policy,
    Presence,
    QueueRule,
    Router,
    SkillNeed,
    TeamNeed,
    TierStep,
    warm_up,
)

MEDIA = (MediumRule("voice", 60, ("email",)), MediumRule("chat", 20), MediumRule("email", 12))
PULLING = (MediumRule("voice", 60, ("email",), pulls_back=("email",)), *MEDIA[1:])
TEAMS = 50
TARGETS_MS = {"voice": 20_000, "chat": 60_000, "email": 14_400_000}
LIMITS = {"voice": 1, "chat": 3, "email": 5}
START_MS = 1_000_000_000


def a_queue(draw: random.Random, identity: int, skills: int) -> QueueRule:
    """It demands one skill at a floor and prefers two more, in three stages."""
    medium = draw.choices(MEDIA, (60, 25, 15))[0].medium
    asked, wished, liked = draw.sample(range(skills), 3)
    needs = (
        SkillNeed(asked, draw.randint(1, 2)),
        SkillNeed(wished, 3, False, 10, 15_000),
        SkillNeed(liked, 2, False, 3, 60_000),
    )
    tier, target_ms = draw.randint(0, 2), TARGETS_MS[medium]
    return QueueRule(identity, medium, tier, target_ms, max_wait_ms=3_600_000, skills=needs)


def with_all_rules(draw: random.Random, queue: QueueRule) -> QueueRule:
    """The required skill bends to its floor, the queue's team goes first, and the tier rises with the wait."""
    required, *preferred = queue.skills
    required = replace(required, level=required.level + 1, floor=required.level, relax_after_ms=30_000)
    return replace(
        queue,
        skills=(required, *preferred),
        team_needs=(TeamNeed((draw.randrange(TEAMS),), 10_000),),
        tier_steps=(TierStep(3, share=50), TierStep(5, share=100)),
    )


def with_reserves(draw: random.Random, policy: Policy) -> Policy:
    """Agents of some teams are kept for a tier; mail is handed out when calls of some queues allow."""
    calls, mail = (
        [queue.id for queue in policy.queues if queue.medium == medium] for medium in ("voice", "email")
    )
    kept = [AgentReserve("voice", tier=4, agents=2, team=team) for team in range(8)]
    backfill = [
        AgentReserve(
            "voice",
            tuple(draw.sample(calls, min(20, len(calls)))),
            agents=1,
            waiting=5_000,
            against=tuple(draw.sample(mail, min(20, len(mail)))),
        )
        for _ in range(8)
    ]
    people = tuple(
        replace(agent, team=agent.id % TEAMS, kept_free={"voice": 20} if agent.id % 10 == 0 else {})
        for agent in policy.agents
    )
    return replace(policy, media=PULLING, agents=people, agent_reserves=(*kept, *backfill))


def centre(agents: int, queues: int, skills: int, skills_each: int, *, plain: bool) -> Policy:
    draw = random.Random(5)
    people: list[AgentRule] = []
    for identity in range(1, agents + 1):
        known = draw.sample(range(skills), skills_each)
        people.append(AgentRule(identity, {skill: draw.randint(1, 5) for skill in known}, LIMITS))
    lines = tuple(a_queue(draw, identity, skills) for identity in range(1, queues + 1))
    if plain:
        return Policy(MEDIA, frozenset(range(skills)), lines, tuple(people))
    lines = tuple(with_all_rules(draw, queue) for queue in lines)
    return with_reserves(draw, Policy(MEDIA, frozenset(range(skills)), lines, tuple(people)))


class Clocked:
    """Calls events and keeps how long each took, by kind."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self.clock = clock
        self.taken_ns: dict[str, list[int]] = {}

    def __call__(self, kind: str, event: Callable[..., list[Decision]], *arguments: Any) -> list[Decision]:
        start = self.clock()
        decisions = event(*arguments)
        self.taken_ns.setdefault(kind, []).append(self.clock() - start)
        return decisions

    def figures(self, kind: str | None = None) -> dict[str, float]:
        """Microseconds, of one kind or of all."""
        taken = [one for name, some in self.taken_ns.items() if kind in {None, name} for one in some]
        taken_us = np.array(taken) / 1_000
        p50, p99 = (float(np.percentile(taken_us, part)) for part in (50, 99))
        return {"p50": round(p50, 2), "p99": round(p99, 2), "max": round(float(taken_us.max()), 1)}


def full_centre(policy: Policy, waiting: int) -> tuple[Router, list[Offered], float]:
    """Everybody ready and full, about `waiting` contacts in line; and the seconds it took to build."""
    draw = random.Random(7)
    people = [LiveAgent(rule.id, Presence.READY, START_MS) for rule in policy.agents]
    count = waiting + 2 * len(people)
    contacts = [
        LiveContact(identity, draw.choice(policy.queues).id, START_MS - draw.randrange(600_000))
        for identity in range(1, count + 1)
    ]
    start = time.perf_counter()
    router, decisions = Router.restore(policy, contacts, people, START_MS)
    took_s = time.perf_counter() - start
    return router, [one for one in decisions if isinstance(one, Offered)], took_s


class Day:
    """Turns of arrival, withdrawal and release in a full centre."""

    def __init__(
        self, router: Router, policy: Policy, offers: list[Offered], clock: Callable[[], int]
    ) -> None:
        self.router, self.policy = router, policy
        self.draw = random.Random(11)
        self.clocked = Clocked(clock)
        self.now_ms = START_MS
        self.newest = 10_000_000
        for offer in offers:
            router.accept(offer.contact, offer.agent, START_MS)
        self.offered = {offer.contact for offer in offers}
        self.held = [offer.contact for offer in offers]
        self.waits = [one.contact for one in router.live_contacts() if one.place is Place.WAITING]
        self.draw.shuffle(self.waits)

    def accept_all(self, decisions: list[Decision]) -> None:
        for one in decisions:
            if isinstance(one, Offered):
                self.held.append(one.contact)
                self.offered.add(one.contact)
                self.clocked("accepted", self.router.accept, one.contact, one.agent, self.now_ms)

    def turn(self, failing: bool) -> None:
        router, clocked = self.router, self.clocked
        self.now_ms += 3
        self.accept_all(clocked("time passes", router.advance, self.now_ms))
        self.newest += 1
        queue = self.draw.choice(self.policy.queues).id
        self.accept_all(clocked("arrives, all busy", router.arrive, self.newest, queue, self.now_ms))
        gone = self.waits.pop()
        if gone not in self.offered:
            clocked("withdrawn", router.withdraw, gone, self.now_ms)
        done = self.held.pop(self.draw.randrange(len(self.held)))
        freed = clocked("released, next offered", router.release, done, self.now_ms)
        if failing and freed and isinstance(freed[0], Offered):
            failed = freed.pop(0)
            assert isinstance(failed, Offered)
            self.accept_all(freed)
            self.offered.add(failed.contact)
            declined = clocked("declined", router.fail_offer, failed.contact, failed.agent, self.now_ms)
            self.accept_all(declined)
            router.agent_away(failed.agent, self.now_ms)
            freed = clocked("agent ready", router.agent_ready, failed.agent, self.now_ms)
        self.accept_all(freed)


CHANGES = 200


def changed_queues(day: Day) -> dict[str, float]:
    """Milliseconds of one queue's change in place, with whoever waits in it: a skill asked higher, another stage."""
    clocked = Clocked(day.clocked.clock)
    for rule in day.draw.sample(day.policy.queues, min(CHANGES, len(day.policy.queues))):
        needs = (*rule.skills[:-1], replace(rule.skills[-1], relax_after_ms=20_000))
        day.now_ms += 3
        changed = replace(rule, skills=needs, tier=min(9, rule.tier + 1), target_ms=rule.target_ms + 1_000)
        clocked("queue changed", day.router.change_queue, changed, day.now_ms)
    return {name: round(value / 1_000, 2) for name, value in clocked.figures().items()}


SIZES = {"agents": 7_500, "queues": 5_000, "waiting": 500_000, "skills": 64, "turns": 5_000}


def measure(
    sizes: dict[str, int],
    skills_each: int,
    told: Callable[[str], None],
    *,
    plain: bool = False,
    clock: Callable[[], int] = time.perf_counter_ns,
) -> dict[str, Any]:
    """A day in a full centre whose agents have `skills_each` skills: the figures of one decision."""
    policy = centre(sizes["agents"], sizes["queues"], sizes["skills"], skills_each, plain=plain)
    router, offers, took_s = full_centre(policy, sizes["waiting"])
    waiting = router.waiting(START_MS).count
    day = Day(router, policy, offers, clock)
    # What stands is not looked through again by the garbage collector, as a server does after its start.
    gc.collect()
    gc.freeze()
    for turn in range(sizes["turns"]):
        day.turn(failing=turn % 10 == 0)
    figures = day.clocked.figures()
    changes = changed_queues(day)
    gc.unfreeze()
    told(f"one queue changed in place, ms: {changes}")
    told(f"{skills_each} skills an agent, {waiting} waiting, restored in {took_s:.1f} s: {figures}")
    for kind, taken in sorted(day.clocked.taken_ns.items()):
        told(f"  {kind:24} n={len(taken):6}  us {day.clocked.figures(kind)}")
    arrays_mb = round(router.store.memory_bytes() / 1e6)
    return {
        "waiting": waiting,
        "decision_us": figures,
        "restore_s": round(took_s, 1),
        "arrays_mb": arrays_mb,
        "queue_change_ms": changes,
    }


def memory_mb() -> int:
    """The most memory that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    for name, number in SIZES.items():
        parser.add_argument(f"--{name}", type=int, default=number)
    parser.add_argument("--plain", action="store_true", help="without the rarer rules")
    parser.add_argument("--cpu", action="store_true", help="processor time instead of the clock")
    asked = parser.parse_args()
    clock = time.thread_time_ns if asked.cpu else time.perf_counter_ns
    sizes: dict[str, int] = {name: getattr(asked, name) for name in SIZES}
    told: Callable[[str], None] = (lambda line: None) if asked.json else print
    warm_up(lambda name: None)
    found: dict[str, Any] = {
        "agents": asked.agents,
        "queues": asked.queues,
        **measure(sizes, 8, told, plain=asked.plain, clock=clock),
    }
    all_ = measure(sizes, asked.skills, told, plain=asked.plain, clock=clock)
    found[f"decision_us_{asked.skills}_skills"] = all_["decision_us"]
    found["memory_mb"] = memory_mb()
    print(json.dumps(found) if asked.json else f"peak memory {found['memory_mb']} MB")
