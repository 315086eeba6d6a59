"""Laws compiled to the rows that draws are made from."""

from typing import Any, cast

import numpy as np

from affluent.routing.state import NOTHING, Column
from affluent.twin.living import draws
from affluent.twin.living.world import LawTable, Reals
from affluent.twin.scenario import laws
from affluent.twin.scenario.laws import Law
from affluent.twin.scenario.scenario import Laws


class LawRows:
    """Gives each law a row; the same law has the same one."""

    def __init__(self) -> None:
        self._rows: dict[Law, int] = {}
        self._kind: list[int] = []
        self._one: list[float] = []
        self._other: list[float] = []
        self._first: list[int] = []
        self._last: list[int] = []
        self._values: list[float] = []
        self._shares: list[float] = []
        self._parts: list[int] = []

    def row(self, law: Law) -> int:
        if law not in self._rows:
            self._rows[law] = self._added(law)
        return self._rows[law]

    def rows(self, by_period: Laws, periods: int) -> list[int]:
        """A row for each period and for the time after the last; NOTHING without any law."""
        if not by_period:
            return [NOTHING] * (periods + 1)
        return [self.row(by_period[min(period, len(by_period) - 1)]) for period in range(periods + 1)]

    def _added(self, law: Law) -> int:
        match law:
            case laws.Never():
                return self._plain(draws.NEVER)
            case laws.Deterministic(ms):
                return self._plain(draws.SURE, ms)
            case laws.Exponential(mean):
                return self._plain(draws.EXPONENTIAL, mean)
            case laws.Gamma(mean, shape):
                return self._plain(draws.GAMMA, mean, shape)
            case laws.Lognormal():
                return self._plain(draws.LOGNORMAL, *laws.lognormal_parameters(law))
            case laws.Weibull(_, shape):
                return self._plain(draws.WEIBULL, laws.weibull_scale_ms(law), shape)
            case laws.Uniform(low, high):
                return self._plain(draws.UNIFORM, low, high)
            case laws.Empirical(values):
                return self._listed(draws.EMPIRICAL, values)
            case laws.Quantiles(values):
                return self._listed(draws.QUANTILES, values)
            case laws.Mixture(parts):
                rows = [self.row(part) for _, part in parts]
                first = len(self._parts)
                self._parts += rows
                self._shares += [float(share) for share in np.cumsum([share for share, _ in parts])]
                return self._plain(draws.MIXTURE, 0.0, 0.0, first, len(self._parts))

    def _listed(self, kind: int, values: tuple[int, ...]) -> int:
        first = len(self._values)
        self._values += values
        return self._plain(kind, 0.0, 0.0, first, len(self._values))

    def _plain(self, kind: int, one: float = 0.0, other: float = 0.0, first: int = 0, last: int = 0) -> int:
        self._kind.append(kind)
        self._one.append(one)
        self._other.append(other)
        self._first.append(first)
        self._last.append(last)
        return len(self._kind) - 1

    def table(self) -> LawTable:
        return LawTable(
            integers(self._kind),
            reals(self._one),
            reals(self._other),
            integers(self._first),
            integers(self._last),
            reals(self._values),
            reals(self._shares),
            integers(self._parts),
        )


def integers(values: Any) -> Column:
    """A column of numbers; one row at least, so that no array is empty."""
    found = np.asarray(values, np.int64).reshape(-1)
    return cast(Column, found if len(found) else np.zeros(1, np.int64))


def reals(values: Any) -> Reals:
    found = np.asarray(values, np.float64).reshape(-1)
    return cast(Reals, found if len(found) else np.zeros(1, np.float64))
