"""The twin's studio over HTTP: scenarios as versions, runs by a process of its own, behind walls, whatever happens."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, cast

import pytest
import schemathesis
from starlette.testclient import TestClient

from affluent.centre import passwords
from affluent.centre.hub import TwinMoved
from affluent.centre.twin_runs.keeping import TwinKeeper
from affluent.centre.twin_runs.records import Ask
from affluent.cli.twin_worker.process import WorkerProcess
from affluent.storage.twin_runs import ATTEMPTS_MAX, PgRuns, PgWork
from tests.support.scenarios import DAY, MORE, WORTH
from tests.web.desk_house import PASSWORD, DeskHouse, desk_house
from tests.web.fuzzing import Fuzz, draws_by_itself, operations

TWIN = "/api/v1/twin"
PATIENCE_S = 120.0


@pytest.fixture
def house(dsn: str) -> Generator[DeskHouse]:
    """Root, Pia the planner of both brands, and Nan of one."""
    with desk_house(dsn) as made:
        with made.database.transaction() as conn:
            for name, role in (("root", "administrator"), ("pia", "planner"), ("nan", "planner")):
                conn.execute(
                    "insert into account (email, name, role, created_ms, password_hash) values (%s, %s, %s, 0, %s)",
                    (f"{name}@example.org", name.title(), role, passwords.hashed(PASSWORD)),
                )
            for name, brand in (("pia", made.ids.north), ("pia", made.ids.south), ("nan", made.ids.north)):
                conn.execute(
                    "insert into account_brand (account_id, brand_id) select id, %s from account where email = %s",
                    (brand, f"{name}@example.org"),
                )
        yield made


def kept(client: TestClient, document: str = DAY, name: str = "Monday") -> dict[str, Any]:
    answer = client.post(f"{TWIN}/scenarios", json={"name": name, "document": document})
    assert answer.status_code == 201, answer.text
    return answer.json()


def asked(client: TestClient, **body: Any) -> dict[str, Any]:
    answer = client.post(f"{TWIN}/runs", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def until(found: Callable[[], Any]) -> Any:
    end_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < end_s:
        if value := found():
            return value
        time.sleep(0.1)
    raise AssertionError("it never came")


def ended(client: TestClient, run_id: int) -> dict[str, Any]:
    def over() -> dict[str, Any] | None:
        run = client.get(f"{TWIN}/runs/{run_id}").json()
        return run if run["state"] not in ("waiting", "running") else None

    return until(over)


def worker(house: DeskHouse) -> WorkerProcess:
    """One that interprets the loop: a small day needs no compiler."""
    return WorkerProcess(house.database.dsn, 1, 1, {"NUMBA_DISABLE_JIT": "1"})


def test_a_scenario_is_kept_as_versions_and_shared_within_its_brands(house: DeskHouse) -> None:
    pia, nan, root = (house.browser(name) for name in ("pia", "nan", "root"))
    made = kept(pia)
    path = f"{TWIN}/scenarios/{made['id']}"
    assert made["version"] == 1 and made["created_by"] == "Pia"
    assert made["content"]["classes"]["calls"]["arrivals"] == "20/h"
    change = {"name": "Monday", "document": MORE, "version": 1, "why": "One more"}
    assert pia.put(path, json=change).json()["version"] == 2
    late = root.put(path, json=change)
    assert late.status_code == 409 and late.json()["error"]["code"] == "scenario_changed_meanwhile"
    assert pia.get(path, params={"version": 1}).json()["content"]["groups"]["all"]["agents"] == 2
    assert [one["number"] for one in pia.get(f"{path}/versions").json()["items"]] == [2, 1]
    exported = pia.get(f"{path}/document")
    assert exported.text == MORE and "monday.yaml" in exported.headers["content-disposition"]
    copied = root.post(f"{path}/copy", json={"name": "Tuesday"}).json()
    assert [one["name"] for one in pia.get(f"{TWIN}/scenarios").json()["items"]] == ["Tuesday", "Monday"]
    # Nan sees one brand of the two whose data these may hold.
    assert nan.get(f"{TWIN}/scenarios").json()["items"] == []
    for answer in (
        nan.get(path),
        nan.put(path, json=change),
        nan.delete(path),
        nan.post(f"{TWIN}/runs", json={"kind": "run", "scenario_id": made["id"]}),
    ):
        assert answer.status_code == 404
    assert pia.get(f"{TWIN}/scenarios/{kept(nan)['id']}").status_code == 200
    assert pia.delete(f"{TWIN}/scenarios/{copied['id']}").status_code == 204
    assert pia.get(f"{TWIN}/scenarios/{copied['id']}").status_code == 404


def test_only_planners_and_administrators_come_in(house: DeskHouse) -> None:
    for name in ("sam", "ada"):
        browser = house.browser(name)
        assert browser.get(f"{TWIN}/scenarios").status_code == 403
        assert browser.get(f"{TWIN}/runs").status_code == 403
        assert browser.post(f"{TWIN}/check", json={"document": DAY}).status_code == 403


def test_problems_are_told_by_line_in_the_readers_language(house: DeskHouse) -> None:
    pia = house.browser("pia")
    pia.patch("/api/v1/session", json={"locale": "fr"})
    wrong = DAY.replace("20/h", "many").replace("agents: 2", "agents: two")
    checked = pia.post(f"{TWIN}/check", json={"document": wrong}).json()
    assert [one["line"] for one in checked["problems"]] == [13, 15] and checked["content"] is None
    assert "débit" in checked["problems"][1]["message"]
    refused = pia.post(f"{TWIN}/scenarios", json={"name": "Wrong", "document": wrong}).json()["error"]
    assert refused["code"] == "scenario_refused" and refused["details"]["errors"][1]["line"] == 15
    assert "débit" in refused["details"]["errors"][1]["message"]
    # JSON is YAML: what a form sends back is read as well.
    content = pia.post(f"{TWIN}/check", json={"document": DAY}).json()["content"]
    again = pia.post(f"{TWIN}/check", json={"document": json.dumps(content)}).json()
    assert again["content"] == content


@pytest.mark.timeout(240)
def test_a_worker_beside_the_server_does_what_was_asked_and_tells_how_far_it_is(house: DeskHouse) -> None:
    pia = house.browser("pia")
    first, second = kept(pia), kept(pia, MORE, "One more")
    heard: list[TwinMoved] = []
    house.centre.hub.subscribe(lambda one: heard.append(one) if isinstance(one, TwinMoved) else None)
    alone = asked(pia, kind="run", scenario_id=first["id"], replications=600, seed=7)
    both = asked(pia, kind="compare", scenario_ids=[first["id"], second["id"]], replications=20)
    target = asked(pia, kind="target", scenario_id=first["id"], worth=WORTH, replications=5)
    assert (alone["state"], alone["total"]) == ("waiting", 600)
    keeper = TwinKeeper(PgRuns(house.database), house.centre.hub, 1, lambda: worker(house))
    keeper.start()
    try:
        done = ended(pia, alone["id"])
        assert done["state"] == "done", done
        assert (done["done"], done["error"]) == (600, None)
        result = done["result"]
        assert result["seed"] == 7 and result["replications"] == 600
        wanted = result["indicators"]["service_level"]
        assert 0 < wanted["low"] < wanted["mean"] < wanted["high"] < 1
        assert len(result["intervals"]) == 2 and list(result["groups"]) == ["all"]
        compared = ended(pia, both["id"])["result"]
        assert compared["comparisons"][0]["base"] == "Monday" and len(compared["runs"]) == 2
        assert compared["comparisons"][0]["sentences"]["fr"][0].startswith("Appels")
        found = ended(pia, target["id"])
        assert found["state"] == "done", found
        assert found["result"]["queues"][0]["queue"] == "calls"
        checked = found["result"]["checked"]
        assert checked["days"] == 5 and checked["best_ms"].keys() == {"calls"}
        assert found["done"] >= 5, "each choice of targets is lived for as many days, and told of"
    finally:
        keeper.stop()
    moved = [one for one in heard if one.run_id == alone["id"]]
    assert {"running", "done"} <= {one.state for one in moved}
    listed = pia.get(f"{TWIN}/runs").json()["items"]
    assert [one["id"] for one in listed] == [target["id"], both["id"], alone["id"]]
    assert listed[1]["scenario_ids"] == [first["id"], second["id"]]
    assert pia.delete(f"{TWIN}/runs/{alone['id']}").status_code == 204


@pytest.mark.timeout(240)
def test_a_killed_worker_leaves_nothing_undone_and_a_cancelled_run_ends(house: DeskHouse) -> None:
    pia = house.browser("pia")
    made = kept(pia)
    run = asked(pia, kind="run", scenario_id=made["id"], replications=2_000)
    first = worker(house)
    path = f"{TWIN}/runs/{run['id']}"
    until(lambda: pia.get(path).json()["done"] > 0)
    # A second worker, as of a server that stands by, finds the only slot taken and goes.
    second = worker(house)
    until(lambda: not second.alive())
    assert pia.get(path).json()["state"] == "running"
    os.kill(cast("Any", first)._process.pid, signal.SIGKILL)
    until(lambda: not first.alive())
    assert PgRuns(house.database).wanted(1)
    third = worker(house)
    rows = until(
        lambda: house.query(
            "select attempts, done from twin_run where id = %s and attempts = 2 and done > 0", run["id"]
        )
    )
    assert rows[0]["attempts"] == 2
    assert pia.post(f"{path}/cancel").json()["state"] == "cancelled"
    assert pia.post(f"{path}/cancel").json()["error"]["code"] == "run_over"
    short = asked(pia, kind="run", scenario_id=made["id"], replications=3)
    if not until(
        lambda: not third.alive() or pia.get(f"{TWIN}/runs/{short['id']}").json()["state"] == "done"
    ):
        raise AssertionError
    if not third.alive():
        third = worker(house)
    assert ended(pia, short["id"])["state"] == "done"
    assert pia.get(path).json()["state"] == "cancelled"
    third.stop()
    again = pia.post(f"{path}/again").json()
    assert again["state"] == "waiting" and again["replications"] == 2_000


def test_what_kills_its_workers_again_and_again_is_said_failed(house: DeskHouse) -> None:
    pia = house.browser("pia")
    run = asked(pia, kind="run", scenario_id=kept(pia)["id"], replications=5)
    for _ in range(ATTEMPTS_MAX):
        work = PgWork(house.database)
        assert work.slot(1)
        taken = work.next(1_000)
        assert taken is not None and taken.id == run["id"]
        assert not PgWork(house.database).slot(1)
        cast("Any", work)._held.close()
        until(lambda: PgRuns(house.database).wanted(1))
    last = PgWork(house.database)
    assert last.slot(1)
    assert last.next(2_000) is None
    failed = pia.get(f"{TWIN}/runs/{run['id']}").json()
    assert failed["state"] == "failed" and failed["error"]["code"] == "run_lost"
    assert "interrupted" in failed["error"]["message"] or "interrompu" in failed["error"]["message"]
    # Whoever has lost a run cannot end it any more.
    last.finish(run["id"], {}, 3_000)
    assert pia.get(f"{TWIN}/runs/{run['id']}").json()["state"] == "failed"
    cast("Any", last)._held.close()


def test_a_worker_ends_with_its_server(house: DeskHouse) -> None:
    code = (
        "import sys, time; from affluent.cli.twin_worker.process import WorkerProcess;"
        f"w = WorkerProcess({house.database.dsn!r}, 1, 1); print(w._process.pid, flush=True); time.sleep(600)"
    )
    server = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    pid = int(next(line for line in server.stdout if line.strip().isdigit()))
    os.kill(server.pid, signal.SIGKILL)
    server.wait()
    server.stdout.close()

    def gone() -> bool:
        try:
            state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
        except FileNotFoundError:
            return True
        return state.rsplit(")", 1)[1].split()[0] == "Z"

    until(gone)


def test_too_much_is_refused(house: DeskHouse) -> None:
    pia = house.browser("pia")
    made = kept(pia)
    same = pia.post(f"{TWIN}/runs", json={"kind": "compare", "scenario_ids": [made["id"], made["id"]]})
    assert same.json()["error"]["code"] == "compare_two"
    other = kept(pia, MORE, "More")
    body = {"kind": "compare", "scenario_ids": [made["id"], other["id"]], "replications": 15_000}
    assert pia.post(f"{TWIN}/runs", json=body).json()["error"]["code"] == "too_many_days"
    runs = PgRuns(house.database)
    for _ in range(40):
        runs.insert(Ask("run", "x", (), {"text": DAY}, 1, 1, 0.95), None, 0)
    full = pia.post(f"{TWIN}/runs", json={"kind": "run", "scenario_id": made["id"]})
    assert full.status_code == 409 and full.json()["error"]["code"] == "too_many_runs"


@pytest.mark.timeout(300)
@draws_by_itself
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
def test_no_request_breaks_the_studio(house: DeskHouse, mode: schemathesis.GenerationMode) -> None:
    root = house.browser("root")
    for number in range(3):
        made = kept(root, name=f"Day {number}")
        asked(root, kind="run", scenario_id=made["id"])
    fuzz = Fuzz(root)
    there = {"scenario_id": (1, 2, 3), "run_id": (1, 2, 3), "version": (1,)}
    for operation in operations(house.centre.app, mode):
        if operation.path.startswith(TWIN):
            fuzz.attempt(operation, mode, there, times=3)
    assert fuzz.statuses[401] == fuzz.statuses[500] == 0
