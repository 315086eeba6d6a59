"""The rhythm of the demonstration: when customers come, how long they wait, how long work takes, who is there when.

Durations are drawn from a generator that is given; instants are milliseconds since the epoch. The shapes are those
of the field: a morning and an afternoon peak, Monday the fullest day, handling times with a long tail.
"""

import math
import random
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from affluent.cli.demo.people import SHIFTS, Person
from affluent.cli.demo.stories import PARIS
from affluent.facts.instants import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS

A_WEEKDAY = 640
"""Contacts on a usual Wednesday."""
_DAY_OF_WEEK = (1.18, 1.04, 1.0, 0.98, 0.92, 0.40, 0.22)
_HOURS = (
    4, 2, 1, 1, 2, 5, 12, 28, 58, 84, 96, 88, 62, 66, 84, 88, 80, 74, 62, 44, 30, 20, 12, 7,
)  # fmt: skip
QUIET_MIN = 1.2
"""Whoever tries the demonstration at night finds at least this many usual hours of the day in one."""
USUAL_HOUR = A_WEEKDAY * 80 / sum(_HOURS)


def wall(at_ms: int) -> datetime:
    """The instant as clocks in Paris show it."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(PARIS)


def hourly_rate(at_ms: int) -> float:
    """Contacts expected an hour, at this instant."""
    now = wall(at_ms)
    here, next_hour = _HOURS[now.hour], _HOURS[(now.hour + 1) % 24]
    shape = here + (next_hour - here) * now.minute / 60
    return A_WEEKDAY * _DAY_OF_WEEK[now.weekday()] * shape / sum(_HOURS)


def lively_rate(at_ms: int) -> float:
    """The same with a floor: a demonstration is looked at in the evening and on Sundays, too."""
    return max(hourly_rate(at_ms), QUIET_MIN * USUAL_HOUR)


def around(chance: random.Random, median_ms: float, spread: float = 0.5) -> int:
    """A log-normal duration with this median."""
    return max(1, round(median_ms * math.exp(chance.gauss(0, spread))))


def patience_ms(chance: random.Random) -> int:
    """How long a customer waits in a chat before they go."""
    return around(chance, 4 * MINUTE_MS, 0.8)


def reaction_ms(chance: random.Random) -> int:
    """From an offer on the screen to the click."""
    return 1_200 + around(chance, 4 * SECOND_MS, 0.7)


def work_ms(chance: random.Random, medium: str, text: str, pace: float) -> int:
    """Reading, looking things up and writing `text`."""
    looking_up = 14 * SECOND_MS if medium == "chat" else 150 * SECOND_MS
    return round(pace * (around(chance, looking_up, 0.6) + len(text) * 130))


def wrap_up_ms(chance: random.Random) -> int:
    """From the last word to the click that closes."""
    return around(chance, 18 * SECOND_MS, 0.6)


def answer_ms(chance: random.Random, medium: str) -> int:
    """How long a customer takes to write back."""
    return around(chance, 22 * SECOND_MS, 0.6) if medium == "chat" else around(chance, 100 * MINUTE_MS, 1.1)


Step = tuple[int, str, str | None]
"""From an instant on: a presence and its reason."""


@lru_cache(maxsize=512)
def day_of(person: Person, day: date) -> tuple[Step, ...]:
    """The working day that begins on `day`: presence by instant. Empty on a day off."""
    assert person.shift is not None
    shift = SHIFTS[person.shift]
    chance = random.Random(f"{person.email} {day}")  # noqa: S311 -- a play, no secret
    if day.weekday() not in shift.days or chance.random() < 0.06:
        return ()
    start = _instant_ms(day, shift.start) + round(chance.gauss(0, 3) * MINUTE_MS)
    length = (shift.end - shift.start) % (24 * 60) * MINUTE_MS
    steps: list[Step] = [(start, "ready", None)]
    for share, minutes, reason in ((0.27, 13, "break"), (0.52, 46, "lunch"), (0.78, 12, "break")):
        begins = start + round(length * (share + chance.uniform(-0.05, 0.05)))
        steps.append((begins, "away", reason))
        steps.append((begins + round(chance.gauss(minutes, 2) * MINUTE_MS), "ready", None))
    if chance.random() < 0.15:
        begins = start + round(length * chance.uniform(0.62, 0.68))
        steps += [
            (begins, "away", chance.choice(("meeting", "training"))),
            (begins + 30 * MINUTE_MS, "ready", None),
        ]
    steps.append((start + length + round(chance.gauss(4, 3) * MINUTE_MS), "offline", None))
    return tuple(sorted(steps))


def presence_at(person: Person, at_ms: int) -> tuple[str, str | None]:
    """What the person's plan says for this instant."""
    today = wall(at_ms).date()
    past = [
        step for day in (today - timedelta(days=1), today) for step in day_of(person, day) if step[0] <= at_ms
    ]
    return (past[-1][1], past[-1][2]) if past else ("offline", None)


def next_step_ms(person: Person, at_ms: int) -> int:
    """When the person's plan says something else."""
    today = wall(at_ms).date()
    coming = [
        step[0]
        for number in (-1, 0, 1)
        for step in day_of(person, today + timedelta(days=number))
        if step[0] > at_ms
    ]
    return min(coming, default=at_ms + 12 * HOUR_MS)


def _instant_ms(day: date, minutes: int) -> int:
    midnight = datetime.combine(day, time(), tzinfo=PARIS)
    return int((midnight + timedelta(minutes=minutes)).timestamp() * 1000)


def days_between(from_ms: int, to_ms: int) -> list[date]:
    """The days that begin or go on between two instants."""
    first, last = wall(from_ms - DAY_MS).date(), wall(to_ms).date()
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
