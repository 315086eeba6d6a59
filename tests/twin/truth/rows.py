"""Rows of the exact tables as scenarios: what each should give, and what the twin gives with its interval."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from affluent.measure.outcomes import End
from affluent.planning.erlang import waiting
from affluent.routing.policy import AgentOrder, AgentRule, MediumRule, Policy, QueueRule, SkillNeed
from affluent.twin.living import world as at
from affluent.twin.running.building import Building
from affluent.twin.running.days import Day, Days
from affluent.twin.running.estimates import quantile, standard_error
from affluent.twin.scenario import ContactClass, Group, Rates, Scenario, laws
from affluent.twin.scenario.laws import Law

UNIT_MS = 600_000
"""The mean service time that the tables count in."""
HOUR_MS = 3_600_000
TABLES = Path(__file__).parents[2] / "planning" / "truth"
LENGTH = 40_000
REPLICATIONS = 20
CONFIDENCE = 0.99
AGENTS_MAX = 200
RARE = 100 / (LENGTH * REPLICATIONS)
"""What comes more rarely than a hundred times has no interval worth the name, and is left out."""
MEDIUM = "voice"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One exact number: `what` of the class in the row `kind` (None: of all)."""

    what: str
    kind: int | None
    exact: float


@dataclass(frozen=True, slots=True)
class Row:
    """A scenario, its exact numbers, and how long a day of it must be for its beginning not to show."""

    table: str
    name: str
    scenario: Scenario
    wanted: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    row: Row
    wanted: Wanted
    found: float
    low: float
    high: float

    @property
    def inside(self) -> bool:
        return self.low <= self.wanted.exact <= self.high


def table(name: str) -> list[dict[str, Any]]:
    return json.loads((TABLES / f"{name}.json").read_text(encoding="utf-8"))["rows"]


def exponential(units: float) -> Law:
    return laws.Exponential(round(units * UNIT_MS))


def stationary(
    classes: Sequence[tuple[float, Law, Law]],
    groups: list[tuple[int, list[int]]],
    *,
    preferred: list[list[int]] | None = None,
    tiers: list[int] | None = None,
    relaxation: float = 0.0,
) -> Scenario:
    """A line that runs on and on. `classes`: arrivals a unit of time, handling, patience; `groups`: agents, and the
    classes that they serve, the first ones first; `preferred`: for each class its groups, the first ones first.
    `relaxation`: how many units the line remembers.
    """
    teams = tuple(range(1, len(groups) + 1))
    queues = tuple(
        QueueRule(
            kind + 1,
            MEDIUM,
            tier=tiers[kind] if tiers else 0,
            skills=(SkillNeed(kind + 1),),
            order=AgentOrder.TEAMS if preferred else AgentOrder.LONGEST_IDLE,
            teams=tuple(group + 1 for group in preferred[kind]) if preferred else (),
        )
        for kind in range(len(classes))
    )
    made: list[Group] = []
    first = 1
    for number, (agents, served) in enumerate(groups):
        rules = tuple(
            AgentRule(
                first + place,
                skills={kind + 1: 1 for kind in served},
                limits={MEDIUM: 1},
                team=teams[number],
                ranks={kind + 1: rank + 1 for rank, kind in enumerate(served)} if len(served) > 1 else {},
            )
            for place in range(agents)
        )
        first += agents
        made.append(Group(f"group {number}", rules, (agents,)))
    policy = Policy(
        media=(MediumRule(MEDIUM, 60),),
        skills=frozenset(range(1, len(classes) + 1)),
        queues=queues,
        agents=tuple(rule for group in made for rule in group.rules),
        order=AgentOrder.LONGEST_IDLE,
    )
    total = sum(rate for rate, _, _ in classes)
    units = max(LENGTH / total, 30 * relaxation)
    warm_up = max(0.05 * units, 8 * relaxation)
    return Scenario(
        policy=policy,
        classes=tuple(
            ContactClass(
                f"class {kind}",
                kind + 1,
                (handling,),
                Rates((rate * HOUR_MS / UNIT_MS,)),
                patience=(patience,),
            )
            for kind, (rate, handling, patience) in enumerate(classes)
        ),
        groups=tuple(made),
        periods_ms=(round((units + warm_up) * UNIT_MS),),
        warm_up_ms=round(warm_up * UNIT_MS),
    )


def skill_rows() -> Iterator[Row]:
    """Exact multi-skill chains: an arrival goes to the first idle group of its list, a freed agent to the first
    waiting class of the group's list. Lists are ranks of queues, and the order of teams where ranks are equal.
    """
    for one in table("multiskill_ctmc"):
        mu, theta = one["mu"], one["theta"]
        assert len({*mu}) == 1, "one mean of service for all groups"
        classes = [
            (rate, exponential(1 / mu[0]), exponential(1 / left))
            for rate, left in zip(one["lam"], theta, strict=True)
        ]
        groups = list(zip(one["staff"], one["group_to_types"], strict=True))
        scenario = stationary(classes, groups, preferred=one["type_to_groups"], relaxation=5)
        wanted = [
            Wanted(what, kind, exact)
            for what, name in (("wait", "EW"), ("abandoned", "PAb"), ("delayed", "P_delay"))
            for kind, exact in enumerate(one[name])
        ]
        yield Row("multiskill_ctmc", one["name"], scenario, tuple(wanted))


def priority_rows() -> Iterator[Row]:
    for one in table("mmn_priority"):
        n, rho = int(one["n"]), float(one["rho"])
        if n > AGENTS_MAX:
            continue
        shares = [float(share) for share in one["shares"]]
        classes = [(n * rho * share, exponential(1), laws.NEVER) for share in shares]
        tiers = [9 - kind for kind in range(len(shares))]
        relaxation = 1 / (n * (1 - sqrt(rho)) ** 2)
        scenario = stationary(classes, [(n, [*range(len(shares))])], tiers=tiers, relaxation=relaxation)
        delayed = float(waiting(n, n * rho))
        wanted = [
            Wanted("wait", kind, float(exact))
            for kind, exact in enumerate(one["EW_nonpreemptive"])
            if delayed > RARE
        ]
        yield Row("mmn_priority", f"n={n} rho={rho} shares={shares}", scenario, tuple(wanted))


def patience_law(name: str, mean: float) -> Law:
    match name:
        case "exp":
            return exponential(mean)
        case "uniform(0,2m)":
            return laws.Uniform(0, round(2 * mean * UNIT_MS))
        case "erlang2":
            return laws.Gamma(round(mean * UNIT_MS), 2)
        case "deterministic":
            return laws.Deterministic(round(mean * UNIT_MS))
        case _:
            assert name == "H2 balanced means cv2=4"
            p = (1 + sqrt(3 / 5)) / 2
            return laws.Mixture(
                ((p, exponential(mean / (2 * p))), (1 - p, exponential(mean / (2 * (1 - p)))))
            )


def patience_rows() -> Iterator[Row]:
    for one in table("mmn_general_patience"):
        n, rho, mean = int(one["n"]), float(one["rho"]), float(one["mean"])
        patience = patience_law(one["patience"], mean)
        scenario = stationary([(n * rho, exponential(1), patience)], [(n, [0])], relaxation=10)
        delayed, left = float(one["PW"]), float(one["PAb"])
        wanted = (
            *(Wanted("delayed", None, delayed),) * (RARE < delayed < 1 - RARE),
            *(Wanted("abandoned", None, left),) * (RARE < left < 1 - RARE),
            *(Wanted("wait", None, float(one["EW"])),) * (delayed > RARE),
        )
        yield Row("mmn_general_patience", f"n={n} rho={rho} {one['patience']} {mean}", scenario, wanted)


def erlang_rows() -> Iterator[Row]:
    for one in table("erlang_a"):
        n, rho, theta = int(one["n"]), float(one["rho"]), float(one["theta"])
        if n > AGENTS_MAX:
            continue
        relaxation = min(1 / theta, 1 / (n * (1 - sqrt(rho)) ** 2) if rho < 1 else 1 / theta)
        scenario = stationary(
            [(n * rho, exponential(1), exponential(1 / theta))], [(n, [0])], relaxation=max(5, 2 * relaxation)
        )
        delayed, left = float(one["PW"]), float(one["PAb"])
        served = float(one["P_served_within_0.1"])
        wanted = [
            *(Wanted("delayed", None, delayed),) * (RARE < delayed < 1 - RARE),
            *(Wanted("wait", None, float(one["EW"])),) * (delayed > RARE),
            *(Wanted("abandoned", None, left),) * (RARE < left < 1 - RARE),
            *(Wanted("served in 0.1", None, served),) * (RARE < served < 1 - RARE),
        ]
        yield Row("erlang_a", f"n={n} rho={rho} theta={theta}", scenario, tuple(wanted))


def checked(row: Row, seed: int = 1, replications: int = REPLICATIONS) -> list[Checked]:
    """What the twin gives for each exact number of a row."""
    days = Days(Building(row.scenario))
    lived = [_sums(row, days.lived(seed, one)) for one in range(replications)]
    found: list[Checked] = []
    for place, wanted in enumerate(row.wanted):
        values = np.array([sums[place][0] for sums in lived])
        counts = np.array([sums[place][1] for sums in lived])
        value = float(values.sum() / counts.sum())
        error = standard_error(values, counts, value)
        assert error is not None
        half = error * quantile(replications - 1, CONFIDENCE)
        found.append(Checked(row, wanted, value, value - half, value + half))
    return found


def _sums(row: Row, day: Day) -> list[tuple[float, float]]:
    """Of each number the sum over a day's contacts, and how many these are."""
    notes: NDArray[np.int64] = day.outcomes[day.outcomes[:, at.O_ENTERED] >= row.scenario.warm_up_ms]
    entered, taken = notes[:, at.O_ENTERED], notes[:, at.O_TAKEN]
    waited = np.where(taken >= 0, taken, notes[:, at.O_TALKED]) - entered
    parts = {
        "wait": waited / UNIT_MS,
        "abandoned": (notes[:, at.O_END] == End.ABANDONED).astype(np.float64),
        "delayed": (waited > 0).astype(np.float64),
        "served in 0.1": ((taken >= 0) & (waited <= 0.1 * UNIT_MS)).astype(np.float64),
    }
    found: list[tuple[float, float]] = []
    for wanted in row.wanted:
        of = parts[wanted.what]
        mine = of if wanted.kind is None else of[notes[:, at.O_CLASS] == wanted.kind]
        found.append((float(mine.sum()), float(len(mine))))
    return found
