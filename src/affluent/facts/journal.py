"""All that the journal tells."""

from affluent.facts.agent import AgentFact, LimitsLifted
from affluent.facts.contact import ContactFact, DeliverySetAside
from affluent.facts.engine import EngineFact
from affluent.facts.queue import QueueFact
from affluent.facts.reserve import ReserveFact
from affluent.facts.trial import TrialFact

JournalFact = (
    ContactFact
    | AgentFact
    | LimitsLifted
    | QueueFact
    | ReserveFact
    | TrialFact
    | DeliverySetAside
    | EngineFact
)
