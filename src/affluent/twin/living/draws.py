"""Draws by number: draw n of a stream is a pure function of (seed, replication, stream, class, n).

So two runs that route differently still meet the same customers, and a day is the same on whatever core it is
lived. The mixing is that of SplitMix64 (Steele, Lea, Flood 2014).
"""

import math

import numpy as np

from affluent.routing.state import NOTHING
from affluent.twin.living.compiled import compiled, inlined
from affluent.twin.living.world import LATER, LawTable, World

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
MIX_A = np.uint64(0xBF58476D1CE4E5B9)
MIX_B = np.uint64(0x94D049BB133111EB)
ASIDE = np.uint64(0xD1B54A32D192ED03)
S30, S27, S31, S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
UNIT = 1.0 / (1 << 53)
NEVER, SURE, EXPONENTIAL, GAMMA, LOGNORMAL, WEIBULL, UNIFORM, EMPIRICAL, QUANTILES, MIXTURE = range(10)


@compiled
def mixed(z: np.uint64) -> np.uint64:
    z = (z ^ (z >> S30)) * MIX_A
    z = (z ^ (z >> S27)) * MIX_B
    return z ^ (z >> S31)


@compiled
def key_of(seed: int, replication: int, stream: int, of: int) -> np.uint64:
    """Where a stream begins."""
    key = mixed(np.uint64(seed) * GOLDEN + np.uint64(replication) * ASIDE + GOLDEN)
    return mixed(key + np.uint64(stream) * GOLDEN + np.uint64(of) * ASIDE + ASIDE)


@compiled
def uniform(key: np.uint64, number: int, place: int) -> float:
    """In (0, 1). `place` tells apart the draws that one number needs."""
    bits = mixed(key + np.uint64(number) * GOLDEN + np.uint64(place) * ASIDE) >> S11
    return (np.float64(bits) + 0.5) * UNIT


@compiled
def normal(key: np.uint64, number: int, place: int) -> float:
    """Box and Muller (1958); takes two places."""
    far = math.sqrt(-2.0 * math.log(uniform(key, number, place)))
    return far * math.cos(2.0 * math.pi * uniform(key, number, place + 1))


@compiled
def gamma(key: np.uint64, number: int, place: int, shape: float) -> float:
    """Of that shape and scale 1: Marsaglia and Tsang (2000)."""
    most = shape if shape >= 1.0 else shape + 1.0
    d = most - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    at = place + 1
    value = 0.0
    while True:
        x = normal(key, number, at)
        v = 1.0 + c * x
        v = v * v * v
        u = uniform(key, number, at + 2)
        at += 3
        if v > 0.0 and math.log(u) < 0.5 * x * x + d - d * v + d * math.log(v):
            value = d * v
            break
    if shape < 1.0:
        value *= uniform(key, number, place) ** (1.0 / shape)
    return value


@inlined
def value_of(laws: LawTable, law: int, key: np.uint64, number: int, place: int) -> float:
    """A draw of a law that is no mixture, in milliseconds."""
    kind, one, other = laws.kind[law], laws.one[law], laws.other[law]
    if kind == EXPONENTIAL:
        return -math.log(uniform(key, number, place)) * one
    if kind == SURE:
        return one
    if kind == LOGNORMAL:
        return math.exp(one + other * normal(key, number, place))
    if kind == GAMMA:
        return gamma(key, number, place, other) * one / other
    if kind == WEIBULL:
        return one * (-math.log(uniform(key, number, place))) ** (1.0 / other)
    if kind == UNIFORM:
        return one + (other - one) * uniform(key, number, place)
    first, count = laws.first[law], laws.last[law] - laws.first[law]
    if kind == EMPIRICAL:
        return laws.values[first + int(uniform(key, number, place) * count)]
    at = uniform(key, number, place) * (count - 1)
    step = min(int(at), count - 2)
    low = laws.values[first + step]
    return low + (laws.values[first + step + 1] - low) * (at - step)


@compiled
def draw_ms(w: World, law: int, key: np.uint64, number: int) -> int:
    """A duration of a law, rounded to a millisecond; LATER if it never ends. A law of NOTHING takes no time."""
    laws, place = w.laws, 0
    if law == NOTHING:
        return 0
    while laws.kind[law] == MIXTURE:
        share = uniform(key, number, place)
        place += 1
        part = laws.first[law]
        while part + 1 < laws.last[law] and laws.share[part] <= share:
            part += 1
        law = laws.part[part]
    if laws.kind[law] == NEVER:
        return LATER
    return min(int(value_of(laws, law, key, number, place) + 0.5), LATER)


@compiled
def chance(w: World, of: int, stream: int, number: int, share: float) -> bool:
    """Whether a thing of that share happens to this contact."""
    return share > 0.0 and uniform(w.keys[of, stream], number, 0) < share
