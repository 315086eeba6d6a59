"""Agents and customers by their settings: ranks, groups of skills, segments, wishes, who looks after whom."""

import json
from typing import Any

import pytest

from affluent.centre import handing_on
from affluent.centre.settings_changed import take_up_agent
from affluent.centre.transaction import Transaction
from affluent.routing.policy import AgentRule, Policy
from tests.centre.stage import TARGET_MS, Stage, nothing, settings_changed


def skill(stage: Stage, key: str) -> int:
    made = stage.query(
        "insert into skill (key, name_fr, name_en) values (%s, %s, %s) returning id", key, key, key
    )
    return made[0]["id"]


def holds(stage: Stage, agent: int, skill_id: int, level: int) -> None:
    stage.change(
        "insert into agent_skill values (%s, %s, %s)"
        " on conflict (account_id, skill_id) do update set level = excluded.level",
        agent, skill_id, level,
    )  # fmt: skip


def asks(stage: Stage, queue: int, skill_id: int, **columns: Any) -> None:
    usual = {"required": True, "level": 1, "weight": 10, "relax_after_ms": None}
    one = {**usual, **columns}
    stage.change(
        "insert into queue_skill (queue_id, skill_id, required, level, weight, relax_after_ms)"
        " values (%s, %s, %s, %s, %s, %s)",
        queue, skill_id, *one.values(),
    )  # fmt: skip


def customer_of(stage: Stage, contact: int) -> int:
    return stage.contact(contact)["customer_id"]


def policy_of(tx: Transaction) -> Policy:
    return tx.store.settings.policy()


def rule_of(tx: Transaction, *, account_id: int) -> AgentRule | None:
    return tx.store.settings.agent_rule(account_id)


def known(stage: Stage, **columns: Any) -> int:
    """Zoe, who writes every mail, with what her card says; returns her."""
    first = stage.mail(message_id="<first@x>")
    customer = customer_of(stage, first)
    stage.ready(stage.ids.ada)
    stage.in_hand_of(stage.ids.ada, first)
    stage.do(handing_on.close, contact_id=first, agent_id=stage.ids.ada, outcome="resolved")
    stage.there(stage.ids.ada, "offline")
    for name, value in columns.items():
        stage.change(f"update customer set {name} = %s where id = %s", value, customer)
    return customer


def test_a_group_of_skills_is_held_by_all_who_are_in_it_until_it_changes(stage: Stage) -> None:
    claims = skill(stage, "claims")
    asks(stage, stage.ids.chat, claims, level=2)
    group = stage.query("insert into skill_group (name) values ('Claims') returning id")[0]["id"]
    stage.change("insert into skill_group_skill values (%s, %s, 3)", group, claims)
    stage.change("insert into agent_skill_group values (%s, %s)", stage.ids.ada, group)
    holds(stage, stage.ids.ada, claims, 1)
    holds(stage, stage.ids.bob, claims, 1)
    stage.do(settings_changed)
    stage.ready(stage.ids.ada, stage.ids.bob)
    contacts = [stage.chat()[1] for _ in range(3)]
    assert [stage.holder(one) for one in contacts] == [stage.ids.ada, stage.ids.ada, None], (
        "of her own level and the group's the higher counts; he is in no group"
    )
    stage.change("update skill_group_skill set level = 1 where group_id = %s", group)
    stage.do(settings_changed)
    assert [stage.holder(one) for one in contacts] == [None, None, None]


def test_an_agents_own_rank_of_a_queue_goes_before_that_of_the_team(stage: Stage) -> None:
    team = stage.query("insert into team (name) values ('North') returning id")[0]["id"]
    stage.change("update account set team_id = %s where id = any(%s)", team, [stage.ids.ada, stage.ids.bob])
    stage.change("insert into team_rank values (%s, %s, 2)", team, stage.ids.second_chat)
    stage.change("insert into agent_rank values (%s, %s, 1)", stage.ids.bob, stage.ids.second_chat)
    stage.do(settings_changed)
    policy = stage.do(policy_of)
    ranks = {agent.id: dict(agent.ranks) for agent in policy.agents}
    assert ranks[stage.ids.ada] == {stage.ids.second_chat: 2}
    assert ranks[stage.ids.bob] == {stage.ids.second_chat: 1}
    assert ranks[stage.ids.cleo] == {}
    assert stage.do(rule_of, account_id=stage.ids.ada) == policy.agents[0]


def test_an_agent_changes_while_others_wait_and_nobody_loses_their_place(stage: Stage) -> None:
    claims = skill(stage, "claims")
    asks(stage, stage.ids.chat, claims, level=2)
    stage.do(settings_changed)
    stage.ready(stage.ids.ada)
    waiting = [stage.chat()[1] for _ in range(3)]
    assert [stage.state(one) for one in waiting] == ["waiting"] * 3
    holds(stage, stage.ids.ada, claims, 2)
    before = stage.runner._router  # pyright: ignore[reportPrivateUsage] - the engine must be the same
    stage.do(take_up_agent, account_id=stage.ids.ada)
    assert stage.runner._router is before  # pyright: ignore[reportPrivateUsage]
    assert [stage.state(one) for one in waiting] == ["offered", "offered", "waiting"]
    holds(stage, stage.ids.ada, claims, 1)
    stage.do(take_up_agent, account_id=stage.ids.ada)
    assert [stage.state(one) for one in waiting] == ["waiting"] * 3
    assert stage.facts(waiting[0])[-1] == "OfferWithdrawn", "the rules changed: nobody failed to answer"
    stage.change("delete from account_brand where account_id = %s", stage.ids.ada)
    stage.do(take_up_agent, account_id=stage.ids.ada)
    assert stage.runner._router is not before  # pyright: ignore[reportPrivateUsage]


def test_a_segment_raises_the_tier_and_replaces_the_target(stage: Stage) -> None:
    stage.change(
        "insert into segment (name, tier, targets) values ('Premium', 5, %s::jsonb)",
        json.dumps({"email": 3_600_000}),
    )
    known(stage, segment="premium")
    early = stage.mail(sender="yan@customer.example", message_id="<y@x>")
    stage.pass_ms(60_000)
    late = stage.mail(message_id="<z@x>")
    row = stage.contact(late)
    assert (row["target_ms"], row["due_ms"]) == (3_600_000, stage.clock.at_ms + 3_600_000)
    stage.change("update agent_capacity set limit_count = 1 where medium = 'email'")
    stage.do(settings_changed)
    stage.restart()
    stage.ready(stage.ids.bob)
    assert (stage.state(late), stage.state(early)) == ("offered", "waiting"), "the restart kept what it asks"


def test_a_brands_own_segment_goes_before_that_of_the_whole_centre(stage: Stage) -> None:
    for brand, tier in ((None, 2), (stage.ids.north, 7), (stage.ids.south, 9)):
        stage.change("insert into segment (name, tier, brand_id) values ('VIP', %s, %s)", tier, brand)
    known(stage, segment="vip")
    assert stage.contact(stage.mail(message_id="<n@x>"))["demands"]["tier"] == 7


def test_a_wish_is_waited_for_as_long_as_the_target_and_no_longer(stage: Stage) -> None:
    spanish = skill(stage, "spanish")
    chat, first = stage.chat()
    stage.change("insert into customer_wish values (%s, %s)", customer_of(stage, first), spanish)
    stage.ready(stage.ids.ada)
    stage.in_hand_of(stage.ids.ada, first)
    stage.do(handing_on.close, contact_id=first, agent_id=stage.ids.ada, outcome="resolved")
    holds(stage, stage.ids.bob, spanish, 3)
    stage.change("update queue set keep_ms = 0 where id = %s", stage.ids.chat)
    stage.do(settings_changed)
    second = stage.say(chat, "Hola")
    assert stage.state(second) == "waiting", "Ada is free, and speaks no Spanish"
    stage.pass_ms(TARGET_MS - 1)
    assert stage.state(second) == "waiting"
    stage.pass_ms(1)
    assert stage.holder(second) == stage.ids.ada
    stage.ready(stage.ids.bob)
    third = stage.say(stage.chat()[0])
    assert stage.contact(third)["demands"] is None


def test_who_looks_after_a_customer_is_asked_first_while_there(stage: Stage) -> None:
    customer = known(stage, named_agent_id=stage.ids.bob)
    stage.ready(stage.ids.ada)
    away = stage.mail(message_id="<b@x>", thread=("<first@x>",))
    assert stage.contact(away)["kept_for"] == stage.ids.ada, "not there: who had it last"
    stage.ready(stage.ids.bob)
    there = stage.mail(message_id="<c@x>", subject="Other")
    assert stage.holder(there) == stage.ids.bob
    assert customer_of(stage, there) == customer


@pytest.mark.parametrize(("days", "raised"), [(3, True), (31, False)])
def test_who_comes_again_about_the_same_motive_goes_one_level_up(
    stage: Stage, days: int, raised: bool
) -> None:
    billing = skill(stage, "billing")
    asks(stage, stage.ids.mail, billing, level=2)
    for agent, level in ((stage.ids.ada, 2), (stage.ids.bob, 3)):
        holds(stage, agent, billing, level)
    stage.change(
        "update queue set repeat_ms = %s, keep_ms = 0 where id = %s", 30 * 86_400_000, stage.ids.mail
    )
    rule = json.dumps([{"field": "words", "op": "contains", "value": "invoice"}])
    stage.change(
        "insert into rule (brand_id, name, conditions, actions) values (%s, 'Invoice', %s::jsonb, %s::jsonb)",
        stage.ids.north, rule, json.dumps({"queue_id": stage.ids.mail, "motive_id": stage.ids.motive}),
    )  # fmt: skip
    stage.do(settings_changed)
    stage.ready(stage.ids.ada)
    first = stage.in_hand_of(stage.ids.ada, stage.mail(subject="My invoice", message_id="<i@x>"))
    stage.do(handing_on.close, contact_id=first, agent_id=stage.ids.ada, outcome="resolved")
    stage.pass_ms(days * 86_400_000)
    stage.ready(stage.ids.bob)
    again = stage.mail(subject="My invoice again", message_id="<j@x>")
    assert (stage.contact(again)["demands"] is not None) == raised
    if raised:
        assert stage.holder(again) == stage.ids.bob
        stage.there(stage.ids.bob, "offline")
        nobody = stage.mail(subject="My invoice, once more", message_id="<k@x>")
        assert stage.state(nobody) == "waiting", "the level above is asked for as long as the target runs"
        stage.pass_ms(4 * 3_600_000)
        assert stage.holder(nobody) == stage.ids.ada, "then the level that was always asked will do"
    stage.do(nothing)


def test_agents_are_kept_free_for_chats_and_mail_waits_while_few_have_room(stage: Stage) -> None:
    stage.change(
        "insert into agent_reserve (name, medium, queue_ids, agents) values ('Chats', 'chat', %s::jsonb, 1)",
        json.dumps([stage.ids.chat]),
    )
    stage.do(settings_changed)
    stage.ready(stage.ids.ada)
    mail = stage.mail()
    assert stage.state(mail) == "waiting", "Ada is the only one with room for a chat"
    _, chat = stage.chat()
    assert stage.holder(chat) == stage.ids.ada
    stage.ready(stage.ids.bob)
    assert stage.state(mail) == "offered", "with two of them there is one to spare"


def test_a_required_skill_bends_to_its_floor_and_no_further(stage: Stage) -> None:
    billing = skill(stage, "billing")
    asks(stage, stage.ids.chat, billing, level=3, relax_after_ms=10_000)
    stage.change("update queue_skill set floor = 2 where queue_id = %s", stage.ids.chat)
    for agent, level in ((stage.ids.ada, 2), (stage.ids.bob, 1)):
        holds(stage, agent, billing, level)
    stage.do(settings_changed)
    stage.ready(stage.ids.bob)
    _, contact = stage.chat()
    stage.pass_ms(60_000)
    assert stage.state(contact) == "waiting", "one is below the floor for ever"
    stage.ready(stage.ids.ada)
    assert stage.holder(contact) == stage.ids.ada
