"""The words of each indicator, in French and in English: one definition for pages, reports and the reference."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from affluent.measure.indicators import INDICATORS, Measure, Unit
from affluent.measure.occupancy import OfAgents

LOCALES = ("fr", "en")


@dataclass(frozen=True, slots=True)
class Words:
    """What an indicator means to a person."""

    name: str
    question: str
    counts: str
    excludes: str
    source: str


@dataclass(frozen=True, slots=True)
class Definition:
    """One indicator as pages show it. `over` is what its rows are: stays of contacts, or agents' time."""

    key: str
    measure: Measure
    unit: Unit
    over: str
    placed: str
    better: str | None
    variant_of: str | None


DEFINITIONS: dict[str, Definition] = {
    **{
        one.key: Definition(one.key, one.measure, one.unit, "stays", one.placed, one.better, one.variant_of)
        for one in INDICATORS.values()
    },
    "occupancy": Definition(OfAgents.OCCUPANCY, Measure.SHARE, Unit.SHARE, "agents", "overlap", None, None),
    "presence": Definition(OfAgents.PRESENCE, Measure.MEAN, Unit.MS, "agents", "overlap", None, None),
}
"""Every indicator by key, in the order in which pages show them."""


@cache
def words(locale: str) -> dict[str, Words]:
    """The words of a language by indicator's key."""
    text = files("affluent.measure").joinpath("words", f"{locale}.json").read_text(encoding="utf-8")
    return {key: Words(**entry) for key, entry in json.loads(text).items()}
