"""Settings that change while contacts wait: the engine takes them up as it runs, and is not built anew."""

import json
from collections.abc import Generator
from contextlib import contextmanager

from affluent.centre.settings_changed import take_up_queue
from tests.centre.stage import Stage, insert_into, settings_changed


@contextmanager
def the_same_engine(stage: Stage) -> Generator[None]:
    before = stage.runner._router  # pyright: ignore[reportPrivateUsage] - the engine must be the same
    yield
    assert stage.runner._router is before  # pyright: ignore[reportPrivateUsage]


def test_a_queue_changes_alone_and_its_line_follows_the_new_rule(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    french = insert_into(stage, "skill", key="fr", name_fr="Français", name_en="French")
    contacts = [stage.chat()[1] for _ in range(3)]
    assert [stage.state(one) for one in contacts] == ["offered", "offered", "waiting"]
    with the_same_engine(stage):
        stage.change("insert into queue_skill (queue_id, skill_id) values (%s, %s)", stage.ids.chat, french)
        stage.do(take_up_queue, queue_id=stage.ids.chat)
        assert [stage.state(one) for one in contacts] == ["waiting"] * 3
        assert stage.facts(contacts[0])[-1] == "OfferWithdrawn", "the rules changed: nobody failed to answer"
        stage.change("delete from queue_skill where queue_id = %s", stage.ids.chat)
        stage.do(take_up_queue, queue_id=stage.ids.chat)
        assert [stage.state(one) for one in contacts] == ["offered", "offered", "waiting"]


def test_a_queue_that_overflows_from_now_on_sends_on_who_waited_that_long(stage: Stage) -> None:
    _, contact = stage.chat()
    stage.pass_ms(30_000)
    with the_same_engine(stage):
        stage.change(
            "update queue set overflow_queue_id = %s, overflow_after_ms = 20000 where id = %s",
            stage.ids.second_chat,
            stage.ids.chat,
        )
        stage.do(take_up_queue, queue_id=stage.ids.chat)
    assert stage.contact(contact)["queue_id"] == stage.ids.second_chat


def test_media_reserves_skills_and_new_queues_are_taken_up_together(stage: Stage) -> None:
    stage.ready(stage.ids.ada)
    mails = [stage.mail(message_id=f"<{n}@x>") for n in range(2)]
    assert [stage.state(one) for one in mails] == ["offered", "offered"]
    with the_same_engine(stage):
        insert_into(stage, "skill", key="es", name_fr="Espagnol", name_en="Spanish")
        insert_into(
            stage, "queue", brand_id=stage.ids.north, name="new", medium="chat", target_ms=40_000,
            offer_ms=30_000, set_aside_ms=0, keep_ms=0,
        )  # fmt: skip
        stage.change(
            "insert into agent_reserve (name, medium, queue_ids, agents, against_ids)"
            " values ('chats', 'chat', %s::jsonb, 5, %s::jsonb)",
            json.dumps([stage.ids.chat]),
            json.dumps([stage.ids.mail]),
        )
        stage.change("update medium_rule set units = 60 where medium = 'email'")
        stage.do(settings_changed)
        third = stage.mail(message_id="<third@x>")
        assert stage.state(third) == "waiting", "kept for the chats"
        stage.change("update agent_reserve set archived = true")
        stage.change("update medium_rule set units = 6 where medium = 'email'")
        stage.do(settings_changed)
        assert stage.state(third) == "offered"


def test_an_agent_who_comes_is_known_at_once_and_one_who_goes_gives_back_what_they_had(stage: Stage) -> None:
    _, contact = stage.chat()
    with the_same_engine(stage):
        dora = insert_into(
            stage, "account", email="dora@example.org", name="Dora", role="agent", created_ms=0
        )
        stage.change("insert into account_brand values (%s, %s)", dora, stage.ids.north)
        stage.change("insert into agent_capacity values (%s, 'chat', 1)", dora)
        stage.do(settings_changed)
        stage.ready(dora)
        assert stage.holder(contact) == dora
    stage.change("update account set active = false where id = %s", dora)
    stage.do(settings_changed)
    assert (stage.state(contact), stage.holder(contact)) == ("waiting", None)
