"""Centres that the twin is measured on, of three sizes."""

import numpy as np

from affluent.routing.policy import (
    AgentOrder,
    AgentReserve,
    AgentRule,
    MediumRule,
    Overflow,
    Policy,
    QueueRule,
    SkillNeed,
    TierStep,
)
from affluent.twin.scenario import ContactClass, Group, Rates, Scenario
from affluent.twin.scenario.laws import NEVER, Exponential, Law, Lognormal

HANDLING_MS, PATIENCE_MS = 60_000, 120_000
HOUR_MS = 3_600_000
SKILLS = ((1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (1, 1, 1))
"""Of five groups, the types that each serves."""
LEVELS = 5


def three_by_five(contacts: int, agents: int = 75) -> Scenario:
    """Three types, the first before the second before the third; five groups; who waits may leave."""
    queues = tuple(
        QueueRule(kind + 1, "voice", tier=2 - kind, target_ms=20_000, skills=(SkillNeed(kind + 1),))
        for kind in range(3)
    )
    groups: list[Group] = []
    for row, serves in enumerate(SKILLS):
        members = [agent for agent in range(agents) if agent * 5 // agents == row]
        skills = {kind + 1: 1 for kind, serve in enumerate(serves) if serve}
        rules = tuple(AgentRule(agent + 1, skills=skills, limits={"voice": 1}) for agent in members)
        groups.append(Group(f"group {row}", rules, (len(rules),)))
    policy = Policy(
        (MediumRule("voice", 60),),
        frozenset({1, 2, 3}),
        queues,
        tuple(rule for group in groups for rule in group.rules),
        AgentOrder.LEAST_VERSATILE,
    )
    per_hour = agents * HOUR_MS / HANDLING_MS / 3
    classes = tuple(
        ContactClass(
            f"type {kind}",
            kind + 1,
            (Exponential(HANDLING_MS),),
            Rates((per_hour,)),
            patience=(Exponential(PATIENCE_MS),),
        )
        for kind in range(3)
    )
    return Scenario(policy, classes, tuple(groups), (round(contacts / (3 * per_hour) * HOUR_MS),))


_HANDLING: dict[str, Law] = {
    "voice": Lognormal(180_000, 0.8),
    "chat": Lognormal(300_000, 0.7),
    "email": Exponential(240_000),
}
_PATIENCE: dict[str, Law] = {"voice": Exponential(150_000), "chat": Exponential(240_000), "email": NEVER}
_LIMITS = {"voice": 1, "chat": 3, "email": 2}
_UNITS = {"voice": 60, "chat": 20, "email": 12}


def realistic(
    queues: int, agents: int, contacts: int, *, skills: int = 64, each: int = 8, load: float = 0.95
) -> Scenario:
    """Calls, chats and mail: skills with levels that are relaxed, tiers that rise, overflow, an agent reserve,
    calls that interrupt mail.
    """
    draws = np.random.default_rng(1)
    media = draws.choice(["voice", "chat", "email"], queues, p=[0.6, 0.25, 0.15])
    media[:2] = "voice"
    asked = draws.integers(1, skills + 1, queues)
    rules = tuple(_queue(row, str(media[row]), int(asked[row]), draws) for row in range(queues))
    people: list[AgentRule] = []
    for agent in range(agents):
        known = draws.choice(skills, each, replace=False) + 1
        levels = {
            int(skill): int(level)
            for skill, level in zip(known, draws.integers(1, LEVELS + 1, each), strict=True)
        }
        # Somebody serves each queue.
        levels |= {int(asked[agent % queues]): LEVELS}
        people.append(AgentRule(agent + 1, levels, dict(_LIMITS)))
    policy = Policy(
        (MediumRule("voice", 60, interrupts=("email",)), MediumRule("chat", 20), MediumRule("email", 12)),
        frozenset(range(1, skills + 1)),
        rules,
        tuple(people),
        AgentOrder.LEAST_BUSY,
        agent_reserves=(AgentReserve("voice", queues=(1, 2), agents=1),),
    )
    work_ms = np.array([_UNITS[name] / 60 * _mean_ms(name) for name in media])
    per_hour = load * agents * HOUR_MS / float(work_ms.sum())
    classes = tuple(
        ContactClass(
            f"class {row}", row + 1, (_HANDLING[name],), Rates((per_hour,)), patience=(_PATIENCE[name],)
        )
        for row, name in enumerate(map(str, media))
    )
    groups = (Group("all", policy.agents, (agents,)),)
    return Scenario(policy, classes, groups, (round(contacts / (per_hour * queues) * HOUR_MS),))


def _mean_ms(medium: str) -> int:
    law = _HANDLING[medium]
    assert isinstance(law, Lognormal | Exponential)
    return law.mean_ms


def _queue(row: int, medium: str, skill: int, draws: np.random.Generator) -> QueueRule:
    target_ms = {"voice": 20_000, "chat": 60_000, "email": 14_400_000}[medium]
    return QueueRule(
        row + 1,
        medium,
        tier=int(draws.integers(0, 3)),
        target_ms=target_ms,
        skills=(
            SkillNeed(skill, level=3, floor=1, relax_after_ms=15_000),
            SkillNeed(skill % 64 + 1, level=1, required=False, weight=3, relax_after_ms=10_000),
        )
        if draws.random() < 0.5
        else (SkillNeed(skill, level=2, floor=1, relax_after_ms=30_000),),
        tier_steps=(TierStep(4, share=150),),
        overflow=Overflow(1, after_ms=600_000) if medium == "voice" and row > 1 else None,
    )
