"""Menus over HTTP: drafts, versions, publishing, trying, recordings, behind walls, whatever is sent."""

import base64
import io
import json
import random
import wave
from collections import Counter
from collections.abc import Callable, Generator
from typing import Any

import pytest
import schemathesis
from starlette.testclient import TestClient

from affluent.centre import passwords
from affluent.centre.menus import turns
from affluent.centre.menus.playing import begin
from affluent.storage.database import Conn
from affluent.storage.menus import PgMenus
from tests.centre.menus.example import MONDAY_10_MS, MONDAY_22_MS
from tests.support.postgres import Databases
from tests.web.desk_house import PASSWORD, DeskHouse, desk_house
from tests.web.fuzzing import Fuzz, draws_by_itself, operations

MENUS, PROMPTS = "/api/v1/menus", "/api/v1/prompts"
TEXT = """\
version: 1
languages: [fr, en]
start: hours
human: people
steps:
  hours: {kind: hours, hours: Calls office, open: motive, closed: shut}
  motive:
    kind: choose
    prompt: {fr: "Facture, 1", en: "Bills, 1"}
    keys: {"1": wait}
  wait: {kind: wait, queue: Calls, next: people}
  people: {kind: queue, queue: Calls}
  shut: {kind: goodbye, prompt: {fr: Fermé, en: Closed}}
"""


@pytest.fixture(scope="module")
def house(clusters: Callable[[str], Databases]) -> Generator[DeskHouse]:
    """Root of the whole centre, Nan of north only; north has a line of calls and opening hours."""
    with clusters("embedded").fresh() as dsn, desk_house(dsn) as made:
        with made.database.transaction() as conn:
            for name in ("root", "nan"):
                conn.execute(
                    "insert into account (email, name, role, created_ms, password_hash)"
                    " values (%s, %s, 'administrator', 0, %s)",
                    (f"{name}@example.org", name.title(), passwords.hashed(PASSWORD)),
                )
            conn.execute(
                "insert into account_brand (account_id, brand_id) select id, %s from account where email = %s",
                (made.ids.north, "nan@example.org"),
            )
            conn.execute(
                "insert into queue (brand_id, name, medium, target_ms) values (%s, 'Calls', 'voice', 20000),"
                " (%s, 'Other calls', 'voice', 20000)",
                (made.ids.north, made.ids.south),
            )
            conn.execute(
                "insert into hours (name, timezone, weekly) values ('Calls office', 'UTC', %s)",
                (json.dumps({"mon": [["08:00", "19:00"]]}),),
            )
        yield made


@pytest.fixture(scope="module")
def root(house: DeskHouse) -> TestClient:
    return house.browser("root")


def made(client: TestClient, house: DeskHouse, name: str, text: str = TEXT) -> dict[str, Any]:
    answer = client.post(MENUS, json={"brand_id": house.ids.north, "name": name, "document": text})
    assert answer.status_code == 201, answer.text
    return answer.json()


def sound(rate: int = 8_000, seconds: float = 0.5) -> str:
    told = io.BytesIO()
    with wave.open(told, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(b"\1\2" * int(rate * seconds))
    return base64.b64encode(told.getvalue()).decode()


def test_a_draft_is_heard_by_nobody_until_it_is_published_with_a_reason(
    root: TestClient, house: DeskHouse
) -> None:
    menu = made(root, house, "Main")
    kept = PgMenus(house.database)
    assert kept.playable(menu["id"]) is None
    published = root.post(f"{MENUS}/{menu['id']}/publish", json={"version": 1, "why": "First one"}).json()
    assert published["published"] == 1
    playable = kept.playable(menu["id"])
    assert playable is not None
    assert begin(playable, turns.Caller(), MONDAY_22_MS).acts[-1] == turns.HangUp("closed")

    changed = root.put(
        f"{MENUS}/{menu['id']}",
        json={"name": "Main", "document": TEXT.replace("Fermé", "Clos"), "version": 1},
    ).json()
    assert (changed["version"], changed["published"]) == (2, 1)
    late = root.put(f"{MENUS}/{menu['id']}", json={"name": "Main", "document": TEXT, "version": 1})
    assert late.status_code == 409 and late.json()["error"]["code"] == "menu_changed_meanwhile"
    root.post(f"{MENUS}/{menu['id']}/publish", json={"version": 2, "why": "Clearer"})
    root.post(f"{MENUS}/{menu['id']}/publish", json={"version": 1, "why": "Back"})
    versions = root.get(f"{MENUS}/{menu['id']}/versions").json()["items"]
    assert [(one["number"], one["by"], one["why"]) for one in versions] == [
        (2, "Root", "Clearer"),
        (1, "Root", "Back"),
    ]
    trail = root.get("/api/v1/admin/audit", params={"noun": "menus", "noun_id": menu["id"]}).json()["items"]
    assert [one["action"] for one in trail] == ["publish", "publish", "change", "publish", "create"]
    assert trail[0]["reason"] == "Back"


def test_a_renamed_queue_is_still_found_by_callers(root: TestClient, house: DeskHouse) -> None:
    with house.database.transaction() as conn:
        row = conn.execute(
            "insert into queue (brand_id, name, medium, target_ms) values (%s, 'Old name', 'voice', 20000)"
            " returning id",
            (house.ids.north,),
        ).fetchone()
        assert row is not None
    menu = made(root, house, "Renamed", TEXT.replace("queue: Calls", "queue: Old name"))
    assert root.post(f"{MENUS}/{menu['id']}/publish", json={"version": 1}).status_code == 200
    with house.database.transaction() as conn:
        conn.execute("update queue set name = 'New name' where id = %s", (row["id"],))
    playable = PgMenus(house.database).playable(menu["id"])
    assert playable is not None and playable.queues["Old name"] == row["id"]
    problems = root.get(f"{MENUS}/{menu['id']}").json()["problems"]
    assert {one["code"] for one in problems} == {"unknown_queue"}


def test_a_menu_with_problems_is_a_draft_only_and_says_each_in_words(
    root: TestClient, house: DeskHouse
) -> None:
    menu = made(root, house, "Wrong", TEXT.replace("queue: Calls", "queue: Other calls"))
    assert {one["code"] for one in menu["problems"]} == {"queue_of_other_brand"}
    refused = root.post(f"{MENUS}/{menu['id']}/publish", json={"version": 1})
    assert refused.status_code == 422
    assert refused.json()["error"]["code"] == "menu_refused"
    assert refused.json()["error"]["details"]["errors"][0]["field"] == "/steps/wait/queue"
    unread = root.post(
        MENUS, json={"brand_id": house.ids.north, "name": "Unread", "document": "version: 1\nsteps: ["}
    )
    assert unread.status_code == 422
    twice = root.post(MENUS, json={"brand_id": house.ids.north, "name": "wrong", "document": TEXT})
    assert twice.json()["error"]["code"] == "taken"


def test_a_menu_behind_the_wall_does_not_exist(root: TestClient, house: DeskHouse) -> None:
    south = root.post(MENUS, json={"brand_id": house.ids.south, "name": "South", "document": TEXT}).json()
    nan = house.browser("nan")
    assert south["id"] not in [one["id"] for one in nan.get(MENUS).json()["items"]]
    asked = {"brand_id": house.ids.south, "document": TEXT}
    for answer in (
        nan.get(f"{MENUS}/{south['id']}"),
        nan.get(f"{MENUS}/{south['id']}/versions"),
        nan.post(f"{MENUS}/{south['id']}/publish", json={"version": 1}),
        nan.put(f"{MENUS}/{south['id']}", json={"name": "Mine", "document": TEXT, "version": 1}),
        nan.delete(f"{MENUS}/{south['id']}"),
        nan.post(f"{MENUS}/check", json=asked),
        nan.post(f"{MENUS}/try", json={**asked, "at_ms": MONDAY_10_MS}),
        nan.get(f"{MENUS}/names", params={"brand_id": house.ids.south}),
        nan.get(PROMPTS, params={"brand_id": house.ids.south}),
    ):
        assert answer.status_code == 404, answer.text
    # Another brand's queue is not even told to be there.
    hidden = nan.post(
        f"{MENUS}/check",
        json={"brand_id": house.ids.north, "document": TEXT.replace("queue: Calls", "queue: Other calls")},
    ).json()
    assert {one["code"] for one in hidden["problems"]} == {"unknown_queue"}
    assert house.browser("ada").get(MENUS).status_code == 403
    assert house.browser("sam").post(MENUS, json={**asked, "name": "Sam's"}).status_code == 403


def test_a_draft_is_tried_turn_by_turn(root: TestClient, house: DeskHouse) -> None:
    asked: dict[str, Any] = {
        "brand_id": house.ids.north,
        "document": TEXT,
        "at_ms": MONDAY_10_MS,
        "pretend": {"wait_s": [120, 240]},
    }
    first = root.post(f"{MENUS}/try", json=asked).json()
    assert first["spoken"][0]["text"] == "Facture, 1" and first["listening"]["most"] == 1
    heard = root.get(first["spoken"][0]["sound"])
    assert heard.status_code == 200 and heard.content.startswith(b"RIFF")
    last = root.post(f"{MENUS}/try", json={**asked, "place": first["place"], "pressed": "1"}).json()
    assert last["spoken"][0]["text"] == "L’attente est estimée entre deux et quatre minutes"
    assert last["end"]["kind"] == "queue" and last["place"] is None and last["asked"] == ["wait"]
    assert [one["step"] for one in last["steps"]] == ["wait", "people"]
    assert root.get(last["spoken"][0]["sound"]).content.startswith(b"RIFF")


def test_a_recording_of_telephone_form_is_kept_and_another_refused_with_its_reason(
    root: TestClient, house: DeskHouse
) -> None:
    entry: dict[str, Any] = {
        "brand_id": house.ids.north,
        "name": "Welcome",
        "language": "fr",
        "said": "Bonjour",
    }
    first = root.post(PROMPTS, json={**entry, "sound": sound()})
    assert first.status_code == 201 and first.json()["duration_ms"] == 500
    assert root.get(f"{PROMPTS}/{first.json()['id']}/sound").content.startswith(b"RIFF")
    wrong = root.post(PROMPTS, json={**entry, "sound": sound(44_100)})
    assert (
        wrong.json()["error"]["code"] == "sound_of_other_form" and "44100" in wrong.json()["error"]["message"]
    )
    noise = root.post(PROMPTS, json={**entry, "sound": base64.b64encode(b"ID3 an mp3").decode()})
    assert noise.json()["error"]["code"] == "sound_unreadable"
    again = root.post(PROMPTS, json={**entry, "sound": sound(seconds=1)}).json()
    listed = root.get(PROMPTS, params={"brand_id": house.ids.north}).json()["items"]
    assert [(one["id"], one["duration_ms"]) for one in listed] == [(again["id"], 1_000)]
    menu = made(root, house, "Recorded", TEXT.replace("fr: Fermé", "fr: {recorded: Welcome}"))
    assert menu["problems"] == []
    tried = {"brand_id": house.ids.north, "document": menu["document"], "at_ms": MONDAY_22_MS}
    shut = root.post(f"{MENUS}/try", json=tried).json()
    assert shut["spoken"][0]["sound"] == f"{PROMPTS}/{again['id']}/sound"
    assert root.delete(f"{PROMPTS}/{again['id']}").status_code == 204


def test_a_menu_that_a_channel_plays_is_not_put_away(root: TestClient, house: DeskHouse) -> None:
    menu = made(root, house, "Played")
    south = root.post(MENUS, json={"brand_id": house.ids.south, "name": "Played", "document": TEXT}).json()
    entry: dict[str, Any] = {"brand_id": house.ids.north, "medium": "voice", "name": "Phone"}
    other = root.post("/api/v1/admin/channels", json={**entry, "settings": {"menu_id": south["id"]}})
    assert other.json()["error"]["code"] == "of_another_brand"
    channel = root.post("/api/v1/admin/channels", json={**entry, "settings": {"menu_id": menu["id"]}})
    assert channel.status_code == 201, channel.text
    assert root.delete(f"{MENUS}/{menu['id']}").json()["error"]["code"] == "menu_in_use"
    assert root.delete(f"/api/v1/admin/channels/{channel.json()['id']}").status_code in (200, 204)
    assert root.delete(f"{MENUS}/{menu['id']}").status_code == 204
    assert root.get(f"{MENUS}/{menu['id']}").status_code == 404


def counted_slowly(calls: list[tuple[list[tuple[str, str]], str | None, bool]]) -> dict[str, Any]:
    """The figures by walking each call by itself: the second reader."""
    steps: dict[str, list[int]] = {}
    ways: Counter[tuple[str, str, str]] = Counter()
    told = {"calls": len(calls), "served": 0, "queued": 0, "left": 0}
    for taken, outcome, queued in calls:
        left = outcome == "abandoned" and not queued
        told["served"] += outcome == "self_served"
        told["queued"] += queued
        told["left"] += left
        before = ""
        for step, choice in taken:
            ways[before, choice, step] += 1
            before = step
        for step in {step for step, _ in taken}:
            count = steps.setdefault(step, [0, 0])
            count[0] += 1
            count[1] += left and step == before
    return {**told, "steps": {key: tuple(count) for key, count in steps.items()}, "ways": dict(ways)}


def test_figures_by_step_agree_with_each_call_walked_by_itself(root: TestClient, house: DeskHouse) -> None:
    menu = made(root, house, "Measured")
    chance = random.Random(7)
    ways = [
        [("hours", "start"), ("motive", "open")],
        [("hours", "start"), ("motive", "open"), ("motive", "wrong"), ("wait", "1"), ("people", "next")],
        [("hours", "start"), ("shut", "closed")],
        [("hours", "start"), ("motive", "open"), ("people", "person")],
    ]
    calls: list[tuple[list[tuple[str, str]], str | None, bool]] = []
    with house.database.transaction() as conn:
        queue = conn.execute("select id from queue where name = 'Calls'").fetchone()
        assert queue is not None
        for number in range(60):
            taken = ways[chance.randrange(4)]
            queued = taken[-1][0] == "people" and chance.random() < 0.8
            outcome = chance.choice(["abandoned", "self_served", "resolved", None])
            calls.append((taken, outcome, queued))
            _call(conn, house, menu["id"], number, taken, outcome, queue["id"] if queued else None)
    asked: dict[str, Any] = {"from_ms": 1_000, "to_ms": 2_000}
    told = root.get(f"{MENUS}/{menu['id']}/figures", params=asked).json()
    expected = counted_slowly(calls)
    assert {key: told[key] for key in ("calls", "served", "queued", "left")} == {
        key: expected[key] for key in ("calls", "served", "queued", "left")
    }
    assert {one["step"]: (one["came"], one["left"]) for one in told["steps"]} == expected["steps"]
    assert {(one["source"], one["choice"], one["target"]): one["count"] for one in told["ways"]} == expected[
        "ways"
    ]
    for step, (came, left) in expected["steps"].items():
        for what, count in (("came", came), ("left", left)):
            behind = root.get(
                f"{MENUS}/{menu['id']}/figures/calls", params={**asked, "what": what, "step": step}
            )
            assert len(behind.json()["items"]) == count
    none = root.get(f"{MENUS}/{menu['id']}/figures", params={**asked, "version": 9}).json()
    assert none["calls"] == 0 and none["steps"] == []
    turned = root.get(f"{MENUS}/{menu['id']}/figures", params={"from_ms": 5, "to_ms": 5})
    assert turned.json()["error"]["code"] == "bad_period"
    assert house.browser("nan").get(f"{MENUS}/{menu['id']}/figures", params=asked).status_code == 200


def _call(
    conn: Conn,
    house: DeskHouse,
    menu_id: int,
    number: int,
    taken: list[tuple[str, str]],
    outcome: str | None,
    queue_id: int | None,
) -> None:
    """A call as the journal has it."""
    row = conn.execute(
        "with who as (insert into customer (brand_id, created_ms) values (%(brand)s, 0) returning id),"
        " wish as (insert into request (brand_id, customer_id, opened_ms) select %(brand)s, id, 0 from who"
        " returning id, customer_id)"
        " insert into contact (request_id, brand_id, customer_id, channel_id, medium, state, arrived_ms, outcome,"
        " queue_id) select id, %(brand)s, customer_id, (select min(id) from channel), 'voice', 'closed', 0,"
        " %(outcome)s, %(queue)s from wish returning id",
        {"brand": house.ids.north, "outcome": outcome, "queue": queue_id},
    ).fetchone()
    assert row is not None
    for step, choice in taken:
        data = {"menu_id": menu_id, "version": 1, "step": step, "choice": choice}
        conn.execute(
            "insert into journal (at_ms, kind, contact_id, data) values (%s, 'CallMenuStepped', %s, %s)",
            (1_000 + number, row["id"], json.dumps(data)),
        )


@draws_by_itself
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
def test_whatever_is_sent_nothing_breaks(
    root: TestClient, house: DeskHouse, mode: schemathesis.GenerationMode
) -> None:
    menu = made(root, house, f"Fuzzed {mode}")
    fuzz = Fuzz(root)
    for operation in operations(house.centre.app, mode):
        if operation.path.startswith((MENUS, PROMPTS)):
            fuzz.attempt(operation, mode, {"menu_id": [menu["id"]], "prompt_id": [1], "version": [1]})
    assert fuzz.statuses[401] == fuzz.statuses[500] == 0
