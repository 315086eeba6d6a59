"""The fold holds for any life of a contact: its stays follow each other and account for the time in hand."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from affluent.facts.together import ContactHandedOver
from affluent.measure.fold import Fold, fold
from affluent.measure.outcomes import NEVER, End, Stay, Stays, linked
from tests.measure.lives import lives, told_lives
from tests.measure.story import OpenTime, Told


@given(told_lives())
def test_step_by_step_is_all_at_once(one: Told) -> None:
    steps = Fold(OpenTime())
    for count, fact in enumerate(one.facts, start=1):
        steps.step(fact)
        assert steps.stays() == fold(one.facts[:count], OpenTime())


@given(told_lives())
def test_stays_follow_each_other_without_a_gap(one: Told) -> None:
    rows = one.stays
    assert [row.number for row in rows] == list(range(len(rows)))
    assert rows[0].began_ms == one.start_ms + int(one.menu_s or 0) * 1000
    for row, after in pairwise(rows):
        assert row.left_ms == after.began_ms and row.end in (End.TRANSFERRED, End.RETURNED)
    assert all(row.end == End.OPEN for row in rows if row.left_ms == NEVER)


@given(told_lives())
def test_every_part_of_the_time_in_hand_is_counted_once(one: Told) -> None:
    for row in one.stays:
        parts = row.ours_ms + row.theirs_ms + row.wrap_ms + row.asleep_ms
        assert min(row.ours_ms, row.theirs_ms, row.wrap_ms, row.asleep_ms) >= 0
        if row.taken_ms == NEVER:
            assert parts == 0
        elif row.left_ms != NEVER:
            assert parts <= row.left_ms - row.taken_ms


@given(told_lives())
def test_an_answer_is_owed_once_an_arrival_and_once_a_transfer(one: Told) -> None:
    """A contact handed over while both are there has an agent all the time: nobody waits anew."""
    rows = one.stays
    handed_over = sum(isinstance(fact, ContactHandedOver) for fact in one.facts)
    transferred = sum(row.end == End.TRANSFERRED for row in rows)
    # A caller who came to no queue left the voice menu, or was served by it: nobody owed them anything.
    asked = int(one.menu_s is not None)
    assert sum(row.asks for row in rows) == asked + transferred - handed_over


@given(st.lists(lives(), max_size=10))
def test_links_are_those_of_the_naive_search(contacts: list[list[Stay]]) -> None:
    alone = {rows[0].contact_id: rows for rows in contacts}
    firsts = [rows[0] for rows in alone.values()]
    for row in linked(one for rows in alone.values() for one in rows):
        later = [one for one in firsts if one.contact_id > row.contact_id]
        about_it = [one for one in later if one.request_id == row.request_id]
        same = [one for one in later if one.customer_id == row.customer_id]
        assert row.opens == int(
            not any(one.request_id == row.request_id and one.contact_id < row.contact_id for one in firsts)
        )
        for found, nexts in ((row.again_ms, about_it), (row.customer_again_ms, same)):
            expected = min(nexts, key=lambda one: one.contact_id).arrived_ms if nexts else NEVER
            assert found == expected


@given(st.lists(lives(), max_size=5))
def test_columns_give_their_rows_back(contacts: list[list[Stay]]) -> None:
    rows = [row for one in contacts for row in one]
    assert Stays.of(rows).rows() == rows
