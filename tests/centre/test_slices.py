"""Time jumps: what fell due meanwhile is done in slices, in its order, with others served in between."""

import threading
from collections.abc import Callable, Generator
from typing import Any

import pytest

from affluent.centre import answering, consulting, offers
from affluent.centre.explaining import OfferTold, past
from affluent.centre.follow import SLICE
from affluent.centre.inactivity import DEFAULTS_MS
from affluent.centre.receive import receive_mail
from affluent.centre.transaction import Transaction
from affluent.facts.instants import HOUR_MS
from affluent.facts.states import ContactState
from affluent.facts.together import Part
from affluent.routing.explain import Explanation
from affluent.storage.recorded import PgRecording
from tests.centre.again import told_again
from tests.centre.stage import ASIDE_MS, OFFER_MS, Stage, nothing, settings_changed, staged

EACH = 30
"""So many mails an agent has before them at most: a mail takes a thirtieth of a hand."""
OFFERS = 2 * SLICE + SLICE // 2
AGENTS = -(-OFFERS // EACH)
SLACK = 8
"""A slice ends with the decision that fills it, and what must go with it."""


@pytest.fixture
def crowd(dsn: str, engine: None) -> Generator[Stage]:
    """Hundreds of offers stand before a dozen agents; they end a millisecond after one another."""
    with staged(dsn, limits={"chat": 2, "email": EACH}) as stage:
        for number in range(1, AGENTS):
            stage.query(
                "with a as (insert into account (email, name, role, created_ms)"
                " values (%s, 'One of many', 'agent', 1) returning id), b as (insert into account_brand"
                " select id, %s from a) insert into agent_capacity select id, 'email', %s from a returning account_id",
                f"many{number}@example.org", stage.ids.north, EACH,
            )  # fmt: skip
        stage.do(settings_changed)
        stage.ready(*_agents(stage))
        for at in range(0, OFFERS, EACH):
            stage.clock.at_ms += 1
            answers = [
                stage.runner.submit(receive_mail, mail=stage.letter(sender=f"c{number}@customer.example"))
                for number in range(at, min(at + EACH, OFFERS))
            ]
            assert all(answer.result(20) for answer in answers)
        assert _standing(stage, "offered") == OFFERS
        yield stage


def _agents(stage: Stage) -> list[int]:
    many = stage.query("select id from account where name = 'One of many' order by id")
    return [stage.ids.ada, *(row["id"] for row in many)]


def _standing(stage: Stage, state: str) -> int:
    return stage.query("select count(*) as n from contact where state = %s", state)[0]["n"]


def _settled(stage: Stage) -> None:
    for _ in range(OFFERS // SLICE + 3):
        stage.do(nothing)


def _largest(stage: Stage, kind: str) -> int:
    """The most facts of a kind that one transaction wrote."""
    query = "select count(*) as n from journal where kind = %s group by xmin::text order by n desc limit 1"
    return stage.query(query, kind)[0]["n"]


def _while_busy(stage: Stage, jump: Callable[[], None], ask: Callable[[Transaction], Any]) -> Any:
    """What `ask` finds as the first command after a jump of time that no group has seen."""
    go, begun = threading.Event(), threading.Event()

    def busy(tx: Transaction) -> None:
        begun.set()
        assert go.wait(20)

    held = stage.runner.submit(busy)
    assert begun.wait(20)
    jump()
    asked = stage.runner.submit(ask)
    go.set()
    held.result(20)
    return asked.result(20)


def test_an_hour_that_passes_at_once_is_done_in_slices_and_commands_are_served_between(crowd: Stage) -> None:
    agents = _agents(crowd)

    def still_offered(tx: Transaction) -> int:
        mine = [one for agent_id in agents for one in tx.store.contacts.of_agent(agent_id)]
        return sum(one.state is ContactState.OFFERED for one in mine)

    def jump() -> None:
        crowd.clock.at_ms += HOUR_MS

    found = _while_busy(crowd, jump, still_offered)
    assert OFFERS - SLICE - SLACK <= found <= OFFERS - SLICE, "it was answered after one slice"
    _settled(crowd)
    assert _standing(crowd, "waiting") == OFFERS
    assert _largest(crowd, "OfferExpired") <= SLICE + SLACK
    ended = crowd.query("select contact_id from journal where kind = 'OfferExpired' order by seq")
    ids = [row["contact_id"] for row in ended]
    assert len(ids) == len(set(ids)) == OFFERS, "each ended once"
    expiry = {
        row["contact_id"]: row["ms"]
        for row in crowd.query(
            "select contact_id, (data ->> 'expires_ms')::bigint as ms from journal where kind = 'ContactOffered'"
        )
    }
    order = [expiry[one] for one in ids]
    assert order == sorted(order), "in the order in which they fell due"


def test_what_is_still_due_can_be_accepted_answered_and_queued_beside(crowd: Stage) -> None:
    last = crowd.query("select max(id) as id from contact")[0]["id"]
    taker = crowd.holder(last)
    assert taker is not None

    def accept(tx: Transaction) -> int:
        offers.accept(tx, contact_id=last, agent_id=taker)
        answering.reply(tx, contact_id=last, agent_id=taker, key="k", text="Yes")
        return receive_mail(tx, crowd.letter(sender="new@customer.example"))

    def jump() -> None:
        crowd.clock.at_ms += HOUR_MS

    came = _while_busy(crowd, jump, accept)
    _settled(crowd)
    assert crowd.state(last) == "in_hand"
    assert _standing(crowd, "waiting") == OFFERS, "all others, and the one that came"
    assert crowd.state(came) == "waiting"
    crowd.pass_ms(OFFER_MS + ASIDE_MS)
    _settled(crowd)
    assert _standing(crowd, "offered") == OFFERS, "after their rest they are asked again"
    crowd.restart()
    assert crowd.state(last) == "in_hand"
    _decided_again(crowd)


def _decided_again(stage: Stage) -> None:
    """The journal tells where each slice ended: decided again, all comes out as it was, and can be explained."""
    assert stage.query("select 1 from journal where kind = 'SliceDecided' limit 1") != []
    recording = PgRecording(stage.database)
    same, differences = told_again(recording)
    assert differences == []
    assert same == stage.query(
        "select count(*) as n from journal where kind in ('ContactOffered', 'OfferExpired')"
    )[0]["n"]  # fmt: skip
    # The last offer of the first slice that made some, and the first of the second: either side of a seam.
    seams = stage.query(
        "select seq, at_ms, contact_id, agent_id from journal where kind = 'ContactOffered'"
        " and at_ms > (select max(at_ms) - %s from journal where kind = 'ContactOffered') order by seq",
        OFFER_MS,
    )  # fmt: skip
    for row in (seams[SLICE - 1], seams[SLICE]):
        offer = OfferTold(row["seq"], row["at_ms"], row["agent_id"], "", ())
        found = past(PgRecording(stage.database, before_seq=row["seq"]), row["contact_id"], offer)
        assert isinstance(found, Explanation) and found.chosen == row["agent_id"]


def test_a_writer_that_takes_over_late_does_what_was_due_in_slices(crowd: Stage) -> None:
    crowd.restart(after_ms=HOUR_MS)
    _settled(crowd)
    assert _standing(crowd, "waiting") == OFFERS
    assert _largest(crowd, "OfferExpired") <= SLICE + SLACK
    crowd.pass_ms(ASIDE_MS + 1)
    _settled(crowd)
    assert _standing(crowd, "offered") == OFFERS
    assert _largest(crowd, "ContactOffered") <= 2 * SLICE + SLACK
    _decided_again(crowd)


def test_a_clock_that_ran_an_hour_ahead_leaves_no_timer_there(stage: Stage) -> None:
    stage.ready(stage.ids.ada, stage.ids.bob)
    chat, contact = stage.chat()
    holder = stage.holder(contact)
    assert holder is not None
    stage.in_hand_of(holder, contact)
    stage.clock.at_ms += HOUR_MS
    stage.say(chat)
    stage.do(answering.reply, contact_id=contact, agent_id=holder, key="a", text="And you?")
    other = stage.ids.bob if holder == stage.ids.ada else stage.ids.ada
    stage.do(
        consulting.invite, contact_id=contact, agent_id=holder, key="i", colleague_id=other, part=Part.CONSULT
    )
    stage.clock.at_ms -= HOUR_MS
    stage.do(nothing)
    stage.pass_ms(consulting.INVITATION_MS)
    stage.do(nothing)
    assert stage.facts(contact).count("InvitationEnded") == 1
    for at_ms in (DEFAULTS_MS["warn_after_ms"], DEFAULTS_MS["close_after_ms"]):
        stage.pass_ms(at_ms)
        stage.do(nothing)
    assert stage.state(contact) == "closed"
    assert stage.facts(contact).count("ContactClosed") == 1
    said = stage.query(
        "select event ->> 'code' as code from message where contact_id = %s and direction = 'event'"
        " and event ->> 'code' like 'chat_%%' order by id",
        contact,
    )
    assert [row["code"] for row in said] == ["chat_warned", "chat_closed"]


def test_what_fell_due_in_an_hour_that_was_wrong_is_not_done_again_in_the_right_one(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    _, contact = stage.chat()
    stage.in_hand_of(stage.ids.ada, contact)
    stage.do(answering.reply, contact_id=contact, agent_id=stage.ids.ada, key="a", text="And you?")
    stage.clock.at_ms += HOUR_MS
    for _ in range(3):
        stage.do(nothing)
    before = stage.facts(contact)
    assert before.count("ContactClosed") == 1
    stage.clock.at_ms -= HOUR_MS
    for _ in range(4):
        stage.pass_ms(HOUR_MS // 2)
    assert stage.facts(contact) == before
