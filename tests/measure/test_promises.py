"""Hours promised to customers, kept or broken: the indicator against a reader that only walks the facts."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from affluent.facts import contact as facts
from affluent.facts.appointment import AppointmentCancelled, AppointmentMade, AppointmentMoved
from affluent.facts.media import Medium
from affluent.measure.indicators import INDICATORS
from affluent.measure.outcomes import Stay
from tests.measure.story import ADA, MAILS, Told, at

MINUTE_MS = 60_000
TARGET_MS = 3_600_000
START_MS = at("2026-10-24 20:00")
"""The evening before the clocks go back."""
KEPT = INDICATORS["promises_kept"]


@dataclass
class Life:
    """A contact that is promised an hour as it arrives; what follows comes minute by minute."""

    told: Told

    @classmethod
    def born(cls, hour_ms: int) -> "Life":
        told = Told(Medium.FORM, START_MS, queue=MAILS)
        # Its first queueing is the one for the hour.
        told.facts.pop()
        life = cls(told)
        told.add(AppointmentMade(told.now_ms, 1, MAILS, hour_ms))
        return life.queued(hour_ms)

    def queued(self, hour_ms: int) -> "Life":
        now_ms = self.told.now_ms
        self.told.add(
            facts.ContactQueued(
                now_ms, 1, MAILS, hour_ms - TARGET_MS, target_ms=TARGET_MS, due_ms=hour_ms + TARGET_MS,
                not_before_ms=hour_ms,
            )
        )  # fmt: skip
        return self

    def moved(self, from_ms: int, hour_ms: int) -> "Life":
        self.told.add(AppointmentMoved(self.told.now_ms, 1, MAILS, from_ms, hour_ms))
        return self.queued(hour_ms)


def figure(stays: list[Stay], now_ms: int) -> tuple[int, int]:
    """Kept, of how many."""
    assert KEPT.measured is not None
    cohort = [row for row in stays if KEPT.cohort(row, now_ms)]
    return sum(bool(KEPT.measured(row, now_ms)) for row in cohort), len(cohort)


def walked(told: Told, now_ms: int) -> tuple[int, int]:
    """The same, by walking the facts with one promise in mind and ten minutes of grace."""
    kept = counted = 0
    hour_ms: int | None = None
    for fact in told.facts:
        match fact:
            case AppointmentMade() | AppointmentMoved() | facts.ContactPromised():
                hour_ms = fact.promised_ms
            case facts.OfferAccepted() | facts.ContactTaken() if hour_ms is not None:
                counted += 1
                kept += fact.at_ms - hour_ms <= 10 * MINUTE_MS
                hour_ms = None
            case facts.ContactAbandoned() | facts.ContactClosed() if hour_ms is not None:
                counted += fact.at_ms - hour_ms > 10 * MINUTE_MS
                hour_ms = None
            case _:
                pass
    if hour_ms is not None and now_ms - hour_ms > 10 * MINUTE_MS:
        counted += 1
    return kept, counted


@given(
    st.integers(60, 600),
    st.lists(st.integers(1, 400), max_size=4),
    st.integers(0, 900),
    st.sampled_from(["taken", "cancelled", "left", "waits", "promised again"]),
    st.integers(1, 60),
)
def test_two_readers_count_the_same_promises(
    first: int, moves: list[int], end: int, how: str, after: int
) -> None:
    hour_ms = START_MS + first * MINUTE_MS
    life = Life.born(hour_ms)
    told = life.told
    for minutes in moves:
        if told.now_ms + minutes * MINUTE_MS >= hour_ms:
            break
        told.now_ms += minutes * MINUTE_MS
        life.moved(hour_ms, told.now_ms + first * MINUTE_MS)
        hour_ms = told.now_ms + first * MINUTE_MS
    told.now_ms += end * MINUTE_MS
    match how:
        case "taken":
            told.accepted()
        case "cancelled" if told.now_ms < hour_ms:
            told.add(AppointmentCancelled(told.now_ms, 1, hour_ms))
            told.add(facts.ContactAbandoned(told.now_ms, 1, silent=False))
        case "left":
            told.add(facts.ContactAbandoned(told.now_ms, 1, silent=True))
        case "promised again":
            told.accepted().then(60)
            told.add(facts.ContactPromised(told.now_ms, 1, ADA, told.now_ms + MINUTE_MS * after))
            life.queued(told.now_ms + MINUTE_MS * after)
        case _:
            pass
    now_ms = told.now_ms + after * MINUTE_MS
    assert figure(told.stays, now_ms) == walked(told, now_ms)


def test_an_hour_is_kept_within_ten_minutes_and_broken_after() -> None:
    hour_ms = START_MS + 60 * MINUTE_MS
    for late, kept in ((0, 1), (10, 1), (11, 0)):
        life = Life.born(hour_ms)
        life.told.now_ms = hour_ms + late * MINUTE_MS
        stays = life.told.accepted().stays
        assert figure(stays, life.told.now_ms) == (kept, 1)
        first, second = stays
        assert (first.asks, second.asks, second.entered_ms) == (0, 1, hour_ms), (
            "it is owed at its hour, and once"
        )
        assert [bool(INDICATORS["received"].cohort(row, 0)) for row in stays] == [True, False]
        assert first.queue_id == MAILS, "it came to that queue when it came"


def test_an_hour_that_is_cancelled_is_neither_kept_nor_broken() -> None:
    life = Life.born(START_MS + 60 * MINUTE_MS)
    told = life.told.then(60)
    told.add(AppointmentCancelled(told.now_ms, 1, START_MS + 60 * MINUTE_MS))
    told.add(facts.ContactAbandoned(told.now_ms, 1, silent=False))
    assert figure(told.stays, START_MS + 600 * MINUTE_MS) == (0, 0)
