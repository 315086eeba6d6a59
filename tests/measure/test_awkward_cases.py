"""The cases that reports get wrong, each counted by hand."""

import pytest

from affluent.centre.calendar import Step, intervals
from affluent.facts.media import Outcome
from affluent.measure.computing import Period, by_column, by_edges, compute, standing, together
from affluent.measure.outcomes import NEVER, End, Kind, Stays
from tests.measure.story import ADA, BILLING, BOB, CHATS, MAILS, PARIS, at, chat, day, mail, told

HOUR_MS = 3_600_000


def figures(stays: Stays, period: Period) -> dict[str, tuple[int, int]]:
    return {key: (one.part, one.count) for key, one in together(stays, period).items()}


def test_a_contact_over_midnight_belongs_to_the_day_it_arrived_and_its_handling_to_the_day_it_ended() -> None:
    # Arrives 23:59:50, is answered 20 s later, at 00:00:10, and closed at 00:05:10.
    stays = told(chat("2026-03-10 23:59:50").then(20).accepted().then(10).replied().then(290).closed())
    first, second = figures(stays, day("2026-03-10")), figures(stays, day("2026-03-11"))
    assert (first["received"], first["service_level"], first["closed"]) == ((1, 1), (1, 1), (0, 0))
    assert (second["received"], second["service_level"], second["closed"]) == ((0, 0), (0, 0), (1, 1))
    assert second["aht"] == (300_000, 1)
    assert first["asa"] == (20_000, 1)
    # At midnight it waited, and stood open; a day later it did not.
    midnight, next_midnight = at("2026-03-11 00:00"), at("2026-03-12 00:00")
    assert [one.count for one in standing(stays, "backlog", (midnight, next_midnight))] == [1, 0]
    assert [one.count for one in standing(stays, "open", (midnight, next_midnight))] == [1, 0]


def test_the_hour_that_comes_twice_is_two_hours() -> None:
    # Clocks go back on 25 October 2026 at 03:00: 02:30 comes at 00:30 and at 01:30 UTC.
    one = chat("2026-10-25 02:30", 1)
    one.then(3630).accepted().closed()
    two = chat("2026-10-25 02:30", 2)
    two.facts.clear()
    two.start_ms = two.now_ms = at("2026-10-25 02:30", fold=1)
    two.__post_init__()
    two.then(10).accepted().closed()
    stays = told(one, two)
    # An hour and thirty seconds by every clock, though the wall clock says 02:30:30.
    assert figures(stays, day("2026-10-25"))["asa"] == (3_630_000 + 10_000, 2)
    cut = intervals(PARIS, at("2026-10-25 00:00"), at("2026-10-26 00:00"), Step.HOUR)
    assert len(cut) == 25 and [one.hour for one in cut[:5]] == [0, 1, 2, 2, 3]
    edges = by_edges([*(one.from_ms for one in cut), cut[-1].to_ms])
    found = compute(stays, day("2026-10-25"), ["received"], edges)
    assert {key: one["received"].count for key, one in found.items()} == {
        at("2026-10-25 02:00"): 1,
        at("2026-10-25 02:00", fold=1): 1,
    }


def test_the_day_the_clocks_go_forward_has_23_hours() -> None:
    # Clocks go forward on 29 March 2026 at 02:00. From 01:59:50 to 03:00:10 is 20 s.
    stays = told(chat("2026-03-29 01:59:50").until("2026-03-29 03:00:10").accepted().closed())
    assert figures(stays, day("2026-03-29"))["asa"] == (20_000, 1)
    cut = intervals(PARIS, at("2026-03-29 00:00"), at("2026-03-30 00:00"), Step.HOUR)
    assert len(cut) == 23 and [one.hour for one in cut[:4]] == [0, 1, 3, 4]
    days = intervals(PARIS, at("2026-03-28 00:00"), at("2026-03-31 00:00"), Step.DAY)
    assert [(one.to_ms - one.from_ms) // HOUR_MS for one in days] == [24, 23, 24]


def test_a_reopened_request_is_a_new_stretch_and_leaves_the_first_as_it_was() -> None:
    first = mail("2026-03-10 09:00", 1).until("2026-03-10 10:00").accepted().then(60).replied().closed()
    alone = told(first)
    again = mail("2026-03-12 09:00", 2, request_id=1, customer_id=1)
    again.until("2026-03-12 16:30").accepted().then(60).replied().closed()
    both = told(first, again)
    columns = ("waited_ms", "answered_ms", "left_ms", "ours_ms", "outcome")
    assert [getattr(both.rows()[0], name) for name in columns] == [
        getattr(alone.rows()[0], name) for name in columns
    ]
    # The first: 1 h 01 of open time. The second: from 9 to 12:30 and from 14 to 16:31, 6 h 01: late.
    assert [row.waited_ms for row in both.rows()] == [61 * 60_000, 361 * 60_000]
    assert figures(both, day("2026-03-10"))["service_level"] == (1, 1)
    assert figures(both, day("2026-03-12"))["service_level"] == (0, 1)
    # It came again after two days: not resolved at first contact, and a repeat. The second opened no request.
    month = day("2026-03-01", days=31)
    assert figures(alone, month)["fcr"] == (1, 1)
    assert figures(both, month)["fcr"] == (0, 1)
    assert figures(both, month)["repeat_rate"] == (1, 2)


def test_resolution_is_not_known_before_seven_days() -> None:
    stays = told(chat("2026-03-10 10:00").then(5).accepted().then(60).replied().closed())
    assert figures(stays, day("2026-03-10", now="2026-03-17 10:01"))["fcr"] == (0, 0)
    assert figures(stays, day("2026-03-10", now="2026-03-17 10:02"))["fcr"] == (1, 1)


def test_a_contact_on_the_eighth_day_is_no_repeat() -> None:
    first = chat("2026-03-10 10:00", 1).accepted().then(60).replied().closed()
    late = chat("2026-03-17 10:01:01", 2, request_id=1, customer_id=1).then(5).left()
    assert figures(told(first, late), day("2026-03-10"))["fcr"] == (1, 1)
    in_time = chat("2026-03-17 10:01:00", 2, request_id=1, customer_id=1).then(5).left()
    assert figures(told(first, in_time), day("2026-03-10"))["fcr"] == (0, 1)


def test_each_queue_answers_for_its_own_wait_after_a_transfer() -> None:
    # Ada takes it after 10 s, hands it to billing after 100 s, where Bob takes it 50 s later: past its 40 s.
    one = chat("2026-03-10 10:00").wrote().then(10).accepted().then(20).replied().then(80)
    one.transferred(BILLING).then(50).accepted(BOB).then(30).replied(BOB).then(15).closed(agent=BOB)
    stays = told(one)
    by_queue = compute(stays, day("2026-03-10"), by=by_column("queue_id"))
    assert [by_queue[CHATS][key].part for key in ("service_level", "asa", "aht")] == [1, 10_000, 100_000]
    assert [by_queue[BILLING][key].part for key in ("service_level", "asa", "aht")] == [0, 50_000, 45_000]
    assert (by_queue[CHATS]["transfer_rate"].part, by_queue[BILLING]["transfer_rate"].part) == (1, 0)
    by_agent = compute(stays, day("2026-03-10"), by=by_column("agent_id"))
    assert [by_agent[ADA]["aht_ours"].part, by_agent[ADA]["aht_theirs"].part] == [20_000, 80_000]
    assert [by_agent[BOB]["aht_ours"].part, by_agent[BOB]["aht_wrap"].part] == [30_000, 15_000]
    total = figures(stays, day("2026-03-10"))
    assert (total["received"], total["presented"], total["closed"]) == ((1, 1), (2, 2), (1, 1))
    assert total["service_level"] == (1, 2)


def test_a_mail_handed_on_unanswered_is_owed_where_it_went_and_nowhere_else() -> None:
    one = mail("2026-03-10 09:00").then(600).accepted().then(600).transferred(BILLING)
    one.then(3600).accepted(BOB).then(300).replied(BOB).closed(agent=BOB)
    by_queue = compute(told(one), day("2026-03-10"), by=by_column("queue_id"))
    assert (by_queue[MAILS]["service_level"].count, by_queue[MAILS]["answer_rate"].count) == (0, 0)
    assert (by_queue[MAILS]["presented"].count, by_queue[MAILS]["handled"].count) == (1, 1)
    assert (by_queue[BILLING]["service_level"].part, by_queue[BILLING]["asa"].part) == (1, 3_900_000)


def test_a_transfer_to_a_named_agent_is_a_stay_in_the_same_queue() -> None:
    one = chat("2026-03-10 10:00").then(5).accepted().then(30).replied().then(5)
    one.transferred(CHATS, to_agent=BOB).then(12).accepted(BOB).then(20).replied(BOB).closed(agent=BOB)
    rows = told(one).rows()
    assert [(row.kind, row.queue_id, row.agent_id, row.waited_ms) for row in rows] == [
        (Kind.ARRIVAL, CHATS, ADA, 5_000),
        (Kind.TRANSFER, CHATS, BOB, 12_000),
    ]


def test_short_abandons_are_left_out_and_each_published_variant_says_what_it_does() -> None:
    # 6 answered in time, 1 late; left after 3 s (short), 20 s (in the target) and 50 s (after it).
    contacts = [chat("2026-03-10 10:00", n).then(10).accepted().closed() for n in range(1, 7)]
    contacts.append(chat("2026-03-10 10:00", 7).then(41).accepted().closed())
    contacts += [chat("2026-03-10 10:00", 8 + n).then(s).left() for n, s in enumerate((3, 20, 50))]
    found = figures(told(*contacts), day("2026-03-10"))
    assert found["service_level"] == (6, 9)
    assert found["service_level_all"] == (6, 10)
    assert found["service_level_answered"] == (6, 7)
    assert found["service_level_left_kept"] == (8, 10)
    assert found["service_level_left_out"] == (6, 8)
    assert (found["abandonment"], found["abandonment_all"]) == ((2, 9), (3, 10))
    assert (found["short_abandons"], found["answer_rate"]) == ((1, 1), (7, 9))
    assert found["longest_wait"] == (50_000, 10)


def test_lunch_and_public_holidays_are_not_waited() -> None:
    # Thursday 30 April 2026, 12:00. Friday 1 May is closed, then the weekend: Monday 4 May at 10:00.
    # Open: 12:00-12:30, 14:00-18:00, 9:00-10:00: 5 h 30 of a target of 4 h.
    late = mail("2026-04-30 12:00", 1).until("2026-05-04 10:00").accepted().replied().closed()
    # From 17:00: 1 h on Thursday and 1 h on Monday: in time, three days later by the wall clock.
    good = mail("2026-04-30 17:00", 2).until("2026-05-04 10:00").accepted().replied().closed()
    # At lunch: the target begins at 14:00.
    lunch = mail("2026-04-30 12:45", 3).until("2026-04-30 18:00").accepted().replied().closed()
    stays = told(late, good, lunch)
    assert [row.waited_ms for row in stays.rows()] == [19_800_000, 7_200_000, 14_400_000]
    assert figures(stays, day("2026-04-30"))["service_level"] == (2, 3)


def test_a_public_holiday_in_the_middle_of_the_week() -> None:
    # 14 July 2026 is a Tuesday. Monday 17:30 to Wednesday 09:10: 40 min open.
    stays = told(mail("2026-07-13 17:30").until("2026-07-15 09:10").accepted().replied().closed())
    assert stays.rows()[0].waited_ms == 40 * 60_000


def test_words_of_the_machine_are_no_answer() -> None:
    # An automatic reply leaves no MessageAnswered; a rule closes it: nobody answered, and it counts as missed.
    stays = told(mail("2026-03-10 09:00").then(600).accepted().then(60).closed(Outcome.NO_REPLY, agent=None))
    row = stays.rows()[0]
    assert (row.answered_ms, row.replied_ms, row.replies) == (NEVER, NEVER, 0)
    found = figures(stays, day("2026-03-10"))
    assert (found["service_level"], found["answer_rate"], found["answered"]) == ((0, 1), (0, 1), (0, 0))


def test_a_chat_is_answered_when_a_person_takes_it_and_their_first_words_are_kept_beside() -> None:
    row = told(chat("2026-03-10 10:00").then(8).accepted().then(25).replied().closed()).rows()[0]
    assert (row.waited_ms, row.answered_ms - row.entered_ms, row.replied_ms - row.entered_ms) == (
        8_000,
        8_000,
        33_000,
    )


def test_declined_and_expired_offers_are_waited_through() -> None:
    one = chat("2026-03-10 10:00").then(1).offered().then(4).declined().offered(BOB).then(30).expired(BOB)
    row = told(one.then(1).accepted().closed()).rows()[0]
    assert (row.offers, row.declined, row.expired) == (3, 1, 1)
    assert (row.waited_ms, row.offered_ms - row.entered_ms, row.agent_id) == (36_000, 1_000, ADA)


def test_who_goes_without_a_word_is_a_silent_abandon() -> None:
    stays = told(
        chat("2026-03-10 10:00", 1).wrote().then(120).left(silent=True),
        chat("2026-03-10 10:00", 2).wrote().then(60).left(),
        chat("2026-03-10 10:00", 3).wrote().then(10).accepted().closed(),
    )
    found = figures(stays, day("2026-03-10"))
    assert (found["silent_abandonment"], found["abandonment"]) == ((1, 3), (2, 3))


def test_closed_by_a_person_without_an_answer_needed_none() -> None:
    stays = told(mail("2026-03-10 09:00").then(600).accepted().then(60).closed())
    found = figures(stays, day("2026-03-10"))
    assert (found["service_level"], found["closed_unanswered"], found["closed"]) == ((0, 0), (1, 1), (1, 1))
    assert (found["aht_ours"], found["aht_wrap"]) == ((60_000, 1), (0, 1))


@pytest.mark.parametrize("outcome", [Outcome.SPAM, Outcome.DUPLICATE])
def test_spam_and_duplicates_count_nowhere_but_in_their_own_line(outcome: Outcome) -> None:
    one = mail("2026-03-10 09:00").then(600).accepted().then(60).transferred(BILLING)
    stays = told(one.then(60).accepted(BOB).closed(outcome, agent=BOB))
    found = figures(stays, day("2026-03-10"))
    assert {key: counts for key, counts in found.items() if counts != (0, 0)} == {"spam": (1, 1)}


def test_waiting_past_the_target_is_a_miss_and_within_it_is_not_known() -> None:
    stays = told(chat("2026-03-10 10:00"))
    assert figures(stays, day("2026-03-10", now="2026-03-10 10:00:40"))["service_level"] == (0, 0)
    assert figures(stays, day("2026-03-10", now="2026-03-10 10:00:41"))["service_level"] == (0, 1)
    assert figures(stays, day("2026-03-10", now="2026-03-10 10:00:41"))["answer_rate"] == (0, 0)


def test_an_answer_at_the_due_instant_is_in_time() -> None:
    on_time = chat("2026-03-10 10:00", 1).then(40).accepted().closed()
    late = chat("2026-03-10 10:00", 2).then(40.001).accepted().closed()
    assert figures(told(on_time, late), day("2026-03-10"))["service_level"] == (1, 2)


def test_handling_leaves_out_sleep_absence_and_the_customers_turn_of_a_mail() -> None:
    one = mail("2026-03-10 09:00").accepted().then(60).replied().then(30).slept().then(7200).wrote().woke()
    one.then(40).away().then(3600).ready().then(20).replied().then(5).closed()
    row = told(one).rows()[0]
    # 60 s before the first reply, 40 s and 20 s around lunch; 30 s awaiting the customer; 5 s to wrap up.
    assert (row.ours_ms, row.theirs_ms, row.wrap_ms, row.asleep_ms) == (120_000, 30_000, 5_000, 7_200_000)
    assert figures(told(one), day("2026-03-10"))["aht"] == (125_000, 1)


def test_a_chat_goes_on_while_its_agent_is_away_but_not_when_they_are_gone() -> None:
    one = chat("2026-03-10 10:00").accepted().then(10).away().then(20).replied().then(5).gone()
    one.then(90).returned().then(3).accepted(BOB).then(7).replied(BOB).closed(agent=BOB)
    rows = told(one).rows()
    assert [(row.ours_ms, row.theirs_ms) for row in rows] == [(30_000, 5_000), (7_000, 0)]
    # It came back answered: its second wait is no new claim on the service level.
    assert [(row.kind, row.end, row.asks) for row in rows] == [
        (Kind.ARRIVAL, End.RETURNED, 1),
        (Kind.RETURN, End.CLOSED, 0),
    ]
    assert figures(told(one), day("2026-03-10"))["service_level"] == (1, 1)


def test_a_mail_that_comes_back_unanswered_is_still_owed_from_its_arrival() -> None:
    # Ada holds it for an hour without a word and goes home; Bob answers at 15:30: 5 h of open time after 9:00.
    one = mail("2026-03-10 09:00").then(600).accepted().then(3600).returned()
    one.until("2026-03-10 15:00").accepted(BOB).then(1800).replied(BOB).closed(agent=BOB)
    stays = told(one)
    assert [(row.asks, row.waited_ms) for row in stays.rows()] == [(0, NEVER), (1, 18_000_000)]
    found = figures(stays, day("2026-03-10"))
    assert (found["presented"], found["service_level"], found["handled"]) == ((1, 1), (0, 1), (2, 2))
    by_agent = compute(stays, day("2026-03-10"), ["aht"], by_column("agent_id"))
    assert [by_agent[one]["aht"].part for one in (ADA, BOB)] == [3_600_000, 1_800_000]
