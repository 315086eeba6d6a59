"""A day recorded on a real database is decided again from its journal alone, whatever befell the engine meanwhile."""

from pathlib import Path
from random import Random
from typing import Any

import pytest

from affluent.centre import chatting, marking
from affluent.centre.backfill_keeping import BackfillKeeper
from affluent.centre.deciding_again import ALWAYS_DECIDED
from affluent.centre.settings_changed import take_up, take_up_agent
from affluent.storage.backfill import PgLevels
from affluent.storage.following import OutcomeFollower
from affluent.storage.recorded import FileRecording, NothingTold, PgRecording, write_recording
from tests.centre.again import told_again
from tests.centre.stage import Stage, by_level
from tests.centre.test_again import a_day

JOURNALS = Path(__file__).parents[1] / "journals"


def decided(stage: Stage) -> int:
    rows = stage.query("select count(*) as count from journal where kind = any(%s)", sorted(ALWAYS_DECIDED))
    return int(rows[0]["count"])


def changed(stage: Stage, sql: str, *params: Any) -> None:
    """An administrator changes a setting of routing while the centre runs."""
    stage.change(sql, *params)
    stage.do(take_up)


def a_troubled_day(stage: Stage, seed: int) -> None:
    """A day with restarts, rules that change while people wait, and one agent whose rules change alone."""
    chance = Random(seed)
    ids = stage.ids
    for part in range(6):
        a_day(stage, seed * 10 + part, 50)
        match part:
            case 0:
                stage.restart(after_ms=chance.choice((0, 45_000)))
            case 1:
                changed(stage, "update queue set offer_ms = 12000, tier = 2 where id = %s", ids.chat)
            case 2:
                stage.change("update agent_capacity set limit_count = 1 where account_id = %s", ids.ada)
                stage.do(take_up_agent, account_id=ids.ada)
            case 3:
                stage.change("delete from account_brand where account_id = %s", ids.bob)
                stage.do(take_up_agent, account_id=ids.bob)
            case 4:
                changed(stage, "insert into account_brand values (%s, %s)", ids.bob, ids.north)
            case _:
                pass


@pytest.fixture
def often_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marking, "COMMANDS_BETWEEN", 20)


@pytest.mark.usefixtures("often_marked")
@pytest.mark.parametrize("seed", range(3))
def test_a_troubled_day_is_decided_again(stage: Stage, seed: int, tmp_path: Path) -> None:
    a_troubled_day(stage, seed)
    recording = PgRecording(stage.database)
    same, differences = told_again(recording)
    assert differences == []
    assert same == decided(stage) > 60
    kinds = {row["kind"] for row in stage.query("select distinct kind from journal")}
    assert {"EngineBuilt", "EngineMarked", "RulesChanged", "AgentRuleFollowed"} <= kinds

    file = tmp_path / "day.jsonl"
    with file.open("w", encoding="utf-8") as out:
        write_recording(recording, out)
    assert told_again(FileRecording(file)) == (same, [])


@pytest.mark.usefixtures("often_marked")
@pytest.mark.parametrize("seed", range(2))
def test_a_day_on_which_a_reserve_turns_by_service_level_is_decided_again(stage: Stage, seed: int) -> None:
    by_level(stage)
    keeper = BackfillKeeper(stage.runner, PgLevels(stage.database), stage.clock)
    for part in range(12):
        a_day(stage, seed * 100 + part, 12)
        stage.pass_ms(9_000)
        if part % 4 == 3:
            # A lull in which all is well again: nobody waits for a chat any more.
            stage.ready(stage.ids.ada, stage.ids.bob)
            for row in stage.query(
                "select h.id from chat h join contact c on c.id = h.contact_id where c.state <> 'closed' order by h.id"
            ):
                stage.do(chatting.leave, chat_id=row["id"])
            stage.pass_ms(120_000)
        OutcomeFollower(stage.database).catch_up()
        keeper.look()
    kinds = [
        row["kind"]
        for row in stage.query("select kind from journal where kind like 'Reserve%%' order by seq")
    ]
    assert kinds[:2] == ["ReserveShut", "ReserveOpened"]
    same, differences = told_again(PgRecording(stage.database))
    assert differences == []
    assert same == decided(stage) > 40


@pytest.mark.parametrize("file", sorted(JOURNALS.glob("*.jsonl")), ids=lambda file: file.stem)
def test_a_recording_kept_is_decided_again(file: Path) -> None:
    same, differences = told_again(FileRecording(file))
    assert differences == []
    assert same > 20


def test_a_decision_that_was_another_is_found(stage: Stage) -> None:
    a_day(stage, 4, 80)
    offered = stage.query(
        "select seq from journal where kind = 'ContactOffered' order by seq offset 3 limit 1"
    )
    stage.change("update journal set agent_id = %s where seq = %s", stage.ids.cleo, offered[0]["seq"])
    _, differences = told_again(PgRecording(stage.database))
    assert differences[0].seq == offered[0]["seq"]
    then, now = differences[0].then, differences[0].now
    assert then is not None and now is not None
    assert then.agent == stage.ids.cleo != now.agent


def test_a_journal_of_before_says_that_it_tells_no_rules(stage: Stage) -> None:
    a_day(stage, 1, 20)
    stage.change("delete from journal where kind in ('EngineBuilt', 'EngineMarked')")
    with pytest.raises(NothingTold):
        PgRecording(stage.database)


def test_a_recording_holds_no_words_that_somebody_wrote(stage: Stage, tmp_path: Path) -> None:
    stage.ready(stage.ids.ada)
    stage.chat("Mon numéro est le 06 12 34 56 78")
    row = stage.query("select seq, at_ms, contact_id from journal where kind = 'ContactOffered'")[0]
    stage.change(
        "insert into journal (at_ms, kind, contact_id, agent_id, data) values"
        " (%s, 'ContactReassigned', %s, %s, %s::jsonb), (%s, 'DeliveryChanged', %s, null, %s::jsonb)",
        row["at_ms"], row["contact_id"], stage.ids.ada,
        '{"by_id": 1, "to_queue_id": 1, "to_agent_id": null, "reason": "Madame Martin rappelle"}',
        row["at_ms"], row["contact_id"],
        '{"message_id": 1, "delivery": "failed", "error": "550 martin@customer.example unknown"}',
    )  # fmt: skip
    file = tmp_path / "day.jsonl"
    with file.open("w", encoding="utf-8") as out:
        write_recording(PgRecording(stage.database), out)
    written = file.read_text(encoding="utf-8")
    assert "DeliveryChanged" in written
    assert not any(word in written for word in ("Martin", "martin", "06 12"))
    told_again(FileRecording(file))
