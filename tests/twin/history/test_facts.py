"""The facts of a history, folded as live ones are, give the very stays that its figures were counted from."""

import json
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from affluent.facts.agent import LimitsLifted
from affluent.measure.fold import Fold, OpenTime
from affluent.measure.outcomes import MEDIA, NAMES, NEVER, Stay, Stays, linked
from affluent.storage.journal_reading import fact_of
from affluent.twin.history.facts import facts_of
from affluent.twin.history.mapping import Became, parse
from affluent.twin.history.refused import Report
from affluent.twin.history.rows import BECAME, LIVE, Taken
from affluent.twin.history.stays import History, assembled

MAPPING = parse("{name: any, columns: {arrived: {column: at}}}")


class Never(OpenTime):
    def open_ms(self, edition: int, from_ms: int, to_ms: int) -> int:
        raise AssertionError("targets of a history run around the clock")


@st.composite
def rows(draw: st.DrawFn) -> dict[str, int]:
    medium = draw(st.sampled_from([MEDIA.index(one) for one in MEDIA[:3]]))
    arrived = draw(st.integers(0, 50))
    answered = arrived + draw(st.integers(0, 20))
    ended = answered + draw(st.integers(0, 20))
    became = draw(st.sampled_from(list(Became)))
    was = became is Became.ANSWERED
    over = became is not Became.OPEN and (bool(LIVE[medium]) or not was or draw(st.booleans()))
    return {
        "contact": draw(st.integers(0, 5)), "request": draw(st.integers(-1, 3)), "customer": draw(st.integers(-1, 3)),
        "queue": draw(st.integers(0, 2)), "agent": draw(st.integers(0, 2)) if was else draw(st.integers(-1, 2)),
        "motive": draw(st.integers(-1, 2)), "segment": -1, "medium": medium, "arrived": 1000 * arrived,
        "answered": 1000 * answered if was else NEVER, "ended": 1000 * ended if over else NEVER,
        "wrap": 1000 * draw(st.integers(0, 30)), "handling": 1000 * draw(st.integers(0, 30)),
        "became": BECAME.index(became), "resolution": draw(st.sampled_from([NEVER, 0, 1])),
    }  # fmt: skip


def told(drawn: list[dict[str, int]]) -> History:
    # A contact is of one medium, one request and one customer, as its first row says.
    first: dict[int, dict[str, int]] = {}
    for row in drawn:
        same = first.setdefault(row["contact"], row)
        row |= {name: same[name] for name in ("medium", "request", "customer")}
        if row["answered"] >= 0 and LIVE[row["medium"]] and row["ended"] < 0:
            row["ended"] = row["answered"]
    columns = {name: np.array([row[name] for row in drawn], np.int64) for name in drawn[0]}
    columns["row"] = np.arange(len(drawn), dtype=np.int64)
    names = {name: ["a", "b", "c", "d"] for name in ("queue", "agent", "motive", "customer", "request")}
    return assembled(Taken(columns, names, [str(one) for one in range(6)], Report()), MAPPING)


def told_by(stays: Stays) -> list[tuple[int, str, int | None, int, str]]:
    """When, what, who, of which contact, and the data, in the order of the journal."""
    found: list[tuple[int, int, tuple[int, str, int | None, int, str]]] = []
    for at, one in enumerate(facts_of(stays)):
        values = zip(*one.values, strict=True) if one.values else iter([()] * len(one.stays))
        for place, at_ms, agent, more in zip(one.stays, one.at_ms, one.agent_id, values, strict=True):
            who = None if agent == NEVER else int(agent)
            fact = (int(at_ms), one.kind, who, int(stays.contact_id[place]), one.form % more)
            found.append((int(place), at, fact))
    return [fact for *_, fact in sorted(found)]


def folded(found: Stays) -> list[Stay]:
    stays: list[Stay] = []
    for contact_id, facts in groupby(told_by(found), key=itemgetter(3)):
        fold, last_ms = Fold(Never()), 0
        for at_ms, kind, agent, _, data in facts:
            assert at_ms >= last_ms, "facts go forward in time"
            last_ms = at_ms
            fact = fact_of(
                {
                    "at_ms": at_ms,
                    "kind": kind,
                    "contact_id": contact_id,
                    "agent_id": agent,
                    "data": json.loads(data),
                }
            )
            assert fact is not None and not isinstance(fact, LimitsLifted)
            fold.step(fact)
        stays += fold.stays()
    return stays


def plain(stays: list[Stay], *, without: tuple[str, ...] = ("short_ms",)) -> list[dict[str, Any]]:
    return [{name: getattr(stay, name) for name in NAMES if name not in without} for stay in stays]


@given(st.lists(rows(), min_size=1, max_size=12))
def test_facts_fold_into_the_stays_they_come_from(drawn: list[dict[str, int]]) -> None:
    written = told(drawn).stays
    found, anew = written.rows(), folded(written)
    differing = [
        (name, one[name], other[name])
        for one, other in zip(plain(linked(anew)), plain(found), strict=True)
        for name in one
        if one[name] != other[name]
    ]
    assert differing == []


@given(st.lists(rows(), min_size=1, max_size=12))
def test_contacts_are_numbered_in_the_order_in_which_they_arrive(drawn: list[dict[str, int]]) -> None:
    found = told(drawn).stays
    arrived = found.arrived_ms[found.number == 0]
    assert (np.diff(arrived) >= 0).all()
    assert found.contact_id[found.number == 0].tolist() == list(range(1, len(arrived) + 1))
