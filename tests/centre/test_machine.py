"""Random days of a small centre, with what must always hold checked in SQL after each step."""

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from affluent.centre import answering, chatting, consulting, handing_on, offers, presence
from affluent.centre.answering_alike import answer_alike
from affluent.centre.backfill_keeping import BackfillKeeper
from affluent.centre.refusals import Refusal
from affluent.centre.transaction import Transaction
from affluent.centre.wall import Role, Viewer
from affluent.facts.together import Part
from affluent.storage.backfill import PgLevels
from affluent.storage.following import OutcomeFollower
from tests.centre.replay import replayed
from tests.centre.stage import ASIDE_MS, OFFER_MS, Stage, by_level, settings_changed, staged
from tests.support.postgres import Databases

ROOM = {"chat": 2, "email": 2, "form": 1}
picks = st.integers(0, 10**6)
people = st.sampled_from(("ada", "bob", "cleo"))


def answered_alike(tx: Transaction, *, contact_id: int, by: int, key: str) -> None:
    answer_alike(
        tx, Viewer(by, "Sam", Role.SUPERVISOR, "en", None), tx.contact(contact_id), key=key, text="Yes"
    )


class Day(RuleBasedStateMachine):
    databases: Databases

    @initialize()
    def opens(self) -> None:
        self.fresh = self.databases.fresh()
        self.staging = staged(self.fresh.__enter__(), limits=ROOM)
        self.stage: Stage = self.staging.__enter__()
        self.chats: list[int] = []
        by_level(self.stage)

    def teardown(self) -> None:
        if hasattr(self, "stage"):
            self.staging.__exit__(None, None, None)
            self.fresh.__exit__(None, None, None)

    def agent(self, name: str) -> int:
        return getattr(self.stage.ids, name)

    def some(self, pick: int, *states: str) -> dict[str, Any] | None:
        rows = self.stage.query("select * from contact where state = any(%s) order by id", list(states))
        return rows[pick % len(rows)] if rows else None

    def attempt(self, use_case: Any, **arguments: Any) -> None:
        """Refusals are fine; what they must not do is change anything, which the invariants see."""
        try:
            self.stage.do(use_case, **arguments)
        except Refusal as refused:
            assert refused.status in (403, 404, 409, 422), refused.code

    @rule(south=st.booleans())
    def customer_opens_a_chat(self, south: bool) -> None:
        door = self.stage.ids.south_door if south else self.stage.ids.chat_door
        self.chats.append(self.stage.chat(door=door)[0])

    @rule(pick=picks, use_case=st.sampled_from((chatting.connected, chatting.disconnected, chatting.leave)))
    def customer_comes_and_goes(self, pick: int, use_case: Any) -> None:
        if self.chats:
            self.attempt(use_case, chat_id=self.chats[pick % len(self.chats)])

    @rule(pick=picks)
    def customer_writes(self, pick: int) -> None:
        if self.chats:
            self.stage.say(self.chats[pick % len(self.chats)])

    @rule(thread=picks, sender=st.sampled_from(("zoe", "bo", "eve")))
    def mail_arrives(self, thread: int, sender: str) -> None:
        quoted = (f"<{thread % 20}@customer.example>",)
        self.stage.mail(sender=f"{sender}@customer.example", thread=quoted if thread % 2 else ())

    @rule(who=people, state=st.sampled_from(("ready", "ready", "away", "offline")))
    def agent_comes_and_goes(self, who: str, state: str) -> None:
        self.attempt(presence.set_presence, agent_id=self.agent(who), state=state, reason="break")

    @rule(who=people)
    def connection_is_lost(self, who: str) -> None:
        self.attempt(presence.connection_lost, agent_id=self.agent(who))

    @rule(pick=picks)
    def offer_is_accepted(self, pick: int) -> None:
        if row := self.some(pick, "offered"):
            self.attempt(offers.accept, contact_id=row["id"], agent_id=row["agent_id"])

    @rule(pick=picks)
    def offer_is_declined(self, pick: int) -> None:
        if row := self.some(pick, "offered"):
            self.attempt(offers.decline, contact_id=row["id"], agent_id=row["agent_id"])

    @rule(pick=picks, who=people)
    def agent_takes(self, pick: int, who: str) -> None:
        if row := self.some(pick, "waiting", "offered", "received", "closed"):
            self.attempt(offers.take, contact_id=row["id"], agent_id=self.agent(who))

    @rule(pick=picks, what=st.sampled_from(("reply", "close", "sleep", "sleep_long", "wake")))
    def agent_works(self, pick: int, what: str) -> None:
        row = self.some(pick, "in_hand", "sleeping")
        if row is None:
            return
        hand = {"contact_id": row["id"], "agent_id": row["agent_id"]}
        match what:
            case "reply":
                self.attempt(answering.reply, **hand, key=f"reply-{next(self.stage.numbers)}", text="Yes")
            case "close":
                self.attempt(handing_on.close, **hand, outcome="resolved")
            case "sleep":
                self.attempt(handing_on.sleep, **hand, until_ms=None)
            case "sleep_long":
                self.attempt(handing_on.sleep, **hand, until_ms=self.stage.clock.at_ms + 90_000)
            case _:
                self.attempt(handing_on.wake, **hand)

    @rule(pick=picks)
    def supervisor_answers_in_line(self, pick: int) -> None:
        if row := self.some(pick, "waiting", "offered", "in_hand"):
            self.attempt(
                answered_alike,
                contact_id=row["id"],
                by=self.agent("sam"),
                key=f"job-{next(self.stage.numbers)}",
            )

    @rule()
    def reserve_is_looked_at(self) -> None:
        OutcomeFollower(self.stage.database).catch_up()
        BackfillKeeper(self.stage.runner, PgLevels(self.stage.database), self.stage.clock).look()

    @rule(pick=picks, who=people, to_queue=st.booleans())
    def agent_hands_on(self, pick: int, who: str, to_queue: bool) -> None:
        if row := self.some(pick, "in_hand"):
            to = {"queue_id": self.stage.ids.second_chat} if to_queue else {"to_agent_id": self.agent(who)}
            hand = {
                "contact_id": row["id"],
                "agent_id": row["agent_id"],
                "key": f"move-{next(self.stage.numbers)}",
            }
            self.attempt(handing_on.transfer, **hand, **to)

    @rule(pick=picks, who=people, part=st.sampled_from((Part.CONSULT, Part.CONFERENCE)))
    def colleague_is_asked(self, pick: int, who: str, part: Part) -> None:
        if row := self.some(pick, "in_hand"):
            asked = {"contact_id": row["id"], "agent_id": row["agent_id"], "part": part}
            key = f"ask-{next(self.stage.numbers)}"
            self.attempt(consulting.invite, **asked, key=key, colleague_id=self.agent(who))

    @rule(pick=picks, what=st.sampled_from(("come", "come", "decline", "leave", "hand_over", "reply")))
    def colleague_acts(self, pick: int, what: str) -> None:
        rows = self.stage.query("select * from contact where parts is not null order by id")
        if not rows:
            return
        row = rows[pick % len(rows)]
        one = row["parts"][pick % len(row["parts"])]["agent_id"]
        told = {"contact_id": row["id"], "agent_id": one}
        match what:
            case "come":
                self.attempt(consulting.accept, **told)
            case "decline":
                self.attempt(consulting.decline, **told)
            case "leave":
                self.attempt(consulting.dismiss, **told, colleague_id=one)
            case "reply":
                self.attempt(answering.reply, **told, key=f"reply-{next(self.stage.numbers)}", text="Yes")
            case _:
                key = f"give-{next(self.stage.numbers)}"
                told["agent_id"] = row["agent_id"]
                self.attempt(consulting.hand_over, **told, to_agent_id=one, key=key)

    @rule(ms=st.sampled_from((1_000, OFFER_MS, ASIDE_MS, 125_000, 310_000, 2_000_000)))
    def time_passes(self, ms: int) -> None:
        self.stage.pass_ms(ms)

    @rule()
    def settings_change(self) -> None:
        self.stage.do(settings_changed)

    @rule()
    def server_restarts(self) -> None:
        self.stage.restart()

    @invariant()
    def the_journal_replays_to_the_rows(self) -> None:
        if not hasattr(self, "stage"):
            return
        facts = self.stage.query(
            "select kind, contact_id, agent_id, data from journal where contact_id > 0 order by seq"
        )
        rows = self.stage.query("select id, state from contact")
        assert {row["id"]: row["state"] for row in rows} == replayed(facts)

    @invariant()
    def letters_are_held_back_while_the_reserve_is_shut(self) -> None:
        if not hasattr(self, "stage"):
            return
        told = self.stage.query(
            "select kind, (data ->> 'queue_id')::bigint as queue from journal"
            " where kind in ('ReserveShut', 'ReserveOpened', 'ContactOffered') order by seq"
        )
        shut = False
        for one in told:
            if one["kind"] == "ContactOffered":
                assert not (shut and one["queue"] == self.stage.ids.mail), "a letter went out all the same"
                continue
            assert shut is (one["kind"] == "ReserveOpened"), "it turns the other way each time"
            shut = one["kind"] == "ReserveShut"
        standing = self.stage.query("select level_shut from agent_reserve")[0]["level_shut"]
        assert shut is bool(standing), "the row says what the journal tells"

    @invariant()
    def hands_are_consistent(self) -> None:
        if not hasattr(self, "stage"):
            return
        ask = self.stage.query
        assert not ask(
            "select id from contact where (state in ('offered', 'in_hand', 'sleeping')) <> (agent_id is not null)"
            " and state <> 'closed'"
        )
        assert not ask(
            "select c.id from contact c join account_brand b on b.account_id = c.agent_id"
            " where c.state <> 'closed' group by c.id, c.brand_id having not c.brand_id = any(array_agg(b.brand_id))"
        ), "an agent was given another brand's contact"
        assert not ask(
            "select o.agent_id from contact o join presence p on p.account_id = o.agent_id"
            " where o.state = 'offered' and p.state <> 'ready'"
        ), "offered to somebody who is not there"
        assert not ask("select id from contact where state = 'offered' and offer_expires_ms is null")
        over = ask(
            "select c.agent_id, c.medium from contact c join agent_capacity a on a.account_id = c.agent_id"
            " and a.medium = c.medium where c.state in ('offered', 'in_hand') group by 1, 2, a.limit_count"
            " having count(*) > a.limit_count and bool_or(c.state = 'offered'"
            " and c.offered_ms = %s)",
            self.stage.clock.at_ms,
        )
        taken = ask("select 1 from journal where kind in ('ContactTaken', 'ContactWoken') limit 1")
        assert taken or not over, "offered beyond the limit"

    @invariant()
    def who_takes_part_is_there(self) -> None:
        if not hasattr(self, "stage"):
            return
        ask = self.stage.query
        assert not ask("select id from contact where parts is not null and state <> 'in_hand'")
        assert not ask(
            "select c.id from contact c, jsonb_array_elements(c.parts) one where c.parts is not null"
            " and (one ->> 'agent_id')::bigint = c.agent_id"
        ), "beside oneself"
        assert not ask(
            "select c.id from contact c, jsonb_array_elements(c.parts) one"
            " join presence p on p.account_id = (one ->> 'agent_id')::bigint"
            " where c.parts is not null and p.state = 'offline' and c.medium = 'chat'"
        ), "takes part without being there"

    @invariant()
    def the_engine_counts_who_takes_part(self) -> None:
        if not hasattr(self, "stage"):
            return
        live = self.stage.runner._router  # pyright: ignore[reportPrivateUsage] -- the engine as it stands
        assert live is not None
        counted = {one.contact: one.participants for one in live.live_contacts() if one.participants}
        kept = {
            row["id"]: tuple(row["beside"])
            for row in self.stage.query(
                "select c.id, array_agg((one ->> 'agent_id')::bigint order by 1) as beside from contact c,"
                " jsonb_array_elements(c.parts) one where one ->> 'joined_ms' is not null group by c.id"
            )
        }
        assert {one: tuple(sorted(found)) for one, found in kept.items()} == counted

    @invariant()
    def the_engine_knows_who_waits(self) -> None:
        if not hasattr(self, "stage"):
            return
        for row in self.stage.query("select id, state from contact where state in ('waiting', 'offered')"):
            known = self.stage.runner.position(row["id"])
            assert (known is not None) == (row["state"] == "waiting"), row


@pytest.mark.timeout(300)
def test_random_days_keep_what_must_always_hold(databases: Databases, engine: None) -> None:
    Day.databases = databases
    run_state_machine_as_test(  # pyright: ignore[reportUnknownMemberType] -- hypothesis leaves it untyped
        Day,
        settings=settings(
            max_examples=12, stateful_step_count=40, deadline=None,
            derandomize=True,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
        ),
    )  # fmt: skip
