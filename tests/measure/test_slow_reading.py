"""All indicators over contacts, counted twice: by the columns, and by hand from the facts with nothing in common."""

from collections.abc import Iterable, Sequence

from hypothesis import given
from hypothesis import strategies as st

from affluent.facts.agent import AgentAway, AgentFact, AgentOffline, AgentReady
from affluent.facts.contact import ContactFact
from affluent.facts.media import Medium, Outcome
from affluent.facts.steering import SteeringAccepted, SteeringOffered, SteeringRefused
from affluent.measure.computing import Period, together
from affluent.measure.fold import fold
from affluent.measure.indicators import INDICATORS
from affluent.measure.outcomes import Stays, linked
from tests.measure.lives import step_on
from tests.measure.slow_calendar import open_ms
from tests.measure.slow_reading import Contact, Day
from tests.measure.slow_steering import steerings
from tests.measure.story import ADA, BILLING, BOB, CHATS, MAILS, OFFICE, OpenTime, Told, at, chat, day, mail

SEASONS = ("2026-03-27", "2026-04-30", "2026-07-13", "2026-10-23", "2026-12-24")
"""Clocks go forward, Labour Day, 14 July, clocks go back, Christmas: each with the days around it."""
HOUR_MS = 3_600_000
OVERFLOWS = {"overflow_out", "overflow_in", "turned_away", "promises_kept"}
"""Of lives that overflow or are promised an hour, which these are not."""


def journals(
    contacts: Sequence[Told], presences: Iterable[AgentFact] = ()
) -> list[list[ContactFact | AgentFact]]:
    """Each contact's facts with the presence of all agents in between, in the order of the journal."""
    own: list[tuple[int, AgentFact]] = []
    for one in contacts:
        own += [
            (fact.at_ms, fact)
            for fact in one.facts
            if isinstance(fact, AgentReady | AgentAway | AgentOffline)
        ]
    there = [*own, *((fact.at_ms, fact) for fact in presences)]
    found: list[list[ContactFact | AgentFact]] = []
    for one in contacts:
        told: list[ContactFact | AgentFact] = [
            fact for fact in one.facts if not isinstance(fact, AgentReady | AgentAway | AgentOffline)
        ]
        # Presence before what a contact does in the same instant.
        found.append(sorted([*(fact for _, fact in there), *told], key=lambda fact: fact.at_ms))
    return found


def both(
    known: Sequence[Sequence[ContactFact | AgentFact]], period: Period
) -> tuple[dict[str, tuple[int, int]], dict[str, tuple[int, int]]]:
    rows = [row for one in known for row in fold(one, OpenTime())]
    quick = together(Stays.of(linked(rows)), period)
    by_hand = Day([Contact(one) for one in known], period.from_ms, period.to_ms, period.now_ms)
    slow = {**by_hand.figures(), **steerings(by_hand)}
    return {key: (one.part, one.count) for key, one in quick.items()}, slow


def offered_elsewhere(draw: st.DrawFn, one: Told) -> None:
    """Another channel is offered to some, at any time of their lives; they go there, stay, or say nothing."""
    if draw(st.booleans()):
        return
    lived = [fact for fact in one.facts if isinstance(fact, ContactFact)]
    told, contact_id = lived[0].at_ms, lived[0].contact_id
    for _ in range(draw(st.integers(1, 2))):
        told += draw(st.sampled_from([0, 5_000, HOUR_MS, 30 * HOUR_MS]))
        one.facts.append(SteeringOffered(told, contact_id, 1, "chat"))
        answer = draw(st.sampled_from(["yes", "no", "nothing"]))
        told += draw(st.sampled_from([0, 10_000]))
        if answer == "yes":
            one.facts.append(SteeringAccepted(told, contact_id, 999, "chat"))
        elif answer == "no":
            one.facts.append(SteeringRefused(told, contact_id, "chat"))


@st.composite
def weeks(draw: st.DrawFn) -> tuple[list[Told], list[AgentFact], int]:
    """Contacts of one of the awkward weeks, with agents who come and go."""
    start_ms = at(f"{draw(st.sampled_from(SEASONS))} 00:00")
    contacts: list[Told] = []
    for number in range(1, draw(st.integers(1, 5)) + 1):
        medium = draw(st.sampled_from([Medium.CHAT, Medium.EMAIL]))
        live = medium is Medium.CHAT
        one = Told(
            medium, start_ms + draw(st.integers(0, 60)) * HOUR_MS // 2 - draw(st.sampled_from([0, 10_000])),
            number, request_id=draw(st.integers(1, 3)), customer_id=draw(st.integers(1, 3)),
            queue=CHATS if live else MAILS, target_s=draw(st.sampled_from([1, 40, 14_400])),
            edition=None if live else draw(st.sampled_from([None, OFFICE])),
        )  # fmt: skip
        told = step_on(draw, one, reopens=True)
        offered_elsewhere(draw, told)
        contacts.append(told)
    kinds = st.sampled_from(["ready", "away", "gone"])
    turns = draw(st.lists(st.tuples(kinds, st.integers(0, 140), st.sampled_from([ADA, BOB])), max_size=6))
    made: list[AgentFact] = []
    for kind, half_hours, agent in turns:
        at_ms = start_ms + half_hours * HOUR_MS // 2
        made.append(
            AgentAway(at_ms, agent, "lunch")
            if kind == "away"
            else AgentReady(at_ms, agent)
            if kind == "ready"
            else AgentOffline(at_ms, agent)
        )
    return contacts, made, start_ms


@given(weeks(), st.integers(0, 4 * 24), st.integers(1, 5 * 24), st.integers(0, 20 * 24))
def test_every_indicator_is_what_a_slow_reader_of_the_journal_counts(
    week: tuple[list[Told], list[AgentFact], int], from_h: int, hours: int, later_h: int
) -> None:
    contacts, presences, start_ms = week
    known = journals(contacts, presences)
    last_ms = max(fact.at_ms for one in known for fact in one)
    from_ms = start_ms + from_h * HOUR_MS
    period = Period(from_ms, from_ms + hours * HOUR_MS, last_ms + 1 + later_h * HOUR_MS)
    quick, slow = both(known, period)
    assert quick.keys() == INDICATORS.keys() == slow.keys() | OVERFLOWS
    assert {key: quick[key] for key in slow if quick[key] != slow[key]} == {
        key: slow[key] for key in slow if quick[key] != slow[key]
    }


@given(st.integers(0, 364 * 24 * 60), st.integers(0, 10 * 24 * 60))
def test_open_time_is_what_a_reader_of_the_calendar_counts(start_min: int, length_min: int) -> None:
    from_ms = at("2026-01-01 00:00") + start_min * 60_000
    to_ms = from_ms + length_min * 60_000
    assert OpenTime().open_ms(OFFICE, from_ms, to_ms) == open_ms(from_ms, to_ms)


def test_a_day_with_all_that_is_awkward_counted_by_hand_and_twice() -> None:
    """30 April 2026 is a Thursday before a public holiday; every line says what it adds."""
    contacts = [
        # Over midnight: arrives the day before at 23:59:50, answered after 20 s, closed on the day: handled 300 s.
        chat("2026-04-29 23:59:50", 1).then(20).accepted().then(10).replied().then(290).closed(),
        # In time; 30 s to read and answer, 20 s for the customer, 10 s to answer, 15 s to wrap up.
        chat("2026-04-30 10:00", 2).then(15).accepted().then(30).replied().then(20).wrote().then(10).replied()
        .then(15).closed(),
        # Handed on after 60 s in hand, answered by the other queue after 45 s: late there.
        chat("2026-04-30 10:30", 3).then(5).accepted().then(60).transferred(BILLING).then(45).accepted(BOB)
        .then(30).replied(BOB).closed(agent=BOB),
        # Left after 3 s: short. Left after 50 s, without a word: an abandon, silent, past the target.
        chat("2026-04-30 11:00", 4).then(3).left(),
        chat("2026-04-30 11:10", 5).wrote().then(50).left(silent=True),
        # A mail at lunch: its clock begins at 14:00; answered at 17:00, 3 of 4 hours. Held for 60 s.
        mail("2026-04-30 12:45", 6).until("2026-04-30 16:59").accepted().then(60).replied().closed(),
        # Before Labour Day and the weekend: 17:00 to Monday 10:30, 2 h 30 open. Its closing is not this day's.
        mail("2026-04-30 17:00", 7).until("2026-05-04 10:29").accepted().then(60).replied().closed(),
        # Closed by mistake and taken back: one closing, two times in hand.
        mail("2026-04-30 09:00", 8).then(60).accepted().then(120).replied().closed().then(30).reopened()
        .then(40).replied().closed(),
        # A machine's words are no answer: closed by a rule, unanswered.
        mail("2026-04-30 09:30", 9).then(3600).closed(Outcome.NO_REPLY, agent=None),
        # The customer of the second comes again the next day.
        chat("2026-05-01 10:00", 10, request_id=2, customer_id=2).then(5).accepted().closed(),
        # Spam.
        mail("2026-04-30 15:00", 11).then(60).accepted().then(5).closed(Outcome.SPAM),
    ]  # fmt: skip
    period = day("2026-04-30", now="2026-06-01 12:00")
    quick, slow = both([one.facts for one in contacts], period)
    assert {key: quick[key] for key in slow} == slow
    expected = {
        "received": (8, 8), "presented": (9, 9), "answered": (6, 6), "spam": (1, 1),
        # 2, 3, 6, 7, 8 in time; 3 at the other queue late; 5 left; 9 unanswered.
        "service_level": (5, 8), "service_level_all": (5, 9), "service_level_answered": (5, 6),
        "abandonment": (1, 8), "abandonment_all": (2, 9), "silent_abandonment": (1, 9), "short_abandons": (1, 1),
        "answer_rate": (6, 8),
        # 1, 2, 3 twice, 6, 8 twice. 9 was in nobody's hand.
        "handled": (7, 7), "transfer_rate": (1, 7),
        # 1: 10 + 290; 2: 30 + 20 + 10 + 15; 3: 60, then 30; 6: 60; 8: 120. Its 40 s more were the customer's turn.
        "aht": ((300 + 75 + 60 + 30 + 60 + 120) * 1000, 7),
        "aht_wrap": ((290 + 15) * 1000, 7), "aht_theirs": (20_000, 7),
        # 1, 2, 3, 6, 8 once, and 9.
        "closed": (6, 6), "closed_unanswered": (0, 6),
        # 2 came again; 9 was not closed by a person.
        "fcr": (4, 5), "repeat_rate": (1, 5),
        # 7 waits over the night.
        "backlog": (1, 1), "open": (1, 1),
    }  # fmt: skip
    assert {key: quick[key] for key in expected} == expected
