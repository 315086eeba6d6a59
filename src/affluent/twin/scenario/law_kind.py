"""Laws of durations as a scenario writes them: one word names the law, the others beside it its shape."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from affluent.routing.document.durations import PATTERN, read_duration_ms, write_duration
from affluent.routing.document.kinds import Names, Schema
from affluent.routing.document.problems import Path
from affluent.routing.document.reading import BAD, Bad, Reading
from affluent.routing.document.tree import Entries, Node, Scalar
from affluent.twin.scenario import laws
from affluent.twin.scenario.laws import Law
from affluent.twin.scenario.values import SHARE, Decimal, read_durations

_SHAPES: dict[str, str | None] = {
    "exponential": None,
    "gamma": "shape",
    "lognormal": "cv",
    "weibull": "shape",
    "uniform": None,
    "empirical": None,
    "quantiles": None,
    "mixture": None,
    "hyperexponential": None,
}
_POSITIVE = Decimal(0.0, 1e6, above=True)
_DURATION: Schema = {"type": "string", "pattern": PATTERN}


@dataclass(frozen=True, slots=True)
class LawKind:
    """`3m` for always so long, `never`, or a mapping such as `{gamma: 3m, shape: 2}`."""

    def read(self, reading: Reading, node: Node, path: Path) -> Law | Bad:
        if isinstance(node, Scalar):
            if node.text == "never":
                return laws.NEVER
            found = read_duration_ms(node.text)
            if found is None:
                return reading.note("bad_duration", path, node.line, text=node.text[:40])
            return laws.Deterministic(found)
        if not isinstance(node, Entries):
            return reading.wrong_type("law", path, node)
        return _read_law(reading, node, path, ())

    def write(self, value: Law, names: Names) -> Any:
        return _written(value)

    def schema(self) -> Schema:
        def one(key: str, of: Schema, beside: str | None) -> Schema:
            properties = {key: of, **({beside: {"type": "number"}} if beside else {})}
            return {"type": "object", "properties": properties, "required": [*properties]}

        kinds = [
            one(key, _DURATION if key in {"exponential", "gamma", "lognormal", "weibull"} else _LISTS, beside)
            for key, beside in _SHAPES.items()
        ]
        return {"oneOf": [_DURATION, {"const": "never"}, *kinds]}


_LISTS: Schema = {"type": "array", "minItems": 1}


def _read_law(reading: Reading, node: Entries, path: Path, beside: tuple[str, ...]) -> Law | Bad:
    named = [key for key in node.entries if key in _SHAPES]
    if len(named) != 1:
        others = [key for key in node.entries if key not in {"shape", "cv", *beside}]
        if not named and others:
            return reading.unknown("unknown_law", others[0], _SHAPES, (*path, others[0]), node.line)
        return reading.note("one_law", path, node.line)
    kind = named[0]
    shape = _SHAPES[kind]
    known = {kind, *beside} | ({shape} if shape else set())
    for key in node.entries.keys() - known:
        reading.unknown("unknown_key", key, known, (*path, key), node.lines[key])
    value, at = node.entries[kind], (*path, kind)
    if kind == "mixture":
        return _read_parts(reading, value, at, _read_mixed)
    if kind == "hyperexponential":
        return _read_parts(reading, value, at, _read_mean)
    if kind in {"uniform", "empirical", "quantiles"}:
        return _read_listed(reading, kind, value, at)
    mean = _read_mean_ms(reading, value, at)
    if shape is None:
        return BAD if isinstance(mean, Bad) else laws.Exponential(mean)
    told = node.entries.get(shape)
    if told is None:
        return reading.note("missing_key", path, node.line, key=shape)
    number = _POSITIVE.read(reading, told, (*path, shape))
    if isinstance(mean, Bad) or isinstance(number, Bad):
        return BAD
    made: Callable[[int, float], Law] = {
        "gamma": laws.Gamma,
        "lognormal": laws.Lognormal,
        "weibull": laws.Weibull,
    }[kind]
    return made(mean, number)


def _read_mean_ms(reading: Reading, node: Node, path: Path) -> int | Bad:
    found = read_duration_ms(node.text) if isinstance(node, Scalar) else None
    if found is None:
        return reading.wrong_type("duration", path, node)
    return found or reading.note("mean_zero", path, node.line)


def _read_listed(reading: Reading, kind: str, node: Node, path: Path) -> Law | Bad:
    found = read_durations(reading, node, path)
    if isinstance(found, Bad):
        return BAD
    if kind == "empirical":
        return laws.Empirical(found) if found else reading.note("too_few_values", path, node.line, least=1)
    if len(found) < 2 or (kind == "uniform" and len(found) != 2):
        return reading.note("too_few_values", path, node.line, least=2)
    if list(found) != sorted(found):
        return reading.note("not_ascending", path, node.line)
    return laws.Uniform(found[0], found[1]) if kind == "uniform" else laws.Quantiles(found)


def _read_mixed(reading: Reading, node: Entries, path: Path) -> Law | Bad:
    always = node.entries.get("always")
    if always is not None:
        return LawKind().read(reading, always, (*path, "always"))
    return _read_law(reading, node, path, ("share",))


def _read_mean(reading: Reading, node: Entries, path: Path) -> Law | Bad:
    for key in node.entries.keys() - {"share", "mean"}:
        reading.unknown("unknown_key", key, ("share", "mean"), (*path, key), node.lines[key])
    mean = node.entries.get("mean")
    if mean is None:
        return reading.note("missing_key", path, node.line, key="mean")
    found = _read_mean_ms(reading, mean, (*path, "mean"))
    return BAD if isinstance(found, Bad) else laws.Exponential(found)


def _read_parts(
    reading: Reading, node: Node, path: Path, read_part: Callable[[Reading, Entries, Path], Law | Bad]
) -> Law | Bad:
    found = reading.items(node, path)
    if isinstance(found, Bad):
        return BAD
    parts: list[tuple[float, Law]] = []
    for place, item in enumerate(found.items):
        at = (*path, str(place))
        entries = reading.entries(item, at)
        if isinstance(entries, Bad):
            return BAD
        told = entries.entries.get("share")
        if told is None:
            return reading.note("missing_key", at, entries.line, key="share")
        share, law = SHARE.read(reading, told, (*at, "share")), read_part(reading, entries, at)
        if isinstance(share, Bad) or isinstance(law, Bad):
            return BAD
        parts.append((share, law))
    if abs(sum(share for share, _ in parts) - 1) > 1e-6:
        return reading.note("shares_not_one", path, node.line, total=sum(share for share, _ in parts))
    return laws.Mixture(tuple(parts))


def _written(law: Law) -> Any:
    match law:
        case laws.Never():
            return "never"
        case laws.Deterministic(ms):
            return write_duration(ms)
        case laws.Exponential(mean):
            return {"exponential": write_duration(mean)}
        case laws.Gamma(mean, shape):
            return {"gamma": write_duration(mean), "shape": shape}
        case laws.Lognormal(mean, cv):
            return {"lognormal": write_duration(mean), "cv": cv}
        case laws.Weibull(mean, shape):
            return {"weibull": write_duration(mean), "shape": shape}
        case laws.Uniform(low, high):
            return {"uniform": [write_duration(low), write_duration(high)]}
        case laws.Empirical(values):
            return {"empirical": [write_duration(one) for one in values]}
        case laws.Quantiles(values):
            return {"quantiles": [write_duration(one) for one in values]}
        case laws.Mixture(parts):
            return {"mixture": [{"share": share, **_part(part)} for share, part in parts]}


def _part(law: Law) -> dict[str, Any]:
    written = _written(law)
    return written if isinstance(written, dict) else {"always": written}
