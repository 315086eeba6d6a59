"""Rules on trial over HTTP: from a draft to a verdict, behind walls and rights, and whatever a request holds."""

from collections.abc import Generator
from typing import Any, cast

import pytest
import schemathesis
from starlette.testclient import TestClient

from affluent.centre import passwords
from affluent.centre.trials.rules import RULES
from affluent.centre.twin_runs.work import Ground, work
from affluent.storage.twin_runs import PgWork
from tests.web.desk_house import PASSWORD, DeskHouse, desk_house
from tests.web.fuzzing import Fuzz, draws_by_itself, operations

TRIALS = "/api/v1/trials"
DAY = """
version: 1
name: Monday
periods: [2h]
policy:
  version: 1
  media: {chat: {units: 60}}
  queues:
    chat: {medium: chat, target: 40s}
    other: {medium: chat, target: 40s}
groups:
  all: {agents: 6, limits: {chat: 1}}
classes:
  mine: {queue: chat, arrivals: 60/h, handling: {exponential: 2m30s}, patience: {exponential: 4m}}
  theirs: {queue: other, arrivals: 60/h, handling: {exponential: 2m30s}, patience: {exponential: 4m}}
"""


@pytest.fixture
def house(dsn: str) -> Generator[DeskHouse]:
    with desk_house(dsn) as made:
        with made.database.transaction() as conn:
            conn.execute(
                "insert into account (email, name, role, created_ms, password_hash) values"
                " ('root@example.org', 'Root', 'administrator', 0, %s)",
                (passwords.hashed(PASSWORD),),
            )
        yield made


def wanted(house: DeskHouse, **more: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "name": "An hour for mail", "why": "Late mail comes back", "noun": "queues", "noun_id": house.ids.mail,
        "mode": "share", "changes": {"target_ms": 3_600_000}, "metric": "service_level", "smallest": 0.05,
        "expected": 0.06, "guardrails": [{"key": "abandonment", "margin": 0.02}], "days": 14,
    }  # fmt: skip
    return {**usual, **more}


def made(client: TestClient, house: DeskHouse, **more: Any) -> dict[str, Any]:
    answer = client.post(TRIALS, json=wanted(house, **more))
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_from_a_draft_to_a_verdict(house: DeskHouse) -> None:
    root = house.browser("root")
    sized = root.post(f"{TRIALS}/size", json=wanted(house)).json()
    assert sized["units"] >= 100 and sized["days"] is None and sized["present"] is None
    trial = made(root, house)
    path = f"{TRIALS}/{trial['id']}"
    assert (trial["state"], trial["written"], trial["subject"]) == ("draft", "Root", "mail")
    assert trial["before"] == {"target_ms": 14_400_000} and trial["effects"] == []
    forecast = {"value": 0.05, "low": 0.02, "high": 0.08, "by": "Twin"}
    assert root.put(f"{path}/forecast", json=forecast).json()["forecast"]["high"] == 0.08
    started = root.post(f"{path}/start").json()
    assert started["state"] == "running" and started["ends_ms"] - started["started_ms"] == 14 * 86_400_000
    contacts = [house.mail(sender=f"c{number}@customer.example") for number in range(6)]
    assert all("ContactDrawn" in house.facts(one) for one in contacts)
    shown = root.get(path).json()
    assert [one["key"] for one in shown["effects"]][:2] == ["asa", "service_level"]
    assert {one["finding"] for one in shown["effects"]} == {"early"}
    assert root.post(f"{path}/extend", json={"days": 7}).json()["ends_ms"] > started["ends_ms"]
    assert root.delete(path).json()["error"]["code"] == "trial_runs"
    kept = root.post(f"{path}/conclude", json={"verdict": "keep", "why": "Nobody waits longer"}).json()
    assert (kept["state"], kept["verdict"], kept["decided"]) == ("concluded", "keep", "Root")
    assert [one["key"] for one in kept["kept"]] == [one["key"] for one in kept["effects"]]
    queue = root.get(f"/api/v1/admin/queues/{house.ids.mail}").json()
    assert queue["target_ms"] == 3_600_000
    listed = root.get(TRIALS, params={"state": "concluded"}).json()
    assert [one["id"] for one in listed["items"]] == [trial["id"]] and listed["next"] is None
    noted = root.get("/api/v1/admin/audit", params={"noun": "trials"}).json()["items"]
    assert [one["action"] for one in noted] == ["conclude", "extend", "begin", "forecast", "create"]


def test_a_draft_can_be_taken_back_and_a_stopped_one_waits_for_its_verdict(house: DeskHouse) -> None:
    root = house.browser("root")
    draft, running = made(root, house), made(root, house, mode="switchback", name="By turns")
    assert root.delete(f"{TRIALS}/{draft['id']}").status_code == 204
    assert root.get(f"{TRIALS}/{draft['id']}").status_code == 404
    root.post(f"{TRIALS}/{running['id']}/start").raise_for_status()
    stopped = root.post(f"{TRIALS}/{running['id']}/stop").json()
    assert (stopped["state"], stopped["end_reason"], stopped["ended"]) == ("ended", "by_hand", "Root")
    again = root.post(f"{TRIALS}/{running['id']}/stop")
    assert again.status_code == 409 and again.json()["error"]["code"] == "trial_over"


def test_a_draft_is_written_anew_and_keeps_its_forecast_only_while_it_foretells_the_same(
    house: DeskHouse,
) -> None:
    root = house.browser("root")
    trial = made(root, house)
    path = f"{TRIALS}/{trial['id']}"
    forecast = {"value": 0.05, "low": 0.02, "high": 0.08, "by": "Twin"}
    root.put(f"{path}/forecast", json=forecast).raise_for_status()
    renamed = root.put(path, json=wanted(house, name="One hour", days=21)).json()
    assert (renamed["name"], renamed["days"], renamed["forecast"]["high"]) == ("One hour", 21, 0.08)
    other = root.put(path, json=wanted(house, changes={"target_ms": 7_200_000})).json()
    assert other["changes"] == {"target_ms": 7_200_000} and other["forecast"] is None
    refused = root.put(path, json=wanted(house, changes={"max_length": 3}))
    assert refused.status_code == 422 and root.get(path).json()["changes"] == {"target_ms": 7_200_000}
    assert house.browser("sam").put(path, json=wanted(house)).status_code == 403
    noted = root.get("/api/v1/admin/audit", params={"noun": "trials"}).json()["items"]
    assert [one["action"] for one in noted] == ["update", "update", "forecast", "create"]
    root.post(f"{path}/start").raise_for_status()
    late = root.put(path, json=wanted(house))
    assert late.status_code == 409 and late.json()["error"]["code"] == "trial_runs"


@pytest.mark.timeout(400)  # the twin's loop may have to be compiled
def test_a_forecast_is_taken_from_a_run_of_the_twin(house: DeskHouse) -> None:
    root = house.browser("root")
    scenario = root.post("/api/v1/twin/scenarios", json={"name": "Monday", "document": DAY}).json()
    plan = {"noun_id": house.ids.chat, "metric": "asa", "smallest": 5_000, "expected": None, "guardrails": []}
    trial = made(root, house, changes={"tier": 9}, **plan)
    path = f"{TRIALS}/{trial['id']}"
    early = root.post(f"{path}/forecast/keep")
    assert early.status_code == 409 and early.json()["error"]["code"] == "forecast_not_done"
    other = made(root, house, changes={"keep_ms": 60_000})
    unlived = root.post(f"{TRIALS}/{other['id']}/forecast", json={"scenario_id": scenario["id"]})
    assert unlived.status_code == 422 and unlived.json()["error"]["code"] == "forecast_not_lived"
    asked = root.post(f"{path}/forecast", json={"scenario_id": scenario["id"], "replications": 30})
    assert asked.status_code == 200, asked.text
    run_id = asked.json()["forecast_run"]
    assert asked.json()["forecast"] is None
    assert root.post(f"{path}/forecast/keep").json()["error"]["code"] == "forecast_not_done"
    done(house)
    run = root.get(f"/api/v1/twin/runs/{run_id}").json()
    assert run["state"] == "done", run
    forecast = root.post(f"{path}/forecast/keep").json()["forecast"]
    assert (forecast["by"], forecast["run_id"], forecast["days"]) == ("Monday", run_id, 30)
    assert forecast["low"] <= forecast["value"] <= forecast["high"] < 0
    assert forecast["value"] == run["result"]["value"]
    changed = root.put(path, json=wanted(house, changes={"tier": 7}, **plan))
    assert changed.json()["forecast"] is None and changed.json()["forecast_run"] is None
    assert house.browser("sam").post(f"{path}/forecast/keep").status_code == 403


def done(house: DeskHouse) -> None:
    """Does what was asked of the twin, here."""
    runs = PgWork(house.database)
    assert runs.slot(1)
    run = runs.next(1_000)
    assert run is not None
    result = work(run, Ground(cast("Any", None), cast("Any", None)), lambda step, done, total: None)
    runs.finish(run.id, result, 2_000)
    cast("Any", runs)._held.close()


def test_a_supervisor_reads_and_no_more_and_nobody_sees_through_the_wall(house: DeskHouse) -> None:
    root, sam, ada = (house.browser(name) for name in ("root", "sam", "ada"))
    trial = made(root, house)
    path = f"{TRIALS}/{trial['id']}"
    assert sam.get(path).json()["name"] == trial["name"]
    assert sam.post(f"{path}/start").status_code == 403
    assert sam.post(TRIALS, json=wanted(house)).status_code == 403
    assert ada.get(TRIALS).status_code == 403
    with house.database.transaction() as conn:
        conn.execute(
            "delete from account_brand where account_id = %s and brand_id = %s",
            (house.ids.sam, house.ids.north),
        )
    house.centre.app.state.services.signing_in.forget()
    assert sam.get(path).status_code == 404
    assert sam.get(TRIALS).json()["items"] == []


def test_every_field_says_how_it_can_be_tried_in_the_readers_language(house: DeskHouse) -> None:
    root = house.browser("root")
    ways = root.get(f"{TRIALS}/rules").json()["items"]
    assert len(ways) == sum(len(one) for one in RULES.values())
    assert all(bool(one["modes"]) != bool(one["message"]) for one in ways)
    refused = root.post(TRIALS, json=wanted(house, changes={"max_length": 3}))
    assert refused.status_code == 422
    assert refused.json()["error"]["field"] == "changes.max_length"


@pytest.mark.timeout(300)
@draws_by_itself
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
def test_no_request_breaks_the_trials(house: DeskHouse, mode: schemathesis.GenerationMode) -> None:
    root = house.browser("root")
    for number in range(3):
        made(root, house, name=f"Trial {number}")
    fuzz = Fuzz(root)
    for operation in operations(house.centre.app, mode):
        if operation.path.startswith(TRIALS):
            fuzz.attempt(operation, mode, {"trial_id": (1, 2, 3), "noun_id": (1, 2, 3)}, times=3)
    assert fuzz.statuses[401] == fuzz.statuses[500] == 0
