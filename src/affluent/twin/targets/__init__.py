"""How long customers should wait: the worth of contacts as a document, and the best targets of a scenario."""

from affluent.twin.targets.finding import Found, QueueFound, find
from affluent.twin.targets.reading import read_worth
from affluent.twin.targets.worth import ClassWorth, Uncertain, Worth

__all__ = ["ClassWorth", "Found", "QueueFound", "Uncertain", "Worth", "find", "read_worth"]
