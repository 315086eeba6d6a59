"""Random policies and days, drawn from any source of choices: Hypothesis, or a seeded generator."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Protocol, TypeVar

from affluent.routing import (
    NO_DEMANDS,
    AgentOrder,
    AgentReserve,
    AgentRule,
    Bundle,
    Demands,
    MediumRule,
    Overflow,
    Place,
    Policy,
    QueueRule,
    SkillNeed,
    TeamNeed,
    TierStep,
)
from tests.routing.pair import Pair

T = TypeVar("T")
MEDIA = (
    MediumRule("voice", 60, interrupts=("email",)),
    MediumRule("chat", 20),
    MediumRule("email", 12),
)
SKILLS = (3, 5, 8)
TEAMS = (2, 4)
BUNDLES = (Bundle(1, {3: 2, 5: 4}), Bundle(6, {8: 3}))


class Choices(Protocol):
    def number(self, low: int, high: int) -> int: ...


class Seeded:
    """Choices from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def number(self, low: int, high: int) -> int:
        return self._random.randint(low, high)


def one_of(choices: Choices, values: Sequence[T]) -> T:
    return values[choices.number(0, len(values) - 1)]


def a_need(choices: Choices, skill: int) -> SkillNeed:
    return SkillNeed(
        skill,
        level=choices.number(1, 4),
        required=choices.number(0, 2) == 0,
        weight=choices.number(0, 3),
        relax_after_ms=one_of(choices, (None, 0, 20, 50, 90)),
        floor=one_of(choices, (None, 1)),
    )


def some_media(choices: Choices) -> tuple[MediumRule, ...]:
    """Mostly the usual ones."""
    if choices.number(0, 1) == 0:
        return MEDIA
    return (
        MediumRule(
            "voice", 60, one_of(choices, ((), ("email",))), pulls_back=one_of(choices, ((), ("email",)))
        ),
        MediumRule("chat", one_of(choices, (20, 25)), pulls_back=one_of(choices, ((), ("email",)))),
        MediumRule("email", one_of(choices, (12, 30)), exclusive=choices.number(0, 2) == 0),
    )


def team_needs(choices: Choices) -> tuple[TeamNeed, ...]:
    inner = TeamNeed(one_of(choices, ((2,), (4,))), one_of(choices, (0, 20, 50)))
    outer = TeamNeed((4, 2), one_of(choices, (None, 50, 70)))
    return one_of(choices, ((), (), (), (), (), (inner,), (outer,), (inner, outer)))


def tier_steps(choices: Choices) -> tuple[TierStep, ...]:
    first = TierStep(3, after_ms=20)
    return one_of(choices, ((), (), (first,), (first, TierStep(6, after_ms=70)), (TierStep(4, share=80),)))


def agent_reserves(choices: Choices, queues: Sequence[QueueRule]) -> tuple[AgentReserve, ...]:
    """For one queue against some or all others, or for a tier."""
    found: list[AgentReserve] = []
    for _ in range(one_of(choices, (0, 0, 1, 2))):
        queue = one_of(choices, queues)
        others = tuple(other.id for other in queues if other.id != queue.id)
        named = choices.number(0, 3) > 0
        found.append(
            AgentReserve(
                queue.medium,
                (queue.id,) if named else (),
                one_of(choices, (None, 2, 5)) if named else one_of(choices, (1, 3)),
                choices.number(1, 2),
                one_of(choices, (None, 0, 1)) if named else None,
                one_of(choices, (None, None, 4)),
                one_of(choices, ((), others[:1])),
            )
        )
    return tuple(found)


def an_overflow(choices: Choices, id_: int) -> Overflow | None:
    """To a queue with a higher identifier, so that there is no cycle; or to none."""
    if choices.number(0, 1) == 0:
        return None
    to = None if id_ == 100 or choices.number(0, 3) == 0 else choices.number(id_ + 1, 100)
    return Overflow(to, one_of(choices, (None, 30, 80)), when_closed=bool(choices.number(0, 1)))


def a_queue(choices: Choices, id_: int, *, easy: bool) -> QueueRule:
    """`easy`: anybody may serve it."""
    asked = [skill for skill in SKILLS if choices.number(0, 2) == 0 and not easy]
    return QueueRule(
        id_,
        one_of(choices, MEDIA).medium,
        tier=choices.number(0, 2),
        target_ms=one_of(choices, (40, 100, 1_000)),
        offer_ms=one_of(choices, (10, 30, 70)),
        set_aside_ms=one_of(choices, (0, 15, 60)),
        keep_ms=one_of(choices, (0, 40)),
        max_wait_ms=one_of(choices, (None, 80)),
        skills=tuple(a_need(choices, skill) for skill in asked),
        max_length=one_of(choices, (None, None, 2, 5)),
        overflow=an_overflow(choices, id_),
        order=one_of(choices, (None, None, *AgentOrder)),
        teams=one_of(choices, ((), (4,), (4, 2))),
        team_needs=() if easy else team_needs(choices),
        tier_steps=tier_steps(choices),
        by_hand=choices.number(0, 1) == 0,
    )


def some_demands(choices: Choices) -> Demands:
    """Mostly none."""
    if choices.number(0, 2) > 0:
        return NO_DEMANDS
    asked = [skill for skill in SKILLS if choices.number(0, 3) == 0]
    return Demands(
        tuple(a_need(choices, skill) for skill in asked),
        tier=one_of(choices, (0, 0, 1, 3)),
        target_ms=one_of(choices, (None, None, 30)),
        team_needs=one_of(choices, ((), (), (TeamNeed((2, 4), 90),), (TeamNeed((2,), 60),))),
    )


def an_agent(
    choices: Choices, id_: int, queues: Sequence[int], *, ranked: bool, easy: bool = False
) -> AgentRule:
    """`easy`: for every medium."""
    skills = {skill: choices.number(0, 5) for skill in SKILLS if choices.number(0, 2) > 0}
    limits = {"voice": choices.number(0, 1), "chat": choices.number(0, 3), "email": choices.number(0, 2)}
    limits = {"voice": 1, "chat": choices.number(1, 3), "email": 2} if easy else limits
    ranks = {queue: choices.number(1, 3) for queue in queues if choices.number(0, 3) == 0}
    return AgentRule(
        id_,
        skills,
        limits,
        one_of(choices, (None, *TEAMS)),
        ranks if ranked else {},
        one_of(choices, ({}, {}, {"chat": 30}, {"email": 60})),
        one_of(choices, ({}, {}, {}, {}, {}, {"chat": 20}, {"chat": 20}, {"voice": 60})),
        one_of(choices, ((), (), (1,), (1, 6))),
    )


def a_policy(choices: Choices) -> Policy:
    """Rules in an order that is not that of their identifiers."""
    easy = choices.number(0, 1) == 1
    queues = [a_queue(choices, 100 - id_, easy=easy) for id_ in range(choices.number(1, 4))]
    ids, ranked = [queue.id for queue in queues], choices.number(0, 1) == 1
    agents = [
        an_agent(choices, id_ * 7 % 11, ids, ranked=ranked, easy=easy)
        for id_ in range(1, choices.number(1, 5) + 1)
    ]
    order = one_of(choices, tuple(AgentOrder))
    return Policy(
        some_media(choices),
        frozenset(SKILLS),
        tuple(queues),
        tuple(agents),
        order,
        choices.number(0, 1),
        BUNDLES,
        agent_reserves(choices, queues),
    )


EVENTS = (
    *("arrive", "ready", "accept", "pass_time") * 4,
    *("arrive", "release", "fail", "away", "withdraw", "transfer", "sleep", "wake", "take", "restart"),
    *("promise", "wrap_up", "close", "open", "change", "reopen"),
    *("merge", "join", "join", "part", "hand_over", "lift"),
)
PLACES = {
    "accept": (Place.OFFERED,),
    "fail": (Place.OFFERED,),
    "release": (Place.IN_HAND, Place.SLEEPING, Place.WRAPPING),
    "wrap_up": (Place.IN_HAND,),
    "withdraw": tuple(Place),
    "transfer": tuple(Place),
    "sleep": (Place.IN_HAND,),
    "wake": (Place.SLEEPING,),
    "take": (Place.WAITING, Place.OFFERED),
    "merge": tuple(Place),
    "join": (Place.IN_HAND,),
    "part": (Place.IN_HAND,),
    "hand_over": (Place.IN_HAND,),
}


def happen(pair: Pair, choices: Choices, event: str) -> None:
    """One event, with what it needs drawn; nothing if it cannot be."""
    agents = [rule.id for rule in pair.policy.agents]
    queues = [rule.id for rule in pair.policy.queues]
    among = pair.at(*PLACES.get(event, ()))
    if event in PLACES and not among:
        return
    contact = one_of(choices, among) if among else 0
    kept_for = one_of(choices, (None, None, *agents, 999))
    kept_until_ms = pair.now_ms + choices.number(0, 60)
    arrived_ms = one_of(choices, (None, None, max(0, pair.now_ms - choices.number(0, 120))))
    match event:
        case "arrive" | "promise":
            used = pair.oracle.contacts
            free = [id_ for id_ in range(1, 40) if id_ not in used]
            if free:
                pair.arrive(
                    one_of(choices, free),
                    one_of(choices, queues),
                    arrived_ms,
                    kept_for,
                    kept_until_ms,
                    some_demands(choices),
                    pair.now_ms + choices.number(1, 60) if event == "promise" else 0,
                )
        case "reopen":
            queue = one_of(choices, queues)
            rule = pair.oracle.queues[queue]
            skilled = [one for one in agents if pair.oracle.skilled(pair.oracle.agents[one], rule)]
            free = [id_ for id_ in range(1, 40) if id_ not in pair.oracle.contacts]
            if skilled and free:
                back = one_of(choices, free)
                pair.by_hand |= {back}
                pair.reopen(
                    back, queue, one_of(choices, skilled), max(0, pair.now_ms - choices.number(0, 90))
                )
        case "transfer":
            pair.transfer(contact, one_of(choices, queues), arrived_ms, kept_for, kept_until_ms)
        case "take":
            takers = pair.takers(contact)
            if takers:
                pair.by_hand |= {contact}
                pair.take(contact, one_of(choices, takers))
        case "merge":
            others = [one for one in among if one != contact]
            if others:
                pair.merge(contact, one_of(choices, others))
        case "join":
            there = pair.oracle.contacts[contact]
            free = [one for one in agents if one != there.agent and one not in there.participants]
            if free:
                joining = one_of(choices, free)
                pair.by_hand |= {contact, -joining}
                pair.join(contact, joining)
        case "part" | "hand_over":
            taking_part = sorted(pair.oracle.contacts[contact].participants)
            if event == "hand_over":
                taking_part = [one for one in taking_part if one in pair.takers(contact)]
            if taking_part:
                getattr(pair, event)(contact, one_of(choices, taking_part))
        case "lift":
            more = one_of(choices, ({"chat": 1}, {"chat": 0, "voice": 1}, {"email": 2}))
            pair.lift(one_of(choices, agents), dict(more), pair.now_ms + choices.number(0, 50))
        case "fail":
            pair.fail(contact, bool(choices.number(0, 1)))
        case "sleep":
            pair.sleep(contact, bool(choices.number(0, 1)))
        case "wrap_up":
            pair.wrap_up(contact, choices.number(1, 40))
        case "close":
            pair.close(one_of(choices, queues))
        case "open":
            pair.open(one_of(choices, queues))
        case "change":
            ranked = any(rule.ranks for rule in pair.policy.agents)
            rule = an_agent(choices, one_of(choices, agents), queues, ranked=ranked)
            teams = {rule.team for rule in pair.policy.agents}
            pair.change(rule if rule.team in teams else replace(rule, team=None))
        case "ready":
            pair.ready(one_of(choices, agents))
        case "away":
            pair.away(one_of(choices, agents), bool(choices.number(0, 1)))
        case "pass_time":
            pair.pass_time(choices.number(1, 50))
        case "restart":
            pair.restart()
        case _:
            getattr(pair, event)(contact)
    pair.check()


def live_through(seed: int, events: int) -> Pair:
    """A whole day of random events."""
    choices = Seeded(seed)
    pair = Pair(a_policy(choices))
    for agent in pair.policy.agents:
        if choices.number(0, 1):
            pair.ready(agent.id)
    for _ in range(events):
        happen(pair, choices, one_of(choices, EVENTS))
    return pair
