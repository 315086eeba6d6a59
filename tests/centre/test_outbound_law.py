"""Which calls may be made: each rule alone, and no sequence of acts that places a call which a rule forbids."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from affluent.centre.calling import calling_back
from affluent.centre.calling.call_hours import allowed, next_allowed, zones_of
from affluent.centre.calling.calls import call_over
from affluent.centre.outbound_calls import calling_out
from affluent.centre.outbound_calls.calling_out import Wanted
from affluent.centre.outbound_calls.law import Known, Purpose, Said, forbidden, law_of
from affluent.centre.outbound_calls.records import digest_of
from affluent.centre.refusals import Refusal
from affluent.facts.call import EndedBy
from affluent.facts.instants import DAY_MS, HOUR_MS, MINUTE_MS
from tests.centre.stage import START_MS, Stage, insert_into
from tests.centre.test_calling import ZOE, Phone

PARIS = ("Europe/Paris",)
SELL = law_of("FR", Purpose.PROSPECTING)
SERVE = law_of("FR", Purpose.SERVICE)
MONDAY_MS = START_MS  # Monday 21 September 2026, 16:13 in Paris
CONSENT = Known(Said.GIVEN, MONDAY_MS - DAY_MS, 1)


def why(law: Any, known: Known, at_ms: int) -> str | None:
    found = forbidden(law, known, PARIS, at_ms)
    return None if found is None else found.code


def test_nothing_is_sold_without_consent_nor_to_who_is_listed_or_opposes() -> None:
    assert why(SELL, Known(), MONDAY_MS) == "call_without_consent"
    assert why(SELL, CONSENT, MONDAY_MS) is None
    assert why(SELL, Known(listed=True), MONDAY_MS) == "call_listed"
    assert why(SELL, Known(Said.GIVEN, 0, 1, listed=True), MONDAY_MS) is None, "they consented"
    assert (
        why(SELL, Known(Said.OPPOSED), MONDAY_MS)
        == why(SERVE, Known(Said.OPPOSED), MONDAY_MS)
        == "call_opposed"
    )
    assert why(SERVE, Known(listed=True), MONDAY_MS) is None, "it is about their own request"


def test_a_refusal_is_sixty_days_of_silence_and_then_still_no_consent() -> None:
    refused = Known(Said.REFUSED, MONDAY_MS)
    found = forbidden(SELL, refused, PARIS, MONDAY_MS + 59 * DAY_MS)
    # Waiting does not help: consent will still be missing then.
    assert found is not None and (found.code, found.until_ms) == ("call_refused_before", None)
    assert why(SELL, refused, MONDAY_MS + 63 * DAY_MS) == "call_without_consent"


@pytest.mark.parametrize(
    ("ahead_ms", "code"),
    [
        (0, None),
        (4 * HOUR_MS, "call_not_now"),  # 20:13
        (DAY_MS - 3 * HOUR_MS, "call_not_now"),  # Tuesday, 13:13
        (DAY_MS - 4 * HOUR_MS, None),  # Tuesday, 12:13
        (5 * DAY_MS, "call_not_now"),  # Saturday
    ],
)
def test_only_in_the_hours_of_the_law(ahead_ms: int, code: str | None) -> None:
    assert why(SELL, CONSENT, MONDAY_MS + ahead_ms) == code


def test_four_calls_in_thirty_days_and_the_fifth_when_the_first_is_that_old() -> None:
    called = tuple(MONDAY_MS - days * DAY_MS for days in (28, 20, 10, 1))
    known = Known(Said.GIVEN, 0, 1, called_ms=called)
    found = forbidden(SELL, known, PARIS, MONDAY_MS)
    assert found is not None and (found.code, found.until_ms) == ("call_too_often", MONDAY_MS + 2 * DAY_MS)
    assert why(SELL, known, MONDAY_MS + 2 * DAY_MS) is None
    assert why(SERVE, known, MONDAY_MS) is None


def test_what_ends_on_a_saturday_is_told_for_the_monday() -> None:
    # The fourth last call is thirty days old on Saturday 26 September at 16:13.
    called = tuple(MONDAY_MS + 5 * DAY_MS - days * DAY_MS for days in (30, 20, 10, 6))
    found = forbidden(SELL, Known(Said.GIVEN, 0, 1, called_ms=called), PARIS, MONDAY_MS)
    monday_at_ten_ms = MONDAY_MS + 7 * DAY_MS - 6 * HOUR_MS - 13 * MINUTE_MS
    assert found is not None and found.code == "call_too_often"
    assert found.until_ms is not None and found.until_ms // MINUTE_MS == monday_at_ten_ms // MINUTE_MS


knowns = st.builds(
    Known, st.sampled_from((None, *Said)), st.integers(MONDAY_MS - 90 * DAY_MS, MONDAY_MS), st.none(), st.booleans(),
    st.lists(st.integers(MONDAY_MS - 60 * DAY_MS, MONDAY_MS), max_size=8),
)  # fmt: skip


@given(knowns, st.integers(0, 30 * DAY_MS), st.sampled_from(list(Purpose)))
def test_at_the_instant_that_is_told_no_rule_forbids_the_call(
    known: Known, ahead_ms: int, purpose: Purpose
) -> None:
    law, at_ms = law_of("FR", purpose), MONDAY_MS + ahead_ms
    found = forbidden(law, known, PARIS, at_ms)
    if found is None:
        assert allowed(law.hours, PARIS, at_ms)
    elif found.until_ms is not None:
        assert found.until_ms > at_ms
        assert forbidden(law, known, PARIS, found.until_ms) is None


class Trade:
    """Ada at her desk, with a telephone, and Zoe's card."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.phone = stage, Phone(stage)
        contact = self.phone.rings()
        stage.do(call_over, contact_id=contact, by=EndedBy.CALLER)
        self.customer = stage.contact(contact)["customer_id"]
        stage.ready(stage.ids.ada)
        self.keys = 0
        self.number = ZOE

    def somebody_else(self) -> None:
        """Of whom nothing is known yet."""
        self.keys += 1
        self.number = f"+336123{self.keys:05}"
        self.customer = insert_into(
            self.stage, "customer", brand_id=self.stage.ids.north, name="X", created_ms=0
        )
        self.stage.change(
            "insert into customer_address values (%s, %s, 'phone', %s)",
            self.customer,
            self.stage.ids.north,
            self.number,
        )

    def place(self, purpose: Purpose) -> int:
        self.keys += 1
        wanted = Wanted(f"k{self.keys}", self.stage.ids.ada, self.customer, self.number, purpose)
        return self.stage.do(calling_out.place, wanted=wanted)

    def dials(self, contact: int) -> None:
        self.stage.do(calling_back.dialling, contact_id=contact, agent_id=self.stage.ids.ada)

    def says(self, purpose: Purpose, said: Said) -> None:
        self.stage.do(
            calling_out.note, customer_id=self.customer, number=self.number, purpose=purpose, word=said,
            source="on the phone", agent_id=self.stage.ids.ada,
        )  # fmt: skip

    def proofs(self) -> list[dict[str, Any]]:
        return self.stage.query("select * from call_proof where number = %s order by id", self.number)


@pytest.fixture
def trade(stage: Stage) -> Trade:
    return Trade(stage)


def test_a_call_about_a_request_is_in_hand_at_once_proved_when_dialled_and_owed_no_answer(
    trade: Trade, stage: Stage
) -> None:
    contact = trade.place(Purpose.SERVICE)
    assert (stage.state(contact), stage.holder(contact)) == ("in_hand", stage.ids.ada)
    assert trade.proofs() == [], "nobody was called yet"
    trade.dials(contact)
    (proof,) = trade.proofs()
    assert (proof["number"], proof["account_id"], proof["purpose"]) == (ZOE, stage.ids.ada, "service")
    assert proof["law"]["hours"]["country"] == "FR"
    stage.do(calling_back.not_reached, contact_id=contact, cause="busy")
    assert stage.state(contact) == "in_hand", "the agent says what comes of it"
    stage.do(calling_out.again, contact_id=contact, agent_id=stage.ids.ada)
    trade.dials(contact)
    assert len(trade.proofs()) == 2


def test_what_the_law_forbids_is_refused_with_its_rule(trade: Trade, stage: Stage) -> None:
    with pytest.raises(Refusal) as refused:
        trade.place(Purpose.PROSPECTING)
    assert refused.value.code == "call_without_consent"
    trade.says(Purpose.PROSPECTING, Said.GIVEN)
    contact = trade.place(Purpose.PROSPECTING)
    trade.says(Purpose.PROSPECTING, Said.REFUSED)
    with pytest.raises(Refusal) as late:
        trade.dials(contact)
    assert late.value.code == "call_refused_before", "what they said since counts"
    assert trade.proofs() == []


def test_who_is_listed_is_not_sold_to_and_a_stranger_s_number_is_not_called(
    trade: Trade, stage: Stage
) -> None:
    stage.change("insert into call_list (name, numbers, uploaded_ms) values ('Bloctel', 1, 0)")
    stage.change("insert into call_list_number values (1, %s)", digest_of(ZOE))
    with pytest.raises(Refusal) as refused:
        trade.place(Purpose.PROSPECTING)
    assert refused.value.code == "call_listed"
    wanted = Wanted("x", stage.ids.ada, trade.customer, "+33611111111", Purpose.SERVICE)
    with pytest.raises(Refusal) as unknown:
        stage.do(calling_out.place, wanted=wanted)
    assert unknown.value.code == "number_not_called"
    trade.says(Purpose.SERVICE, Said.OPPOSED)
    with pytest.raises(Refusal) as opposed:
        trade.place(Purpose.SERVICE)
    assert opposed.value.code == "call_opposed"


ACTS = st.one_of(
    st.tuples(st.just("place"), st.sampled_from(list(Purpose))),
    st.tuples(st.just("dial"), st.integers(0, 3)),
    st.tuples(st.just("again"), st.integers(0, 3)),
    st.tuples(st.just("says"), st.sampled_from(list(Purpose)), st.sampled_from(list(Said))),
    st.tuples(st.just("fails"), st.integers(0, 3)),
    st.tuples(st.just("list"), st.booleans()),
    st.tuples(st.just("call"), st.sampled_from(list(Purpose))),
    st.tuples(st.just("call"), st.just(Purpose.PROSPECTING)),
    st.tuples(st.just("says"), st.just(Purpose.PROSPECTING), st.just(Said.GIVEN)),
    st.tuples(st.just("time"), st.sampled_from((MINUTE_MS, 3 * HOUR_MS, DAY_MS, DAY_MS, 9 * DAY_MS))),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ACTS, min_size=8, max_size=40))
def test_no_sequence_of_acts_places_a_call_that_a_rule_forbids(
    trade: Trade, acts: list[tuple[Any, ...]]
) -> None:
    stage, placed = trade.stage, list[int]()
    trade.somebody_else()
    stage.clock.at_ms = next_allowed(SELL.hours, PARIS, stage.clock.at_ms + DAY_MS) or 0
    for act in acts:
        try:
            _do(trade, placed, act)
        except Refusal:
            continue
    zones = zones_of(trade.number)
    words = stage.query("select * from call_word where number = %s order by id", trade.number)
    for at, proof in enumerate(trade.proofs()):
        law = law_of("FR", Purpose(proof["purpose"]))
        if proof["purpose"] == "prospecting":
            assert proof["said"] == "given"
        said = [one for one in words if one["purpose"] == proof["purpose"] and one["at_ms"] <= proof["at_ms"]]
        assert proof["said_id"] in (None, *(one["id"] for one in said))
        assert proof["said"] != "opposed" and allowed(law.hours, zones, proof["at_ms"])
        same = [one for one in trade.proofs()[:at] if one["purpose"] == proof["purpose"]]
        recent = [one for one in same if one["at_ms"] > proof["at_ms"] - 30 * DAY_MS]
        assert not law.most or len(recent) < law.most
    dialled = stage.query("select count(*) as n from journal where kind = 'CallDialled'")
    proved = stage.query("select count(*) as n from call_proof")
    assert dialled == proved, "none without its proof"


def _do(trade: Trade, placed: list[int], act: tuple[Any, ...]) -> None:
    stage, ada = trade.stage, trade.stage.ids.ada
    contact = placed[act[1] % len(placed)] if placed and act[0] in ("dial", "again", "fails") else None
    match act[0]:
        case "place":
            placed.append(trade.place(act[1]))
        case "call":
            placed.append(trade.place(act[1]))
            trade.dials(placed[-1])
            stage.do(calling_back.not_reached, contact_id=placed[-1], cause="no_answer")
        case "dial" if contact:
            trade.dials(contact)
        case "again" if contact:
            stage.do(calling_out.again, contact_id=contact, agent_id=ada, purpose=Purpose.PROSPECTING)
        case "fails" if contact:
            stage.do(calling_back.not_reached, contact_id=contact, cause="no_answer")
        case "says":
            trade.says(act[1], act[2])
        case "list":
            stage.change("delete from call_list")
            if act[1]:
                stage.change(
                    "with made as (insert into call_list (name, numbers, uploaded_ms) values ('L', 1, 0) returning id)"
                    " insert into call_list_number select id, %s from made",
                    digest_of(trade.number),
                )
        case "time":
            stage.clock.at_ms += act[1]
        case _:
            pass
