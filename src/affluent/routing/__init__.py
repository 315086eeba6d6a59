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
    Place,
    Presence,
    QueueWaiting,
    Reason,
    Refusal,
    Resumed,
    RoutingError,
    Waiting,
)
from affluent.routing.engine import Router
from affluent.routing.explain import Candidate, Explanation
from affluent.routing.policy import (
    NO_DEMANDS,
    AgentOrder,
    AgentRule,
    Demands,
    MediumRule,
    Policy,
    PolicyError,
    Problem,
    QueueRule,
    SkillNeed,
    check,
)
from affluent.routing.warm import warm_up

__all__ = [
    "NO_DEMANDS",
    "AgentOrder",
    "AgentRule",
    "Candidate",
    "Decision",
    "Demands",
    "Explanation",
    "LiveAgent",
    "LiveContact",
    "MediumRule",
    "OfferExpired",
    "Offered",
    "Place",
    "Policy",
    "PolicyError",
    "Presence",
    "Problem",
    "QueueRule",
    "QueueWaiting",
    "Reason",
    "Refusal",
    "Resumed",
    "Router",
    "RoutingError",
    "SkillNeed",
    "Waiting",
    "check",
    "warm_up",
]
