"""The board over HTTP: what it shows follows the centre, its levers hold, and the wall stands on every route."""

import time
from collections.abc import Callable, Generator
from typing import Any

import pytest
from starlette.testclient import TestClient

from affluent.centre.settings_changed import take_up
from affluent.centre.supervising import doors as supervising_doors
from affluent.centre.supervising.ports import Alert
from affluent.facts.instants import HOUR_MS, MINUTE_MS
from affluent.measure.computing import Period, compute
from affluent.storage.board import views as board_views
from affluent.storage.outcomes import PgOutcomes, Slice
from affluent.web.board import routes
from tests.web.desk_house import DeskHouse, desk_house

API = "/api/v1"


@pytest.fixture
def house(dsn: str) -> Generator[DeskHouse]:
    with desk_house(dsn) as made:
        yield made


@pytest.fixture
def sam(house: DeskHouse) -> TestClient:
    return house.browser("sam")


def board(client: TestClient) -> dict[str, Any]:
    answer = client.get(f"{API}/board")
    assert answer.status_code == 200, answer.text
    return answer.json()


def eventually(look: Callable[[], Any], *, for_s: float = 15.0) -> Any:
    """What `look` gives once it is true: the board follows within moments."""
    end = time.monotonic() + for_s
    while not (found := look()):
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)
    return found


def dots(client: TestClient) -> dict[int, dict[str, Any]]:
    return {one["id"]: one for one in board(client)["contacts"]}


def soon_ms() -> int:
    return time.time_ns() // 1_000_000 + HOUR_MS


def test_a_contact_is_a_dot_until_it_ends(house: DeskHouse, sam: TestClient) -> None:
    contact = house.mail()
    dot = eventually(lambda: dots(sam).get(contact))
    assert (dot["state"], dot["queue_id"]) == ("waiting", house.ids.mail)
    ada = house.browser("ada")
    ada.put(f"{API}/desk/presence", json={"state": "ready"})
    eventually(lambda: dots(sam)[contact]["state"] == "offered")
    ada.post(f"{API}/contacts/{contact}/accept")
    held = eventually(lambda: dots(sam)[contact]["state"] == "in_hand" and dots(sam)[contact])
    assert held["agent_id"] == house.ids.ada
    person = next(one for one in board(sam)["people"] if one["id"] == house.ids.ada)
    assert person["state"] == "ready"
    ada.post(f"{API}/contacts/{contact}/close", json={"outcome": "resolved"})
    eventually(lambda: contact not in dots(sam))


def test_figures_of_today_are_those_of_the_reports(house: DeskHouse, sam: TestClient) -> None:
    ada = house.browser("ada")
    contacts = [house.in_hand(ada, sender=f"c{number}@customer.example") for number in range(3)]
    for contact in contacts[:2]:
        body = {"key": f"key-{contact}-answer", "text": "Here it is."}
        assert ada.post(f"{API}/contacts/{contact}/messages", json=body).status_code == 200
        ada.post(f"{API}/contacts/{contact}/close", json={"outcome": "resolved"})
    row = eventually(
        lambda: next((one for one in board(sam)["today"]["queues"] if one["owed"] == 2), None), for_s=30
    )
    now_ms = time.time_ns() // 1_000_000
    stays = PgOutcomes(house.database).stays(Slice(now_ms - 48 * HOUR_MS, now_ms, None))
    report = compute(stays, Period(now_ms - 48 * HOUR_MS, now_ms, now_ms))[0]
    assert row["queue_id"] == house.ids.mail
    assert (row["in_target"], row["owed"]) == (report["service_level"].part, report["service_level"].count)
    assert (row["abandoned"], row["offered"]) == (report["abandonment"].part, report["abandonment"].count)
    assert row["arrived"] == report["received"].count == 3
    behind = sam.get(f"{API}/board/today/contacts?figure=service_level").json()["items"]
    assert [one["id"] for one in behind] == sorted(contacts[:2], reverse=True)
    missed = sam.get(f"{API}/board/today/contacts?figure=service_level&missed=true").json()["items"]
    assert missed == []


def test_each_figure_of_now_opens_its_contacts(house: DeskHouse, sam: TestClient) -> None:
    ada = house.browser("ada")
    held = house.in_hand(ada)
    ada.put(f"{API}/desk/presence", json={"state": "away", "reason": "lunch"})
    waiting = [house.mail() for _ in range(2)]

    def listed(**asked: Any) -> list[int]:
        answer = sam.get(f"{API}/board/contacts", params=asked)
        assert answer.status_code == 200, answer.text
        return [one["id"] for one in answer.json()["items"]]

    assert listed(figure="waiting") == waiting
    assert listed(figure="waiting", queue=house.ids.mail) == waiting
    assert listed(figure="waiting", queue=house.ids.chat) == []
    assert listed(figure="in_hand") == listed(figure="live", agent=house.ids.ada) == [held]
    assert listed(figure="late") == []
    house.query("update contact set due_ms = 1 where id = %s returning id", waiting[1])
    assert listed(figure="late") == [waiting[1]]
    house.query("update contact set not_before_ms = %s where id = %s returning id", 1 << 41, waiting[0])
    assert listed(figure="promised") == [waiting[0]]
    assert listed(figure="waiting") == [waiting[1]], "who was promised an hour waits from then on"


def test_a_figure_opens_all_its_contacts_page_by_page_and_says_how_many(
    house: DeskHouse, sam: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (routes, board_views):
        monkeypatch.setattr(module, "CONTACTS_A_PAGE", 2)
    mails = [house.mail(sender=f"c{number}@customer.example") for number in range(5)]

    def paged(path: str, **asked: Any) -> tuple[list[int], set[tuple[int, int]]]:
        ids: list[int] = []
        said: set[tuple[int, int]] = set()
        cursor: dict[str, str] = {}
        while True:
            page = sam.get(f"{API}{path}", params={**asked, **cursor}).json()
            ids += [one["id"] for one in page["items"]]
            said.add((page["total"], page["counted"]))
            if page["next"] is None:
                return ids, said
            cursor = {"cursor": page["next"]}

    assert paged("/board/contacts", figure="waiting") == (mails, {(5, 5)})
    assert paged("/board/contacts", figure="waiting", queues=[0]) == ([], {(0, 0)})
    house.query("update contact set queue_id = null where id = %s returning id", mails[2])
    assert paged("/board/contacts", figure="waiting", queues=[0]) == ([mails[2]], {(1, 1)})
    assert paged("/board/contacts", figure="waiting", queues=[0, house.ids.mail]) == (mails, {(5, 5)})
    eventually(lambda: paged("/board/today/contacts", figure="received")[1] == {(5, 5)})
    assert paged("/board/today/contacts", figure="received")[0] == mails[::-1]
    # One that is handed on is owed an answer in each of its queues: two in the figure, one in the list.
    ada = house.browser("ada")
    ada.put(f"{API}/desk/presence", json={"state": "ready"}).raise_for_status()
    held = ada.get(f"{API}/desk").json()["offers"][0]["id"]
    ada.post(f"{API}/contacts/{held}/accept").raise_for_status()
    ada.post(f"{API}/contacts/{held}/messages", json={"key": "key-answer-1", "text": "Yes."})
    again = house.query(
        "insert into queue (brand_id, name, medium, target_ms) values (%s, 'claims', 'email', 1000000) returning id",
        house.ids.north,
    )[0]["id"]
    house.do(take_up)
    body = {"key": "key-transfer", "queue_id": again, "note": ""}
    assert ada.post(f"{API}/contacts/{held}/transfer", json=body).status_code == 200
    bob = house.browser("bob")
    bob.put(f"{API}/desk/presence", json={"state": "ready"}).raise_for_status()
    bob.post(f"{API}/contacts/{held}/accept").raise_for_status()
    bob.post(f"{API}/contacts/{held}/messages", json={"key": "key-answer-2", "text": "Yes again."})
    eventually(lambda: paged("/board/today/contacts", figure="service_level")[1] == {(1, 2)})
    assert paged("/board/today/contacts", figure="service_level")[0] == [held]


def test_reassigning_moves_the_contact_and_undoing_brings_it_back(house: DeskHouse, sam: TestClient) -> None:
    ada = house.browser("ada")
    contact = house.in_hand(ada)
    path = f"{API}/board/contacts/{contact}/reassign"
    refused = sam.post(path, json={"agent_id": house.ids.bob})
    assert refused.status_code == 422 and refused.json()["error"]["code"] == "reason_needed"
    house.browser("bob").put(f"{API}/desk/presence", json={"state": "ready"})
    before = sam.post(path, json={"agent_id": house.ids.bob, "now": True, "reason": "Bob knows her"})
    assert before.json() == {"queue_id": house.ids.mail, "agent_id": house.ids.ada}
    assert house.query("select agent_id from contact where id = %s", contact)[0]["agent_id"] == house.ids.bob
    lines = sam.get(f"{API}/contacts/{contact}").json()["messages"]
    told = [one["event"] for one in lines if one["event"] and one["event"]["code"] == "reassigned"]
    assert told == [{"code": "reassigned", "params": {"by": "Sam", "to": "Bob", "reason": "Bob knows her"}}]
    undone = sam.post(path, json={**before.json(), "reason": "undo"})
    assert undone.status_code == 200
    assert house.query("select agent_id from contact where id = %s", contact)[0]["agent_id"] == house.ids.ada


def test_skills_changed_from_the_board_hold_at_once(house: DeskHouse, sam: TestClient) -> None:
    skill = house.query(
        "insert into skill (key, name_fr, name_en) values ('vip', 'Prestige', 'VIP') returning id"
    )[0]["id"]
    house.query(
        "insert into queue_skill (queue_id, skill_id) values (%s, %s) returning queue_id",
        house.ids.mail,
        skill,
    )
    path = f"{API}/board/agents/{house.ids.ada}/skills"
    assert sam.get(path).json() == {"items": [{"skill_id": skill, "name": "Prestige", "level": 0}]}
    contact = house.mail()
    ada = house.browser("ada")
    assert sam.put(path, json={"skills": [{"skill_id": skill, "level": 3}]}).json()["items"][0]["level"] == 3
    ada.put(f"{API}/desk/presence", json={"state": "ready"})
    assert [one["id"] for one in ada.get(f"{API}/desk").json()["offers"]] == [contact]
    mail = house.ids.mail
    eventually(lambda: {one["id"]: one["able"] for one in board(sam)["queues"]}[mail] == [house.ids.ada])
    changes = house.query("select account_id, action from audit where noun = 'agents'")
    assert changes == [{"account_id": house.ids.sam, "action": "change"}]


def test_a_notice_is_on_the_desk_until_it_is_read(house: DeskHouse, sam: TestClient) -> None:
    ada = house.browser("ada")
    sent = sam.post(f"{API}/board/notices", json={"text": "Line down in Rezé", "until_ms": soon_ms()})
    assert sent.status_code == 201, sent.text
    (mine,) = ada.get(f"{API}/desk/notices").json()["items"]
    assert (mine["text"], mine["by_name"]) == ("Line down in Rezé", "Sam")
    assert ada.post(f"{API}/desk/notices/{mine['id']}/read").status_code == 200
    assert ada.get(f"{API}/desk/notices").json()["items"] == []
    (standing,) = sam.get(f"{API}/board/notices").json()["items"]
    assert (standing["told"], standing["read"]) == (3, 1)
    assert sam.delete(f"{API}/board/notices/{mine['id']}").status_code == 200
    assert house.browser("bob").get(f"{API}/desk/notices").json()["items"] == []


def test_a_closed_channel_and_a_raised_queue_show_and_can_be_undone(
    house: DeskHouse, sam: TestClient
) -> None:
    closed = f"{API}/board/channels/{house.ids.chat_door}"
    assert sam.post(f"{closed}/close", json={"until_ms": soon_ms()}).status_code == 200
    raised = f"{API}/board/queues/{house.ids.mail}"
    assert sam.post(f"{raised}/raise", json={"tier": 7, "until_ms": soon_ms()}).status_code == 200

    def levers() -> tuple[int, int]:
        whole = board(sam)
        return (
            sum(one["closed_until_ms"] is not None for one in whole["channels"]),
            sum(one["raised"] is not None for one in whole["queues"]),
        )

    eventually(lambda: levers() == (1, 1))
    assert sam.post(f"{closed}/open").status_code == sam.post(f"{raised}/lower").status_code == 200
    eventually(lambda: levers() == (0, 0))


def test_an_alert_is_kept_from_its_beginning_to_its_end(house: DeskHouse, sam: TestClient) -> None:
    contact = house.mail()

    def kinds(standing: str) -> list[tuple[str, bool]]:
        items = sam.get(f"{API}/board/alerts", params={"standing": standing}).json()["items"]
        return [(one["kind"], one["ended_ms"] is None) for one in items]

    eventually(lambda: kinds("true") == [("nobody", True)])
    alert = sam.get(f"{API}/board/alerts").json()["items"][0]
    assert alert["queue"]["id"] == house.ids.mail
    assert sam.post(f"{API}/board/alerts/{alert['id']}/seen").status_code == 200
    assert sam.get(f"{API}/board/alerts").json()["items"][0]["seen_by"] == "Sam"
    ada = house.browser("ada")
    ada.put(f"{API}/desk/presence", json={"state": "ready"})
    ada.post(f"{API}/contacts/{contact}/accept")
    eventually(lambda: kinds("false") == [("nobody", False)], for_s=40)


def test_limits_of_a_queue_go_over_the_centre_s(house: DeskHouse, sam: TestClient) -> None:
    path = f"{API}/board/limits"
    usual = sam.get(path).json()["limits"]
    assert sam.put(f"{path}/{house.ids.mail}", json={"oldest_share": 0.5}).status_code == 200
    kept = sam.get(path, params={"queue_id": house.ids.mail}).json()
    assert (kept["own"], kept["limits"]) == (True, usual | {"oldest_share": 0.5})
    assert sam.put(f"{path}/{house.ids.mail}", json={}).status_code == 200
    assert sam.get(path, params={"queue_id": house.ids.mail}).json()["own"] is False
    assert sam.put(path, json={"on": False}).status_code == 404, "for one's own brands only"


def test_another_brand_is_not_there(house: DeskHouse, sam: TestClient) -> None:
    contact = house.mail()
    eventually(lambda: contact in dots(sam))
    ids = house.ids
    alert = Alert("oldest", ids.mail, ids.north, "late", {})
    house.do(supervising_doors.keep_alerts, begun=[alert], ended=[])
    house.query(
        "delete from account_brand where account_id = %s and brand_id = %s returning 1", ids.sam, ids.north
    )
    south = house.browser("sam")
    whole = board(south)
    assert {one["id"] for one in whole["queues"]} == {ids.south_chat}
    assert {one["id"] for one in whole["people"]} == {ids.cleo, ids.sam}
    assert [one["name"] for one in whole["brands"]] == ["South"]
    assert whole["contacts"] == [] and {one["id"] for one in whole["channels"]} == {ids.south_door}
    for path in ("board/contacts?figure=live", "board/today/contacts", "board/alerts", "board/notices"):
        assert south.get(f"{API}/{path}").json()["items"] == [], path
    until_ms = time.time_ns() // 1_000_000 + 30 * MINUTE_MS
    for method, path, body in (
        ("POST", f"board/contacts/{contact}/reassign", {"queue_id": ids.mail}),
        ("PUT", f"board/agents/{ids.ada}/presence", {"state": "away", "reason": "lunch"}),
        ("GET", f"board/agents/{ids.ada}/skills", None),
        ("PUT", f"board/agents/{ids.ada}/skills", {"skills": []}),
        ("POST", f"board/channels/{ids.mail_door}/close", {"until_ms": until_ms}),
        ("POST", f"board/channels/{ids.mail_door}/open", {}),
        ("POST", f"board/queues/{ids.mail}/raise", {"tier": 2, "until_ms": until_ms}),
        ("POST", f"board/queues/{ids.mail}/lower", {}),
        ("PUT", f"board/limits/{ids.mail}", {"on": True}),
        ("GET", f"board/limits?queue_id={ids.mail}", None),
        ("POST", "board/alerts/1/seen", {}),
    ):
        answer = south.request(method, f"{API}/{path}", json=body)
        assert answer.status_code == 404, (path, answer.text)


def test_roles_see_and_act_as_their_rights_say(house: DeskHouse) -> None:
    ada = house.browser("ada")
    assert ada.get(f"{API}/board").status_code == 403
    until_ms = soon_ms()
    for role, status in (("planner", 403), ("auditor", 200)):
        house.query("update account set role = %s where id = %s returning id", role, house.ids.sam)
        client = house.browser("sam")
        assert client.get(f"{API}/board").status_code == 200
        assert client.get(f"{API}/board/contacts").status_code == status
        sent = client.post(f"{API}/board/notices", json={"text": "x", "until_ms": until_ms})
        assert sent.status_code == 403
