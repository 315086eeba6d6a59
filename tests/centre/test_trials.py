"""A rule on trial in a living centre: who has it, what the journal knows of it, and that a restart forgets nothing."""

from typing import Any

import pytest

from affluent.centre import handing_on
from affluent.centre.administration.administration import Administration
from affluent.centre.refusals import Forbidden, Invalid, NotFound, Refusal
from affluent.centre.transaction import Transaction
from affluent.centre.trials import trials
from affluent.centre.trials.keeping import TrialKeeper
from affluent.centre.trials.measuring import Measuring
from affluent.centre.trials.office import TrialOffice
from affluent.centre.wall import Role, Viewer
from affluent.facts.contact import ContactAbandoned
from affluent.facts.instants import DAY_MS, HOUR_MS, MINUTE_MS
from affluent.measure.trials import arm_of
from affluent.routing.policy import Policy
from affluent.storage.administration import PostgresSettings
from affluent.storage.following import OutcomeFollower
from affluent.storage.trials.trials import PgTrialViews
from tests.centre.again import decided_again
from tests.centre.replay import replayed
from tests.centre.stage import TARGET_MS, Stage, insert
from tests.centre.test_again import ROWS, a_day


class Office:
    """The stage with an administrator of the whole centre, and one of a single brand."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        with stage.database.transaction() as conn:
            who = insert(
                conn, "account", email="root@example.org", name="Root", role="administrator", created_ms=0
            )
        self.viewer = Viewer(who, "Root", Role.ADMINISTRATOR, "en", None)
        self.views = PgTrialViews(stage.database)
        self.measuring = Measuring(self.views, stage.clock)
        administration = Administration(PostgresSettings(stage.database), stage.clock)
        self.office = TrialOffice(administration, stage.runner, self.views, self.measuring, stage.clock)

    def bound(self, *brands: int, role: Role = Role.ADMINISTRATOR) -> Viewer:
        return Viewer(self.viewer.account_id, "Bound", role, "fr", frozenset(brands))

    def wanted(self, **more: Any) -> dict[str, Any]:
        usual: dict[str, Any] = {
            "name": "Shorter target", "why": "", "noun": "queues", "noun_id": self.stage.ids.chat,
            "mode": "share", "changes": {"target_ms": 20_000}, "metric": "asa", "smallest": 5_000.0,
            "expected": None, "guardrails": [], "unit": "customer", "share_permille": 500,
            "slot_ms": 2 * HOUR_MS, "washout_ms": 0, "apart_days": 1, "timezone": "Europe/Paris", "days": 7,
        }  # fmt: skip
        return {**usual, **more}

    def begun(self, **more: Any) -> int:
        trial_id = self.office.create(self.viewer, self.wanted(**more)).trial.id
        return self.office.start(self.viewer, trial_id).trial.id

    def keeper(self) -> TrialKeeper:
        return TrialKeeper(self.stage.runner, self.views, self.measuring, self.stage.clock)

    def follow(self) -> None:
        follower = OutcomeFollower(self.stage.database)
        while follower.follow():
            pass


@pytest.fixture
def office(stage: Stage) -> Office:
    return Office(stage)


def mails(stage: Stage, count: int) -> list[int]:
    return [stage.mail(sender=f"customer{number}@customer.example") for number in range(count)]


def arms(stage: Stage, trial_id: int) -> dict[int, int]:
    rows = stage.query("select contact_id, data from journal where kind = 'ContactDrawn' order by seq")
    return {row["contact_id"]: row["data"]["arm"] for row in rows if row["data"]["trial_id"] == trial_id}


def test_each_contact_falls_to_an_arm_that_the_journal_knows(office: Office) -> None:
    stage = office.stage
    trial = office.begun(noun_id=stage.ids.mail, changes={"target_ms": HOUR_MS, "tier": 3})
    contacts = mails(stage, 12)
    drawn = arms(stage, trial)
    assert sorted(drawn) == contacts and set(drawn.values()) == {0, 1}
    for contact in contacts:
        row = stage.contact(contact)
        assert drawn[contact] == arm_of(trial, row["customer_id"], 500)
        kinds = stage.facts(contact)
        assert kinds.index("ContactDrawn") < kinds.index("ContactQueued"), (
            "before it is queued, so that a replay knows it in time"
        )
        tried = drawn[contact] == 1
        assert row["target_ms"] == (HOUR_MS if tried else 4 * HOUR_MS)
        assert row["due_ms"] - row["arrived_ms"] == row["target_ms"]
        assert (row["demands"] or {}).get("tried", []) == ([trial] if tried else [])
        assert (row["demands"] or {"tier": 0})["tier"] == (3 if tried else 0)
    assert replayed(stage.query(ROWS))


def test_a_customer_has_one_rule_however_often_they_come_and_whatever_restarts(office: Office) -> None:
    stage = office.stage
    trial = office.begun(noun_id=stage.ids.mail, changes={"target_ms": HOUR_MS})
    first = mails(stage, 6)
    stage.restart()
    again = [stage.mail(sender=f"customer{number}@customer.example") for number in range(6)]
    drawn = arms(stage, trial)
    assert [drawn[one] for one in first] == [drawn[one] for one in again]


def test_by_contact_the_same_customer_may_have_both(office: Office) -> None:
    trial = office.begun(noun_id=office.stage.ids.mail, changes={"target_ms": HOUR_MS}, unit="contact")
    contacts = [office.stage.mail() for _ in range(10)]
    drawn = arms(office.stage, trial)
    assert [drawn[one] for one in contacts] == [arm_of(trial, one, 500) for one in contacts]
    assert set(drawn.values()) == {0, 1}


def test_a_day_with_a_rule_on_trial_is_decided_again(office: Office) -> None:
    """A contact carries its rule in its facts: a replay needs neither the hash nor the trial."""
    stage = office.stage
    trial = office.begun(changes={"target_ms": 20_000, "tier": 4})
    office.begun(noun_id=stage.ids.mail, changes={"target_ms": HOUR_MS})
    a_day(stage, 5, 160)
    rows = stage.query(ROWS)
    replayed(rows)
    assert set(arms(stage, trial).values()) == {0, 1}
    assert decided_again(stage.do(_policy), rows) > 20


def _policy(tx: Transaction) -> Policy:
    return tx.store.settings.policy()


def test_who_is_kept_for_their_agent_is_a_rule_that_can_be_tried(office: Office) -> None:
    stage, ids = office.stage, office.stage.ids
    trial = office.begun(noun_id=ids.mail, changes={"keep_ms": 0})
    stage.ready(ids.ada)
    kept: dict[int, int | None] = {}
    for number in range(8):
        sender = f"customer{number}@customer.example"
        before = stage.mail(sender=sender, message_id=f"<first{number}@customer.example>")
        stage.in_hand_of(ids.ada, before)
        stage.do(_closed, contact_id=before, agent_id=ids.ada)
        stage.pass_ms(HOUR_MS)
        after = stage.mail(sender=sender, thread=(f"<first{number}@customer.example>",))
        kept[after] = stage.contact(after)["kept_for"]
        if stage.contact(after)["state"] == "offered":
            stage.in_hand_of(ids.ada, after)
            stage.do(_closed, contact_id=after, agent_id=ids.ada)
    drawn = arms(stage, trial)
    assert {drawn[one] for one in kept} == {0, 1}
    assert all(agent == (None if drawn[one] else ids.ada) for one, agent in kept.items())


def _closed(tx: Transaction, *, contact_id: int, agent_id: int) -> None:
    handing_on.close(tx, contact_id=contact_id, agent_id=agent_id, outcome="resolved")


def test_a_segment_can_be_tried_on_its_customers_alone(office: Office) -> None:
    stage = office.stage
    with stage.database.transaction() as conn:
        segment = insert(conn, "segment", name="Gold", brand_id=stage.ids.north, tier=1, targets={})
    contacts = mails(stage, 8)
    stage.change("update customer set segment = 'gold' where id in (select customer_id from contact)")
    trial = office.begun(noun="segments", noun_id=segment, changes={"tier": 5})
    again = mails(stage, 8)
    other = stage.mail(sender="other@customer.example")
    drawn = arms(stage, trial)
    assert sorted(drawn) == again and not set(drawn) & {*contacts, other}
    for contact in again:
        assert stage.contact(contact)["demands"]["tier"] == (5 if drawn[contact] else 1)


def rule_now(office: Office, queue_id: int) -> int:
    policy = office.stage.do(_policy)
    return next(queue.target_ms for queue in policy.queues if queue.id == queue_id)


def test_a_switchback_turns_by_the_clock_and_after_a_restart(office: Office) -> None:
    stage = office.stage
    trial = office.begun(mode="switchback", changes={"target_ms": 20_000, "offer_ms": 15_000})
    keeper = office.keeper()
    seen: list[tuple[int, int]] = []
    for number in range(48):
        keeper.look()
        now = stage.query("select arm, day, slot from trial where id = %s", trial)[0]
        assert rule_now(office, stage.ids.chat) == (20_000 if now["arm"] else TARGET_MS)
        seen.append((now["day"], now["slot"]))
        if number == 20:
            office.stage.restart()
            office.office = TrialOffice(
                Administration(PostgresSettings(stage.database), stage.clock), stage.runner, office.views,
                office.measuring, stage.clock,
            )  # fmt: skip
            keeper = office.keeper()
        stage.clock.at_ms += HOUR_MS
    turns = office.views.turns(trial)
    assert [(one.day, one.slot) for one in turns] == list(dict.fromkeys(seen))
    whole_days = [one for one in turns if sum(other.day == one.day for other in turns) == 12]
    assert whole_days and sum(one.arm for one in whole_days) * 2 == len(whole_days)
    office.office.stop(office.viewer, trial)
    assert rule_now(office, stage.ids.chat) == TARGET_MS
    kinds = [
        row["kind"] for row in stage.query("select kind from journal where kind like 'Trial%%' order by seq")
    ]
    assert kinds[0] == "TrialStarted" and kinds[-1] == "TrialEnded"


def test_nobody_loses_their_place_when_it_turns(office: Office) -> None:
    stage = office.stage
    office.begun(mode="switchback", changes={"offer_ms": 15_000}, slot_ms=30 * MINUTE_MS)
    waiting = [stage.chat()[1] for _ in range(3)]
    for _ in range(6):
        stage.clock.at_ms += 30 * MINUTE_MS
        office.keeper().look()
    assert [stage.state(one) for one in waiting] == ["waiting"] * 3
    stage.ready(stage.ids.ada)
    assert [stage.state(one) for one in waiting] == ["offered", "offered", "waiting"]


def test_it_ends_on_its_day_and_tells_who_started_it(office: Office) -> None:
    stage = office.stage
    trial = office.begun(days=2)
    stage.clock.at_ms += 2 * DAY_MS - 1
    office.keeper().look()
    assert office.office.read(office.viewer, trial).trial.state == "running"
    office.office.extend(office.viewer, trial, 1)
    stage.clock.at_ms += 1
    office.keeper().look()
    assert office.office.read(office.viewer, trial).trial.state == "running"
    stage.clock.at_ms += DAY_MS
    office.keeper().look()
    ended = office.office.read(office.viewer, trial).trial
    assert (ended.state, ended.end_reason) == ("ended", "end_date")
    assert not arms(stage, trial) and mails(stage, 2) and not arms(stage, trial)
    notices = stage.query("select text from notice")
    assert len(notices) == 1 and "Shorter target" in notices[0]["text"]
    audit = stage.query("select action, account_id from audit where noun = 'trials' order by id")
    assert [row["action"] for row in audit] == ["create", "begin", "extend", "stop"]
    assert audit[-1]["account_id"] is None


def test_a_guardrail_stops_it_by_itself(office: Office) -> None:
    """Who falls to the rule on trial leaves, the others are answered: the trial ends at the next look."""
    stage, ids = office.stage, office.stage.ids
    guard = [{"key": "abandonment", "margin": 0.02}]
    trial = office.begun(changes={"tier": 1}, guardrails=guard, unit="contact")
    stage.change("update agent_capacity set limit_count = 20")
    stage.do(_reload)
    stage.ready(ids.ada)
    for _ in range(130):
        chat, contact = stage.chat()
        stage.clock.at_ms += 10_000
        if arms_of(stage, contact) == 0:
            if stage.state(contact) == "offered":
                stage.in_hand_of(ids.ada, contact)
                stage.do(_closed, contact_id=contact, agent_id=ids.ada)
            continue
        stage.do(_left, chat_id=chat, contact_id=contact)
    office.follow()
    office.keeper().look()
    ended = office.office.read(office.viewer, trial)
    assert (ended.trial.state, ended.trial.end_reason, ended.trial.crossed) == (
        "ended",
        "guardrail",
        "abandonment",
    )
    found = {one.key: one for one in ended.measured}["abandonment"]
    assert found.effect.low is not None and found.effect.low > 0.02 and found.finding == "worse"


def arms_of(stage: Stage, contact: int) -> int:
    rows = stage.query("select data from journal where kind = 'ContactDrawn' and contact_id = %s", contact)
    return int(rows[0]["data"]["arm"])


def _reload(tx: Transaction) -> None:
    tx.policy_changed = True


def _left(tx: Transaction, *, chat_id: int, contact_id: int) -> None:
    tx.emit(ContactAbandoned(tx.now_ms, contact_id, silent=False))


def test_what_cannot_be_tried_is_refused_with_its_reason(office: Office) -> None:
    def refused(**more: Any) -> str:
        with pytest.raises(Refusal) as caught:
            office.office.create(office.viewer, office.wanted(**more))
        return caught.value.code

    assert refused(changes={"offer_ms": 10_000}) == "trial_whole_queue"
    assert refused(changes={"short_abandon_ms": 1}) == "trial_of_the_measure"
    assert refused(changes={"closes": True}) == "trial_of_opening"
    assert refused(changes={"name": "Other"}) == "trial_no_rule"
    assert refused(changes={"nothing": 1}) == "trial_no_such_field"
    assert refused(changes={"target_ms": TARGET_MS}) == "trial_changes_nothing"
    assert refused(changes={"overflow_after_ms": 1}, mode="switchback") == "overflow_needs_queue"
    assert refused(mode="switchback", slot_ms=7) == "trial_slot_length"
    assert refused(mode="switchback", washout_ms=2 * HOUR_MS) == "trial_washed_away"
    assert refused(metric="service_level", smallest=5.0) == "trial_share_beyond_one"
    office.stage.change("update queue set tier = 5")
    assert refused(changes={"tier": 2}) == "trial_only_raised"


def test_two_trials_of_one_thing_do_not_run_together(office: Office) -> None:
    office.begun()
    second = office.office.create(office.viewer, office.wanted(changes={"keep_ms": 0})).trial.id
    with pytest.raises(Refusal, match="trial_already_there"):
        office.office.start(office.viewer, second)


def test_walls_and_rights_hold(office: Office) -> None:
    ids = office.stage.ids
    trial = office.begun()
    with pytest.raises(NotFound):
        office.office.read(office.bound(ids.south), trial)
    assert office.office.list_(office.bound(ids.south))[0] == []
    supervisor = office.bound(ids.north, role=Role.SUPERVISOR)
    assert office.office.read(supervisor, trial).trial.id == trial
    with pytest.raises(Forbidden):
        office.office.stop(supervisor, trial)
    with pytest.raises(NotFound):
        office.office.create(office.bound(ids.south), office.wanted())
    with pytest.raises(Forbidden):
        office.office.list_(office.bound(ids.north, role=Role.AGENT))


def test_to_keep_makes_the_rule_everyones_and_to_drop_leaves_the_present_one(office: Office) -> None:
    stage = office.stage
    kept, dropped = office.begun(), office.begun(noun_id=stage.ids.mail, changes={"target_ms": HOUR_MS})
    told = office.office.conclude(office.viewer, kept, "keep", "Faster for the same people").trial
    assert (told.state, told.verdict, told.end_reason) == ("concluded", "keep", "concluded")
    assert told.people[told.verdict_by or 0] == "Root" and told.measured is not None
    assert stage.query("select target_ms from queue where id = %s", stage.ids.chat)[0]["target_ms"] == 20_000
    version = stage.query("select reason from audit where noun = 'queues' order by id desc limit 1")[0]
    assert version["reason"] == "Shorter target: Faster for the same people"
    office.office.conclude(office.viewer, dropped, "drop", "")
    assert (
        stage.query("select target_ms from queue where id = %s", stage.ids.mail)[0]["target_ms"]
        == 4 * HOUR_MS
    )
    with pytest.raises(Refusal, match="trial_concluded"):
        office.office.conclude(office.viewer, dropped, "keep", "")


def test_a_forecast_is_kept_before_it_starts_and_refused_after(office: Office) -> None:
    trial = office.office.create(office.viewer, office.wanted()).trial.id
    forecast = {"value": -3_000.0, "low": -5_000.0, "high": -1_000.0, "by": "twin"}
    assert (office.office.foretell(office.viewer, trial, forecast).trial.forecast or {})["value"] == -3_000
    with pytest.raises(Invalid, match="forecast_out_of_order"):
        office.office.foretell(office.viewer, trial, {**forecast, "low": 0.0})
    office.office.start(office.viewer, trial)
    with pytest.raises(Refusal, match="trial_runs"):
        office.office.foretell(office.viewer, trial, forecast)
    with pytest.raises(Refusal, match="trial_runs"):
        office.office.discard(office.viewer, trial)


def test_a_change_of_what_is_on_trial_is_told(office: Office) -> None:
    trial = office.begun()
    office.stage.clock.at_ms += 1_000
    administration = Administration(PostgresSettings(office.stage.database), office.stage.clock)
    administration.change(office.viewer, "queues", office.stage.ids.chat, {"target_ms": 30_000})
    (told,) = office.office.read(office.viewer, trial).disturbed
    assert (told.name, list(told.fields)) == ("Root", ["target_ms"])


def test_what_comes_late_changes_nothing(office: Office) -> None:
    trial = office.begun()
    office.office.stop(office.viewer, trial)
    assert not office.stage.do(trials.end_by_itself, trial_id=trial, reason="end_date")
    assert not office.stage.do(trials.turn, trial_id=trial)
