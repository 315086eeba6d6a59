"""What agents' time was spent on: however contacts overlap, the shares of all groups add up to the whole."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from affluent.facts.agent import AgentAway, AgentFact, AgentOffline, AgentReady
from affluent.facts.contact import ContactFact
from affluent.measure import occupancy
from affluent.measure.computing import Period
from affluent.measure.fold import Fold
from affluent.measure.holds import Hold, HoldFold
from affluent.measure.occupancy import Holds, Spans
from affluent.measure.spans import Span, SpanFold
from tests.measure.lives import told_lives
from tests.measure.story import ADA, BOB, CHATS, MAILS, OpenTime, Told, at, chat, mail

DAY_MS = 86_400_000
MINUTE_MS = 60_000


def lived(contacts: Iterable[Told], presences: Iterable[AgentFact]) -> tuple[Spans, list[Hold]]:
    """Spans and holds as followers write them, from the facts of all in the order of the journal."""
    folds = {agent: SpanFold(agent, None) for agent in (ADA, BOB)}
    spans: dict[tuple[int, int], Span] = {}
    holds: dict[tuple[int, int], Hold] = {}
    contact_folds = {one.contact_id: (Fold(OpenTime()), HoldFold()) for one in contacts}
    every: list[ContactFact | AgentFact] = [fact for one in contacts for fact in one.facts] + list(presences)
    for fact in sorted(every, key=lambda one: one.at_ms):
        if isinstance(fact, AgentReady | AgentAway | AgentOffline):
            spans |= {(one.agent_id, one.from_ms): one for one in folds[fact.agent_id].presence(fact)}
            continue
        fold, hold_fold = contact_folds[fact.contact_id]
        before = fold.in_hand_of
        fold.step(fact)
        for agent, more in ((before, -1), (fold.in_hand_of, +1)):
            if agent is not None and before != fold.in_hand_of:
                found = folds[agent].holds(fact.at_ms, more, live=fold.synchronous)
                spans |= {(one.agent_id, one.from_ms): one for one in found}
        for hold in hold_fold.step(fact):
            holds[hold.contact_id, hold.from_ms] = hold
    rows = [
        (one.agent_id, one.from_ms, one.to_ms, one.presence, one.in_hand, one.live)
        for _, one in sorted(spans.items())
    ]
    return Spans(*np.array(rows, np.int64).reshape(-1, 6).T), list(holds.values())


def columns(holds: Iterable[Hold], of: str) -> Holds:
    rows = [
        (one.agent_id, one.from_ms, one.to_ms, one.live, getattr(one, of))
        for one in holds
        if one.from_ms != one.to_ms
    ]
    return Holds(*np.array(rows, np.int64).reshape(-1, 5).T)


@st.composite
def days(draw: st.DrawFn) -> tuple[list[Told], list[AgentFact]]:
    """Some contacts, and people who come, pause and go whenever they like."""
    contacts = draw(st.lists(told_lives(), max_size=8, unique_by=lambda one: one.contact_id))
    kinds: tuple[Any, ...] = (AgentReady, AgentAway, AgentOffline)
    presences = draw(
        st.lists(
            st.tuples(st.sampled_from(kinds), st.integers(0, 7 * DAY_MS), st.sampled_from([ADA, BOB])),
            max_size=12,
        )
    )
    return contacts, [
        AgentAway(at_ms, agent, "lunch") if kind is AgentAway else kind(at_ms, agent)
        for kind, at_ms, agent in presences
    ]


@given(days(), st.integers(0, 4 * DAY_MS), st.integers(1, 4 * DAY_MS), st.sampled_from(["queue_id", "live"]))
def test_what_was_spent_on_all_groups_is_what_agents_were_busy(
    day: tuple[list[Told], list[AgentFact]], from_ms: int, length_ms: int, of: str
) -> None:
    spans, holds = lived(*day)
    period = Period(from_ms, from_ms + length_ms, 8 * DAY_MS)
    whole = occupancy.together(spans, period)["occupancy"]
    shares = occupancy.by_handled(spans, columns(holds, of), period)
    assert sum(one.part for one in shares.values()) == whole.part
    assert all(one.count == whole.count and one.part > 0 for one in shares.values())


def test_time_with_several_in_hand_counted_by_hand() -> None:
    # Ada is ready from 9 to 10. A chat in hand 9:00 to 9:20, a mail 9:10 to 9:40; lunch from 9:30 on.
    one = chat("2026-03-10 09:00", 1).accepted().then(20 * 60).closed()
    other = mail("2026-03-10 09:10", 2).accepted().then(30 * 60).closed()
    start_ms = at("2026-03-10 09:00")
    spans, holds = lived(
        [one, other],
        [AgentReady(start_ms - 1, ADA), AgentAway(start_ms + 30 * MINUTE_MS, ADA, "lunch")],
    )
    period = Period(start_ms, start_ms + 60 * MINUTE_MS, start_ms + DAY_MS)
    shares = occupancy.by_handled(spans, columns(holds, "queue_id"), period)
    # 10 min alone and 10 shared for the chat: 15. 10 shared and 10 alone for the mail: 15. Nobody mails at lunch.
    assert {queue: one.part // MINUTE_MS for queue, one in shares.items()} == {CHATS: 15, MAILS: 15}
    assert {one.count // MINUTE_MS for one in shares.values()} == {30}
    assert occupancy.together(spans, period)["occupancy"].part == 30 * MINUTE_MS


def test_milliseconds_that_do_not_divide_are_given_to_somebody() -> None:
    spans = Spans(*np.array([(ADA, 0, 100, 1, 3, 3), (ADA, 100, -1, 1, 0, 0)], np.int64).T)
    holds = Holds(*np.array([(ADA, 0, 100, 1, queue) for queue in (7, 8, 9)], np.int64).T)
    shares = occupancy.by_handled(spans, holds, Period(0, 200, 1000))
    assert sorted(one.part for one in shares.values()) == [33, 33, 34]
