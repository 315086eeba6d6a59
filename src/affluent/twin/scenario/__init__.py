"""Scenarios: a centre's day as one YAML document, read with every problem and written back.

docs/reference/scenario.md has the form in words.
"""

from affluent.twin.scenario.reading import read_scenario
from affluent.twin.scenario.scenario import (
    Break,
    Callback,
    ContactClass,
    Group,
    Instants,
    Onward,
    Rates,
    Return,
    Scenario,
    SelfCare,
)
from affluent.twin.scenario.writing import write_scenario

__all__ = [
    "Break",
    "Callback",
    "ContactClass",
    "Group",
    "Instants",
    "Onward",
    "Rates",
    "Return",
    "Scenario",
    "SelfCare",
    "read_scenario",
    "write_scenario",
]
