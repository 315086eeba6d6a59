"""Who serves whom: the pure engine. No clock, no chance, no I/O.

`Router` takes events and answers with decisions; a `Policy` holds the rules. docs/reference/routing.md has
them in words.
"""

from affluent.routing.decisions import (
    Decision,
    LiveAgent,
    LiveContact,
    Offered,
    OfferExpired,
    Overflowed,
    Place,
    Presence,
    PulledBack,
    QueueWaiting,
    Reason,
    Refusal,
    Refused,
    Resumed,
    RoutingError,
    Waiting,
    WrapUpEnded,
)
from affluent.routing.engine import Router
from affluent.routing.explain import Candidate, Explanation
from affluent.routing.policy import (
    NO_DEMANDS,
    AgentOrder,
    AgentReserve,
    AgentRule,
    Bundle,
    Demands,
    MediumRule,
    Overflow,
    Policy,
    PolicyError,
    Problem,
    QueueRule,
    SkillNeed,
    TeamNeed,
    TierStep,
)
from affluent.routing.problems import check
from affluent.routing.warm import warm_up

__all__ = [
    "NO_DEMANDS",
    "AgentOrder",
    "AgentReserve",
    "AgentRule",
    "Bundle",
    "Candidate",
    "Decision",
    "Demands",
    "Explanation",
    "LiveAgent",
    "LiveContact",
    "MediumRule",
    "OfferExpired",
    "Offered",
    "Overflow",
    "Overflowed",
    "Place",
    "Policy",
    "PolicyError",
    "Presence",
    "Problem",
    "PulledBack",
    "QueueRule",
    "QueueWaiting",
    "Reason",
    "Refusal",
    "Refused",
    "Resumed",
    "Router",
    "RoutingError",
    "SkillNeed",
    "TeamNeed",
    "TierStep",
    "Waiting",
    "WrapUpEnded",
    "check",
    "warm_up",
]
