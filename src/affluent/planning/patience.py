"""Lines whose customers leave: exponential patience (Erlang A) in closed form, any other by quadrature.

Time is counted in mean handling times. Sources: C. Palm (1957), "Research on telephone traffic carried by full
availability groups"; F. Baccelli, G. Hebuterne (1981), "On queues with impatient customers"; S. Zeltyn, A. Mandelbaum
(2005), "Call centers with impatient customers: many-server asymptotics of the M/M/n+G queue", Queueing Systems 51.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import exp, expm1, isfinite

import numpy as np
from numpy.typing import NDArray
from scipy import special

from affluent.planning.erlang import blocking, mean_queue, mean_wait, service_level, waiting, waiting_longer

Reals = NDArray[np.float64]
_ROWS_MAX = 20_000_000
_NOTHING = 700.0
"""exp of minus this is nothing beside 1, even where only the far end of a law is asked for."""


@dataclass(frozen=True, slots=True)
class Line:
    """`agents` servers, `load` erlangs offered, and customers who leave at rate `leaving` a mean handling time.

    `leaving` 0 is endless patience; otherwise the mean patience is `1 / leaving` mean handling times.
    Raises `ValueError` when a number is out of range, or the line grows without end.
    """

    agents: int
    load: float
    leaving: float

    def __post_init__(self) -> None:
        numbers = (self.load, self.leaving)
        if self.agents < 1 or not all(isfinite(one) and one >= 0 for one in numbers):
            raise ValueError("a line has an agent at least, and numbers from 0 on")
        if self.leaving == 0 and self.load >= self.agents:
            raise ValueError("nobody leaves, and more arrives than the agents can do: the line has no end")

    @property
    def waiting(self) -> float:
        """The share of arrivals that find all agents busy."""
        if self.leaving == 0:
            return float(waiting(self.agents, self.load))
        return float(self._standing().sum())

    @property
    def abandonment(self) -> float:
        """The share of arrivals that leave without service."""
        return 0.0 if self.load == 0 else self.leaving * self.mean_queue / self.load

    @property
    def mean_queue(self) -> float:
        """How many wait on average."""
        if self.leaving == 0:
            return mean_queue(self.agents, self.load)
        standing = self._standing()
        return float(np.arange(len(standing)) @ standing)

    @property
    def mean_wait(self) -> float:
        """The mean wait of all arrivals, of those too who leave and of those who do not wait."""
        if self.leaving == 0:
            return mean_wait(self.agents, self.load)
        return 0.0 if self.load == 0 else self.mean_queue / self.load

    @property
    def occupancy(self) -> float:
        """The share of their time that agents are busy."""
        return self.load * (1 - self.abandonment) / self.agents

    def waiting_longer(self, wait: float) -> float:
        """The share of arrivals still in line after `wait`: neither served nor gone."""
        if self.leaving == 0:
            return waiting_longer(self.agents, self.load, wait)
        standing = self._standing()
        ahead, a, x = self._ahead(standing, wait)
        return exp(-self.leaving * wait) * float(standing @ special.betainc(a, ahead + 1, x))

    def served_within(self, wait: float) -> float:
        """The share of arrivals served after `wait` at the latest: at once, or out of the line."""
        if self.leaving == 0:
            return service_level(self.agents, self.load, wait)
        standing = self._standing()
        ahead, a, x = self._ahead(standing, wait)
        # exp(-leaving V) is Beta(a, ahead + 1); being served while one has patience weighs it once more.
        from_line = a / (a + ahead + 1) * special.betaincc(a + 1, ahead + 1, x)
        return self._at_once() + float(standing @ from_line)

    def gone_within(self, wait: float) -> float:
        """The share of arrivals that left after `wait` at the latest."""
        if self.leaving == 0:
            return 0.0
        standing = self._standing()
        ahead, a, x = self._ahead(standing, wait)
        overtaken = (ahead + 1) / (a + ahead + 1) * special.betaincc(a, ahead + 2, x)
        return float(standing @ (overtaken - expm1(-self.leaving * wait) * special.betainc(a, ahead + 1, x)))

    def _ahead(self, standing: Reals, wait: float) -> tuple[Reals, float, float]:
        return (
            np.arange(len(standing), dtype=np.float64),
            self.agents / self.leaving,
            exp(-self.leaving * wait),
        )

    def _standing(self) -> Reals:
        """The probability of all agents busy and j waiting, by j: positive terms, the last ones too small to count."""
        return _shares(self)[1]

    def _at_once(self) -> float:
        """The share of arrivals that find an agent free."""
        return _shares(self)[0]


@lru_cache(maxsize=8)
def _shares(line: Line) -> tuple[float, Reals]:
    """The probability of an agent free, and that of all busy and j waiting, by j."""
    logs = _relative(line)
    peak = float(logs.max())
    terms = np.exp(logs - peak)
    fewer = float(blocking(line.agents - 1, line.load))
    if fewer == 0:
        return 1.0, np.zeros_like(terms)
    # Free beside full: the p(k) / p(agents) over k < agents add up to agents / load / B(agents - 1).
    below = line.agents / (line.load * fewer) * exp(-peak)
    total = below + float(terms.sum())
    return below / total, terms / total


def _relative(line: Line) -> Reals:
    """The logarithm of p(agents + j) / p(agents), by j."""
    if line.load == 0:
        return np.zeros(1)
    size = 256
    while size <= _ROWS_MAX:
        steps = np.log(line.load / (line.agents + line.leaving * np.arange(1, size)))
        logs = np.concatenate(([0.0], np.cumsum(steps)))
        fall = line.load / (line.agents + line.leaving * size)
        if fall < 1 and logs[-1] - float(np.log1p(-fall)) < logs.max() - _NOTHING:
            return logs
        size *= 2
    raise ValueError("the line is too long to be added up")


Survival = Callable[[Reals], Reals]
"""The share of customers whose patience is longer than a time, at many times."""


@dataclass(frozen=True, slots=True)
class Patience:
    """A law of patience: `longer(t)` outlasts t, `owed(t)` is the mean of min(patience, t).

    `breaks` are the times at which `longer` is not smooth. `mean` may be infinite.
    """

    longer: Survival
    owed: Survival
    breaks: tuple[float, ...] = ()


ENDLESS = Patience(np.ones_like, lambda t: np.asarray(t, np.float64))
"""Nobody leaves."""


def exponential(mean: float) -> Patience:
    return Patience(lambda t: np.exp(-t / mean), lambda t: -mean * np.expm1(-t / mean))


def deterministic(mean: float) -> Patience:
    """Everyone leaves after `mean`."""
    return Patience(lambda t: (t < mean).astype(np.float64), lambda t: np.minimum(t, mean), (mean,))


def uniform(least: float, most: float) -> Patience:
    width = most - least
    if not 0 <= least < most:
        raise ValueError("a uniform patience lies between two growing times")

    def owed(t: Reals) -> Reals:
        inside = np.clip(t, least, most) - least
        return np.minimum(t, least) + inside - inside * inside / (2 * width)

    return Patience(
        lambda t: np.clip((most - t) / width, 0, 1), owed, tuple(x for x in (least, most) if x > 0)
    )


def erlang(stages: int, mean: float) -> Patience:
    """`stages` exponential stages one after the other."""
    return gamma(stages, mean)


def gamma(shape: float, mean: float) -> Patience:
    rate = shape / mean

    def owed(t: Reals) -> Reals:
        # The mean of min(X, t) is the mean of X before t, and t of those who outlast it.
        return mean * special.gammainc(shape + 1, rate * t) + t * special.gammaincc(shape, rate * t)

    return Patience(lambda t: special.gammaincc(shape, rate * t), owed)


def weibull(shape: float, mean: float) -> Patience:
    """A shape below 1: who has waited long goes on waiting."""
    scale = mean / float(special.gamma(1 + 1 / shape))

    def owed(t: Reals) -> Reals:
        passed = (t / scale) ** shape
        return mean * special.gammainc(1 + 1 / shape, passed) + t * np.exp(-passed)

    return Patience(lambda t: np.exp(-((t / scale) ** shape)), owed)


def lognormal(mean: float, cv: float) -> Patience:
    """`cv`: standard deviation over mean."""
    sigma = float(np.sqrt(np.log1p(cv * cv)))
    middle = float(np.log(mean)) - sigma * sigma / 2

    def above(t: Reals, shift: float) -> Reals:
        """The share above t of the law whose logarithm lies `shift` higher."""
        with np.errstate(divide="ignore"):
            return special.ndtr((middle + shift - np.log(t)) / sigma)

    def owed(t: Reals) -> Reals:
        return mean * (1 - above(t, sigma * sigma)) + t * above(t, 0.0)

    return Patience(lambda t: above(t, 0.0), owed)


def mixture(parts: Sequence[tuple[float, Patience]]) -> Patience:
    """With each share, the law beside it. Shares add up to 1."""

    def longer(t: Reals) -> Reals:
        return sum((share * part.longer(t) for share, part in parts), np.zeros_like(t))

    def owed(t: Reals) -> Reals:
        return sum((share * part.owed(t) for share, part in parts), np.zeros_like(t))

    return Patience(longer, owed, tuple(sorted({one for _, part in parts for one in part.breaks})))


def hyperexponential(shares: tuple[float, ...], means: tuple[float, ...]) -> Patience:
    """One exponential patience or another, each with its share."""
    return mixture([(share, exponential(mean)) for share, mean in zip(shares, means, strict=True)])


@dataclass(frozen=True, slots=True)
class AnyLine:
    """What a line does whose customers have any law of patience (M/M/n+G)."""

    waiting: float
    abandonment: float
    mean_queue: float
    mean_wait: float


def any_line(agents: int, load: float, patience: Patience) -> AnyLine:
    """The line of `agents` with `load` erlangs and a law of patience (Zeltyn and Mandelbaum 2005, section 2).

    Raises `ValueError` for fewer than one agent, no load, or a line without end.
    """
    offered = offered_waits(agents, load, patience)
    survival, owed = patience.longer(offered.waits), patience.owed(offered.waits)
    gone = float((offered.shares * (1 - survival)).sum())
    wait = float((offered.shares * owed).sum())
    return AnyLine(float(offered.shares.sum()), gone, load * wait, wait)


@dataclass(frozen=True, slots=True)
class OfferedWaits:
    """The wait that a customer would have who does not leave: `shares` of arrivals at `waits`, growing, and `at_once`.

    Any mean over the waits is a weighted sum over them. A time given as one of the `cuts` lies between two of them.
    """

    at_once: float
    waits: Reals
    shares: Reals


def offered_waits(agents: int, load: float, patience: Patience, cuts: tuple[float, ...] = ()) -> OfferedWaits:
    """The law of the offered wait in M/M/n+G, as a quadrature. Raises as `any_line` does."""
    if agents < 1 or not (isfinite(load) and load > 0):
        raise ValueError("a line has an agent at least, and a load above 0")
    # exp(load H(t) - agents t): how probable a wait of t for service is, beside one of 0.
    end = _end(lambda t: load * float(patience.owed(np.array([t]))[0]) - agents * t)
    nodes, weights = _nodes(end, (*patience.breaks, *cuts), agents, load)
    exponents = load * patience.owed(nodes) - agents * nodes
    peak = float(exponents.max())
    density = weights * np.exp(exponents - peak)
    # Who comes to a line with an agent free, on the same scale: 1 / (load B(n - 1)).
    free = exp(-peak) / (load * float(blocking(agents - 1, load)))
    scale = 1 / (free + float(density.sum()))
    return OfferedWaits(free * scale, nodes, density * scale)


def _end(exponent: Callable[[float], float]) -> float:
    """A time beyond which nothing is left of the integral in double precision."""
    t, best = 1e-6, 0.0
    for _ in range(200):
        value = exponent(t)
        best = max(best, value)
        if value < best - _NOTHING:
            return t
        t *= 1.25
    raise ValueError("the line has no end: too few leave")


def _nodes(end: float, breaks: tuple[float, ...], agents: int, load: float) -> tuple[Reals, Reals]:
    """Points and weights of Gauss and Legendre on pieces so narrow that the integrand is tame on each."""
    edges = [0.0, *sorted(one for one in breaks if 0 < one < end), end]
    width = min(4.0 / (agents + load), end)
    points, weights = special.roots_legendre(20)
    xs: list[Reals] = []
    ws: list[Reals] = []
    for low, high in pairwise(edges):
        cuts = np.linspace(low, high, max(2, int((high - low) / width) + 2))
        half = np.diff(cuts)[:, None] / 2
        xs.append(((cuts[:-1, None] + half) + half * points).ravel())
        ws.append((half * weights).ravel())
    return np.concatenate(xs), np.concatenate(ws)


@dataclass(frozen=True, slots=True)
class WaitAhead:
    """How long one more customer waits who does not leave, all agents busy and `ahead` already waiting.

    Those ahead leave at rate `leaving` a mean handling time. exp(-leaving W) is Beta(agents / leaving, ahead + 1);
    with nobody leaving, W is Gamma(ahead + 1) / agents.
    """

    agents: int
    ahead: int
    leaving: float = 0.0

    @property
    def mean(self) -> float:
        """In mean handling times: one departure after the other."""
        return float((1 / (self.agents + self.leaving * np.arange(self.ahead + 1))).sum())

    def quantile(self, share: float) -> float:
        """The wait that `share` of such customers do not exceed; 0 < share < 1."""
        if not 0 < share < 1:
            raise ValueError("a quantile lies between 0 and 1")
        if self.leaving == 0:
            return float(special.gammaincinv(self.ahead + 1, share)) / self.agents
        # The small side of the law is asked for, so that neither end loses digits.
        gone = special.betaincinv(self.ahead + 1, self.agents / self.leaving, share)
        return -float(np.log1p(-gone)) / self.leaving
