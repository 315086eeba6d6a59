"""What goes first of a queue is taken by hand: in order, by who may, where the queue allows it."""

import pytest

from affluent.centre import handing_on, offers
from affluent.centre.refusals import NotFound, Refusal
from tests.centre.stage import Stage, insert, settings_changed


def next_of(stage: Stage, agent: int, queue: int | None = None) -> int:
    return stage.do(offers.take_next, queue_id=queue or stage.ids.chat, agent_id=agent)


def test_the_first_comes_first_and_a_higher_tier_before_it(stage: Stage) -> None:
    first, second, third = (stage.chat()[1] for _ in range(3))
    demands = '{"needs": [], "tier": 5, "target_ms": null}'
    stage.change("update contact set demands = %s::jsonb where id = %s", demands, third)
    stage.restart()
    assert [next_of(stage, stage.ids.ada) for _ in range(3)] == [third, first, second]
    assert {stage.holder(one) for one in (first, second, third)} == {stage.ids.ada}, "over her limit of two"
    with pytest.raises(Refusal, match="nothing_to_take"):
        next_of(stage, stage.ids.ada)


def test_what_is_kept_for_a_colleague_is_left_to_them(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    kept = stage.in_hand_of(stage.ids.ada, stage.chat()[1])
    stage.there(stage.ids.bob, "away", "break")
    hand = {"contact_id": kept, "agent_id": stage.ids.ada, "key": "for-bob-1", "to_agent_id": stage.ids.bob}
    stage.do(handing_on.transfer, **hand)
    stage.there(stage.ids.ada, "away", "break")
    _, other = stage.chat()
    assert next_of(stage, stage.ids.ada) == other
    with pytest.raises(Refusal, match="nothing_to_take"):
        next_of(stage, stage.ids.ada)
    assert next_of(stage, stage.ids.bob) == kept


def test_where_nothing_is_taken_by_hand_it_is_refused(stage: Stage) -> None:
    stage.chat()
    stage.change("update queue set by_hand = false where id = %s", stage.ids.chat)
    stage.do(settings_changed)
    with pytest.raises(Refusal, match="not_by_hand"):
        next_of(stage, stage.ids.ada)


def test_who_lacks_the_skill_or_the_brand_takes_nothing(stage: Stage) -> None:
    stage.chat()
    with pytest.raises(NotFound):
        next_of(stage, stage.ids.cleo)
    with stage.database.transaction() as conn:
        skill = insert(conn, "skill", key="claims", name_fr="Sinistres", name_en="Claims")
        conn.execute(
            "insert into queue_skill (queue_id, skill_id, required, level) values (%s, %s, true, 2)",
            (stage.ids.chat, skill),
        )
    stage.do(settings_changed)
    with pytest.raises(Refusal, match="nothing_to_take"):
        next_of(stage, stage.ids.ada)
