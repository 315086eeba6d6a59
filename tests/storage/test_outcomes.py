"""Stays in the database: what the follower writes is what the journal tells, whenever it looks."""

from collections.abc import Generator

import pytest
from tests.centre.stage import START_MS, Stage, staged

from affluent.centre import answering, chatting, handing_on
from affluent.centre.figuring import HANDLED
from affluent.measure import occupancy
from affluent.measure.computing import Period, by_column, compute, together
from affluent.measure.outcomes import End, Kind, Stays, linked
from affluent.routing import warm_up
from affluent.storage import holds as holding
from affluent.storage.following import OutcomeFollower
from affluent.storage.holds import HoldFollower
from affluent.storage.outcomes import PgOutcomes, Slice

DAY_MS = 86_400_000


@pytest.fixture(scope="module")
def engine() -> None:
    warm_up(lambda line: None)


@pytest.fixture
def stage(dsn: str, engine: None) -> Generator[Stage]:
    with staged(dsn) as made:
        yield made


def stays_of(stage: Stage, follower: OutcomeFollower, brands: list[int] | None = None) -> Stays:
    follower.catch_up()
    found = PgOutcomes(stage.database).stays(Slice(START_MS - DAY_MS, START_MS + DAY_MS, brands))
    return Stays.of(sorted(found.rows(), key=lambda row: (row.contact_id, row.number)))


def morning(stage: Stage, follower: OutcomeFollower | None = None) -> None:
    """A chat answered, transferred and resolved, one abandoned, a mail answered and closed; looked at or not."""
    ids = stage.ids

    def look() -> None:
        if follower is not None:
            follower.follow(3)

    stage.ready(ids.ada)
    chat_id, first = stage.chat()
    stage.pass_ms(10_000)
    stage.in_hand_of(ids.ada, first)
    look()
    stage.pass_ms(5_000)
    stage.do(answering.reply, contact_id=first, agent_id=ids.ada, key="a", text="Bonjour")
    stage.pass_ms(60_000)
    look()
    stage.say(chat_id)
    stage.pass_ms(20_000)
    stage.ready(ids.bob)
    stage.do(
        handing_on.transfer, contact_id=first, agent_id=ids.ada, key="t", queue_id=ids.second_chat, text="x"
    )
    look()
    stage.pass_ms(4_000)
    holder = stage.holder(first)
    assert holder is not None
    stage.in_hand_of(holder, first)
    stage.pass_ms(30_000)
    stage.do(answering.reply, contact_id=first, agent_id=holder, key="b", text="Voilà")
    stage.pass_ms(15_000)
    look()
    stage.do(handing_on.close, contact_id=first, agent_id=holder, outcome="resolved", key="c")
    stage.there(ids.ada, "away", "lunch")
    stage.there(ids.bob, "away", "lunch")
    second_chat, _ = stage.chat()
    look()
    stage.pass_ms(7_000)
    stage.do(chatting.leave, chat_id=second_chat)
    stage.pass_ms(1_000)
    stage.ready(ids.ada)
    mail = stage.mail(message_id="<mail-1@customer.example>")
    stage.pass_ms(1_000)
    stage.in_hand_of(ids.ada, mail)
    stage.pass_ms(600_000)
    stage.there(ids.ada, "away", "lunch")
    look()
    stage.pass_ms(3_600_000)
    stage.ready(ids.ada)
    stage.pass_ms(60_000)
    stage.do(answering.reply, contact_id=mail, agent_id=ids.ada, key="m", text="Réponse")
    stage.do(handing_on.close, contact_id=mail, agent_id=ids.ada, outcome="resolved", key="cm")
    look()
    # The same customer writes again on the same thread, and in a chat of their own about something else.
    stage.pass_ms(60_000)
    stage.mail(thread=("<mail-1@customer.example>",), message_id="<mail-2@customer.example>")
    look()


def test_a_morning_counted_by_hand(stage: Stage) -> None:
    morning(stage)
    rows = stays_of(stage, OutcomeFollower(stage.database)).rows()
    assert [(row.kind, row.end) for row in rows] == [
        (Kind.ARRIVAL, End.TRANSFERRED),
        (Kind.TRANSFER, End.CLOSED),
        (Kind.ARRIVAL, End.ABANDONED),
        (Kind.ARRIVAL, End.CLOSED),
        (Kind.ARRIVAL, End.OPEN),
    ]
    chat, handed, left, mail, again = rows
    assert (mail.opens, again.opens, mail.again_ms, again.again_ms) == (1, 0, again.arrived_ms, -1)
    assert (chat.waited_ms, chat.ours_ms, chat.theirs_ms, chat.wrap_ms) == (10_000, 25_000, 60_000, 0)
    assert (handed.waited_ms, handed.ours_ms, handed.wrap_ms) == (4_000, 30_000, 15_000)
    assert left.waited_ms == 7_000
    assert (mail.waited_ms, mail.ours_ms, mail.theirs_ms) == (4_261_000, 660_000, 0)
    now_ms = stage.clock.at_ms + 1
    stays = Stays.of(rows)
    figures = together(stays, Period(START_MS, now_ms, now_ms))
    assert (figures["received"].count, figures["presented"].count, figures["open"].count) == (4, 5, 1)
    assert (figures["service_level"].part, figures["service_level"].count) == (3, 4)
    by_queue = compute(stays, Period(START_MS, now_ms, now_ms), ["abandonment", "aht"], by_column("queue_id"))
    assert by_queue[stage.ids.chat]["abandonment"].value == 0.5
    assert by_queue[stage.ids.second_chat]["aht"].value == 45_000


def test_looked_at_often_or_once_the_rows_are_the_same(stage: Stage) -> None:
    often = OutcomeFollower(stage.database)
    morning(stage, often)
    rows = stays_of(stage, often).rows()
    spans = stage.query("select * from agent_span order by agent_id, from_ms")
    assert linked(rows) == rows
    once = OutcomeFollower(stage.database)
    once.start_anew()
    assert stays_of(stage, once).rows() == rows
    assert stage.query("select * from agent_span order by agent_id, from_ms") == spans
    assert len(spans) > 6


def test_a_brand_sees_its_own_contacts_only(stage: Stage) -> None:
    morning(stage)
    follower = OutcomeFollower(stage.database)
    assert len(stays_of(stage, follower, [stage.ids.north])) == 5
    assert len(stays_of(stage, follower, [stage.ids.south])) == 0
    assert len(stays_of(stage, follower, [])) == 0


def test_holds_looked_at_often_or_once_are_the_same_and_add_up(stage: Stage) -> None:
    often, once = HoldFollower(stage.database), HoldFollower(stage.database)
    outcomes = OutcomeFollower(stage.database)
    morning(stage, outcomes)
    with stage.database.transaction() as conn:
        conn.execute("update hold_position set seq = 0")
    holding.BATCH, usual = 3, holding.BATCH
    try:
        while often.follow():
            # Another process takes its turn: what the first remembered is not how things stand.
            once.follow()
    finally:
        holding.BATCH = usual
    written = "select * from agent_hold order by contact_id, from_ms"
    in_turns = stage.query(written)
    stage.query("update hold_position set seq = 0 returning seq")
    stage.query("delete from agent_hold returning contact_id")
    HoldFollower(stage.database).catch_up()
    assert stage.query(written) == in_turns and len(in_turns) >= 3
    outcomes.catch_up()
    which = Slice(START_MS, stage.clock.at_ms, [stage.ids.north])
    period = Period(which.from_ms, which.to_ms, stage.clock.at_ms)
    read = PgOutcomes(stage.database)
    whole = occupancy.together(read.spans(which), period)["occupancy"]
    for by in HANDLED:
        shares = occupancy.by_handled(read.spans(which), read.holds(which, by), period)
        assert sum(one.part for one in shares.values()) == whole.part > 0, by
    by_queue = occupancy.by_handled(read.spans(which), read.holds(which, "queue"), period)
    assert by_queue.keys() == {stage.ids.chat, stage.ids.second_chat, stage.ids.mail}
    only = Slice(START_MS, stage.clock.at_ms, None, queues={stage.ids.mail}, media={2})
    assert occupancy.by_handled(read.spans(which), read.holds(only, "none"), period) == {
        0: by_queue[stage.ids.mail]
    }
    south = Slice(START_MS, stage.clock.at_ms, [stage.ids.south])
    assert len(read.holds(south, "queue").of) == 0
