"""A recorded day lived again with its people: that day under its own rules, and what differs under others."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from affluent.centre import handing_on, offers
from affluent.centre.settings_changed import take_up
from affluent.cli.commands import app
from affluent.cli.twin.deciding import OtherRules, day_of_recording, decide_again, lived_otherwise
from affluent.routing.document import Naming, write_policy
from affluent.routing.policy import Policy
from affluent.storage.recorded import PgRecording, write_recording
from affluent.twin.replaying.guessing import NEVER_MS
from tests.centre.stage import Stage
from tests.centre.test_again import a_day
from tests.centre.test_deciding_again import a_troubled_day


def otherwise(stage: Stage, policy: Policy | None = None, replications: int = 2) -> OtherRules:
    day, known, standing, changes = day_of_recording(PgRecording(stage.database))
    # The clock of these tests leaps: deadlines are looked at when it has.
    return lived_otherwise(
        day, known, policy or known, standing, changes, replications, seed=1, late_ms=NEVER_MS
    )


def rules(stage: Stage) -> Policy:
    return day_of_recording(PgRecording(stage.database))[1]


def busy_chats(stage: Stage, chats: int) -> None:
    """Ada alone answers one chat after another, each in hand for ten seconds; whoever waits long goes."""
    stage.change("update agent_capacity set limit_count = 1 where medium = 'chat'")
    stage.do(take_up)
    stage.ready(stage.ids.ada)
    for _ in range(chats):
        stage.chat()
        stage.pass_ms(2_000)
        for row in stage.query(
            "select id from contact where state = 'offered' and agent_id = %s", stage.ids.ada
        ):
            stage.do(offers.accept, contact_id=row["id"], agent_id=stage.ids.ada)
        stage.pass_ms(8_000)
        for row in stage.query(
            "select id from contact where state = 'in_hand' and agent_id = %s", stage.ids.ada
        ):
            stage.do(handing_on.close, contact_id=row["id"], agent_id=stage.ids.ada, outcome="resolved")


@pytest.mark.parametrize("seed", range(3))
def test_under_its_own_rules_a_day_is_that_day(stage: Stage, seed: int) -> None:
    a_day(stage, seed, 200)
    found = otherwise(stage)
    assert found.agreement == 1.0
    assert found.compared.first_ms is None
    assert found.compared.offers["same"].low == found.compared.visits > 20


@pytest.mark.parametrize("seed", range(3))
def test_rules_that_changed_and_engines_that_were_lost_are_followed_when_they_were(
    stage: Stage, seed: int
) -> None:
    a_troubled_day(stage, seed)
    assert otherwise(stage).agreement == 1.0


def test_a_second_agent_for_the_queue_shortens_its_waits(stage: Stage) -> None:
    stage.change("delete from agent_capacity where account_id = %s", stage.ids.bob)
    stage.do(take_up)
    stage.ready(stage.ids.bob)
    busy_chats(stage, 20)
    for _ in range(6):
        stage.chat()
    stage.pass_ms(20_000)
    known = rules(stage)
    bob = next(one for one in known.agents if one.id == stage.ids.bob)
    others = tuple(one for one in known.agents if one.id != bob.id)
    helped = replace(known, agents=(*others, replace(bob, limits={"chat": 3})))
    found = otherwise(stage, helped, replications=5)
    assert found.compared.first_ms is not None
    assert found.compared.moved_in_all >= 6, "those that nobody was free for, at least"
    assert stage.ids.bob in {agent for one in found.compared.moved for agent in one.agents}


def test_the_command_tells_both(stage: Stage, tmp_path: Path) -> None:
    busy_chats(stage, 12)
    file, other = tmp_path / "day.jsonl", tmp_path / "other.yaml"
    with file.open("w", encoding="utf-8") as out:
        write_recording(PgRecording(stage.database), out)
    known = rules(stage)
    slower = tuple(replace(one, skills=()) for one in known.queues)
    other.write_text(write_policy(replace(known, queues=slower), Naming({})), encoding="utf-8")
    told = run(["twin", "replay", str(file), "--json"])
    assert told["decisions"] == told["same"] >= 12
    assert told["first_difference"] is None
    changed = run(["twin", "replay", str(file), "--policy", str(other), "-n", "3", "--json"])
    assert changed["agreement"] == 1.0
    assert {one["queue"]["name"] for one in changed["queues"]} >= {"chat", "mail"}
    for locale, words in (("en", "decisions the same"), ("fr", "identiques")):
        shown = CliRunner().invoke(app, ["twin", "replay", str(file)], env={"AFFLUENT_LOCALE": locale})
        assert shown.exit_code == 0, shown.output
        assert words in shown.output
        shown = CliRunner().invoke(
            app,
            ["twin", "replay", str(file), "--policy", str(other), "-n", "2"],
            env={"AFFLUENT_LOCALE": locale},
        )
        assert shown.exit_code == 0, shown.output


def run(arguments: list[str]) -> dict[str, Any]:
    answer = CliRunner().invoke(app, arguments, env={"AFFLUENT_LOCALE": "en"})
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)


def test_a_journal_without_rules_and_a_broken_one_are_told_apart(stage: Stage, tmp_path: Path) -> None:
    stage.chat()
    file = tmp_path / "old.jsonl"
    rows = stage.query(
        "select seq, at_ms, kind, contact_id, agent_id, data from journal where kind <> 'EngineBuilt'"
    )
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    told = CliRunner().invoke(app, ["twin", "replay", str(file)], env={"AFFLUENT_LOCALE": "en"})
    assert told.exit_code == 2
    assert "does not say which rules" in told.output + told.stderr
    file.write_text("{}\nno json\n", encoding="utf-8")
    told = CliRunner().invoke(app, ["twin", "replay", str(file)], env={"AFFLUENT_LOCALE": "fr"})
    assert told.exit_code == 2
    assert "ligne 1" in " ".join(told.stderr.split())


def test_the_same_day_is_decided_the_same(stage: Stage) -> None:
    a_day(stage, 9, 60)
    found = decide_again(PgRecording(stage.database))
    assert found.same == found.decided > 5
    assert found.differences == []
