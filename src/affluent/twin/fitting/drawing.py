"""Small plots as SVG, by the tokens of the pages: no script, readable in light and dark, and named in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

WIDTH, HEIGHT = 560, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 12, 12, 34
_INNER_W, _INNER_H = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM


@dataclass(frozen=True, slots=True)
class Line:
    """`kind`: a class of the style sheet. `steps`: it holds its value until the next point."""

    xs: Sequence[float]
    ys: Sequence[float]
    kind: str
    steps: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    xs: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]


@dataclass(frozen=True, slots=True)
class Axis:
    """From 0 to `most`; `ticks` are values with what is written at them."""

    most: float
    ticks: Sequence[tuple[float, str]]


def plot(title: str, x: Axis, y: Axis, lines: Sequence[Line], bands: Sequence[Band] = ()) -> str:
    """One plot. `title` says what is seen, for who cannot see it."""
    parts = [
        f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title, quote=True)}">'
    ]
    for value, text in y.ticks:
        at = _y(value, y)
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{at:.1f}" y2="{at:.1f}"/>')
        parts.append(
            f'<text class="tick" x="{_LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{escape(text)}</text>'
        )
    for value, text in x.ticks:
        at = _x(value, x)
        parts.append(
            f'<text class="tick" x="{at:.1f}" y="{HEIGHT - 12}" text-anchor="middle">{escape(text)}</text>'
        )
    for band in bands:
        points = [(_x(a, x), _y(b, y)) for a, b in zip(band.xs, band.high, strict=True)]
        points += [(_x(a, x), _y(b, y)) for a, b in zip(band.xs, band.low, strict=True)][::-1]
        parts.append(f'<polygon class="band" points="{_points(points)}"/>')
    parts += [f'<polyline class="{line.kind}" points="{_points(_walk(line, x, y))}"/>' for line in lines]
    parts.append("</svg>")
    return "".join(parts)


def _walk(line: Line, x: Axis, y: Axis) -> list[tuple[float, float]]:
    points = [(_x(a, x), _y(b, y)) for a, b in zip(line.xs, line.ys, strict=True)]
    if not line.steps or not points:
        return points
    walked = [points[0]]
    for (_, before), (at, level) in pairwise(points):
        walked += [(at, before), (at, level)]
    return walked


def _x(value: float, axis: Axis) -> float:
    return _LEFT + _INNER_W * min(1.0, max(0.0, value / axis.most)) if axis.most else _LEFT


def _y(value: float, axis: Axis) -> float:
    return _TOP + _INNER_H * (1 - min(1.0, max(0.0, value / axis.most))) if axis.most else _TOP + _INNER_H


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def steps(most: float, count: int = 4) -> list[float]:
    """Round values from 0 up to `most`."""
    if most <= 0:
        return [0.0]
    raw = most / count
    size = 10.0 ** len(str(int(raw))) / 10 if raw >= 1 else 0.1
    step = next(size * one for one in (1, 2, 2.5, 5, 10) if size * one >= raw)
    return [step * at for at in range(int(most / step) + 1)]
