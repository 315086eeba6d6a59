"""The API of administration, over a real database."""

from collections.abc import Callable, Generator
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.support.postgres import Databases
from tests.web.conftest import begun, opened
from tests.web.house import House
from tests.web.settings import Office, furnish

ADMIN = "/api/v1/admin"


@pytest.fixture
def office(administrator: TestClient) -> Office:
    """A brand with hours, a skill, a queue, an agent who can serve it, and a channel of each medium."""
    return furnish(administrator)


@pytest.fixture(scope="module")
def untouched(clusters: Callable[[str], Databases]) -> Generator[tuple[TestClient, Office]]:
    """An office for those who change nothing in it, and the browser of its administrator."""
    with clusters("embedded").fresh() as dsn, opened(dsn) as house:
        administrator = begun(house)
        yield administrator, furnish(administrator)


def error(answer: Any) -> tuple[int, str, str | None]:
    problem = answer.json()["error"]
    return answer.status_code, problem["code"], problem["field"]


def test_every_noun_can_be_made_read_changed_put_away_and_brought_back(
    administrator: TestClient, house: House
) -> None:
    made = administrator.post(f"{ADMIN}/motives", json={"name_fr": "Résiliation", "name_en": "Cancelling"})
    assert made.status_code == 201
    one = f"{ADMIN}/motives/{made.json()['id']}"
    assert administrator.get(one).json() == made.json()
    changed = administrator.patch(one, json={"name_en": "Cancellation"}).json()
    assert (changed["name_fr"], changed["name_en"]) == ("Résiliation", "Cancellation")
    assert administrator.delete(one).json()["archived"] is True
    assert administrator.get(f"{ADMIN}/motives").json()["items"] == []
    assert len(administrator.get(f"{ADMIN}/motives?archived=1").json()["items"]) == 1
    assert error(administrator.patch(one, json={"name_en": "x"})) == (409, "archived", None)
    assert administrator.patch(one, json={"archived": False}).json()["archived"] is False
    assert house.changed == [("motives", made.json()["id"])] * 4


def test_a_change_touches_only_what_it_names(administrator: TestClient, office: Office) -> None:
    before = administrator.get(f"{ADMIN}/agents/{office.agent}").json()
    after = administrator.patch(f"{ADMIN}/agents/{office.agent}", json={"capacity": {"chat": 7}}).json()
    assert after == {**before, "capacity": {**before["capacity"], "chat": 7}}


def test_a_queue_that_nobody_can_serve_is_saved_and_told(administrator: TestClient, office: Office) -> None:
    assert administrator.get(f"{ADMIN}/queues/{office.queue}").json()["warnings"] == []
    needs = {"skills": [{"skill_id": office.skill, "level": 5}]}
    changed = administrator.patch(f"{ADMIN}/queues/{office.queue}", json=needs)
    assert changed.status_code == 200
    [warning] = changed.json()["warnings"]
    assert warning["code"] == "queue_unserved" and "Courriels" in warning["message"]


@pytest.mark.parametrize(
    ("noun", "change", "code", "field"),
    [
        ("queues", {"target_ms": 0}, "too_small", "target_ms"),
        ("queues", {"target_share": 1.5}, "too_big", "target_share"),
        ("queues", {"name": "  "}, "too_short", "name"),
        ("queues", {"hours_id": 4040}, "no_such_reference", "hours_id"),
        ("queues", {"medium": "chat"}, "fixed", "medium"),
        ("queues", {"nonsense": 1}, "unknown_field", "nonsense"),
        ("queues", {"skills": [{"skill_id": 4040}]}, "no_such_reference", "skills.0.skill_id"),
        ("brands", {"colour": "red"}, "not_a_colour", "colour"),
        ("brands", {"name": "a\x00b"}, "control_characters", "name"),
        ("hours", {"timezone": "Europe/Atlantis"}, "no_such_zone", "timezone"),
        ("hours", {"holidays": "ZZ"}, "no_such_country", "holidays"),
        ("hours", {"weekly": {"mon": [["12:00", "09:00"]]}}, "span_backwards", "weekly.mon"),
        (
            "hours",
            {"weekly": {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}},
            "spans_overlap",
            "weekly.mon",
        ),
        ("hours", {"weekly": {}}, "never_open", "weekly"),
        ("hours", {"exceptions": [{"date": "2026-02-30"}]}, "not_a_date", "exceptions.0.date"),
        ("agents", {"email": "nobody"}, "not_an_email", "email"),
        ("agents", {"role": "king"}, "not_a_choice", "role"),
        ("agents", {"password": "short"}, "password_too_short", "password"),
        ("agents", {"email": "ADA@example.org"}, "taken", "email"),
        ("rules", {"conditions": []}, "too_few", "conditions"),
        ("rules", {"actions": {}}, "rule_does_nothing", "actions"),
        ("rules", {"actions": {"queue_id": 4040}}, "no_such_reference", "actions.queue_id"),
        ("email", {"settings": {"address": "x"}}, "not_an_email", "settings.address"),
        ("email", {"settings": {"imap": None, "listener": False}}, "no_way_in", "settings"),
        ("email", {"settings": {"imap": {"port": 99999}}}, "too_big", "settings.imap.port"),
        (
            "chat",
            {"settings": {"origins": ["https://a.example/path"]}},
            "not_an_origin",
            "settings.origins.0",
        ),
        ("chat", {"settings": {"warn_after_ms": 3_600_000}}, "chat_delays_out_of_order", "settings"),
        ("form", {"settings": {"fields": []}}, "too_few", "settings.fields"),
        ("problems", {"words": []}, "problem_fits_nothing", None),
        ("problems", {"ends_ms": 10}, "ends_before_it_begins", None),
        ("problems", {"queue_ids": ["QUEUE", 4040]}, "no_such_reference", "queue_ids.1"),
        ("form", {"queue_id": "QUEUE"}, "medium_differs", "queue_id"),
    ],
)
def test_what_cannot_work_is_refused_with_its_field(
    untouched: tuple[TestClient, Office], noun: str, change: dict[str, Any], code: str, field: str | None
) -> None:
    administrator, office = untouched

    def named(value: Any) -> Any:
        return (
            [*map(named, value)] if isinstance(value, list) else office.queue if value == "QUEUE" else value
        )

    change = {key: named(value) for key, value in change.items()}
    before = administrator.get(office.path(noun)).json()
    assert error(administrator.patch(office.path(noun), json=change)) == (422, code, field)
    assert administrator.get(office.path(noun)).json() == before


def test_a_new_channel_is_refused_by_the_field_of_its_medium(
    administrator: TestClient, office: Office
) -> None:
    channel = {"brand_id": office.brand, "name": "x", "medium": "email", "settings": {"address": "no"}}
    assert error(administrator.post(f"{ADMIN}/channels", json=channel)) == (
        422,
        "not_an_email",
        "settings.address",
    )
    channel["medium"] = "pigeon"
    assert administrator.post(f"{ADMIN}/channels", json=channel).status_code == 422


def test_what_is_in_use_is_not_put_away_and_the_reason_names_who_uses_it(
    administrator: TestClient, office: Office
) -> None:
    for noun, user in (
        ("skills", "Camille"),
        ("hours", "Courriels"),
        ("queues", "Boîte"),
        ("brands", "Courriels"),
    ):
        answer = administrator.delete(office.path(noun))
        assert error(answer) == (409, "in_use", None), noun
        assert user in answer.json()["error"]["message"]


def test_secrets_are_written_and_never_read(administrator: TestClient, office: Office, house: House) -> None:
    channel = administrator.get(office.path("email")).json()
    assert (
        channel["settings"]["imap"]["password"] == "•••" and channel["settings"]["smtp"]["password"] is None
    )
    kept = "select secrets, settings from channel where medium = 'email'"
    assert house.query(kept)[0]["secrets"] == {"imap": {"password": "s3cret-imap"}}
    assert "s3cret" not in str(house.query(kept)[0]["settings"])

    same = administrator.patch(office.path("email"), json={"settings": channel["settings"], "name": "Autre"})
    assert same.status_code == 200
    assert house.query(kept)[0]["secrets"] == {"imap": {"password": "s3cret-imap"}}
    moved = administrator.patch(office.path("email"), json={"settings": {"imap": {"host": "evil.example"}}})
    assert error(moved) == (422, "password_again", "settings.imap.password")
    administrator.patch(office.path("email"), json={"settings": {"smtp": {"password": "s3cret-smtp"}}})
    assert house.query(kept)[0]["secrets"]["smtp"] == {"password": "s3cret-smtp"}
    administrator.patch(f"{ADMIN}/agents/{office.agent}", json={"password": "s3cret-of-camille"})
    for answer in (administrator.get(f"{ADMIN}/audit"), administrator.get(f"{ADMIN}/channels")):
        assert "s3cret" not in answer.text and "argon2" not in answer.text


def test_public_keys_are_made_by_the_centre_and_stay(administrator: TestClient, office: Office) -> None:
    key = administrator.get(office.path("chat")).json()["settings"]["site_key"]
    assert len(key) >= 20
    changed = administrator.patch(
        office.path("chat"), json={"settings": {"site_key": "mine", "title_fr": "Aide"}}
    )
    assert (changed.json()["settings"]["site_key"], changed.json()["settings"]["title_fr"]) == (key, "Aide")


def test_an_address_belongs_to_one_live_channel(administrator: TestClient, office: Office) -> None:
    again = {
        "brand_id": office.brand, "medium": "email", "name": "Double",
        "settings": {"address": "BONJOUR@marque.example", "listener": True},
    }  # fmt: skip
    assert error(administrator.post(f"{ADMIN}/channels", json=again)) == (
        422,
        "address_in_use",
        "settings.address",
    )
    assert administrator.patch(
        office.path("form"), json={"settings": {"reply_from_channel_id": None}}
    ).is_success
    assert administrator.delete(office.path("email")).status_code == 200
    assert administrator.post(f"{ADMIN}/channels", json=again).status_code == 201
    assert error(administrator.patch(office.path("email"), json={"archived": False}))[1] == "address_in_use"


@pytest.mark.parametrize(
    "change", [{"active": False}, {"role": "agent"}, {"archived": True}, {"brand_ids": ["BRAND"]}]
)
def test_the_last_administrator_stays(
    administrator: TestClient, office: Office, change: dict[str, Any], house: House
) -> None:
    if "brand_ids" in change:
        change = {"brand_ids": [office.brand]}
    me = administrator.get("/api/v1/session").json()["id"]
    assert error(administrator.patch(f"{ADMIN}/agents/{me}", json=change)) == (
        409,
        "last_administrator",
        None,
    )
    second = {"name": "Bo", "email": "bo@example.org", "role": "administrator", "password": "long-enough-1"}
    assert administrator.post(f"{ADMIN}/agents", json=second).status_code == 201
    assert administrator.patch(f"{ADMIN}/agents/{me}", json=change).status_code == 200


@pytest.mark.parametrize(
    "change", [{"active": False}, {"role": "supervisor"}, {"password": "brand-new-pass"}]
)
def test_a_person_who_loses_their_place_is_signed_out_at_once(
    administrator: TestClient, office: Office, house: House, change: dict[str, Any]
) -> None:
    camille = house.browser()
    camille.post("/api/v1/session", json={"email": "camille@example.org", "password": "camille-password"})
    assert camille.get("/api/v1/session").status_code == 200
    assert administrator.patch(f"{ADMIN}/agents/{office.agent}", json=change).status_code == 200
    assert camille.get("/api/v1/session").status_code == 401


def test_a_password_set_by_an_administrator_signs_in(
    administrator: TestClient, office: Office, house: House
) -> None:
    entry = {"email": "camille@example.org", "password": "camille-password"}
    me = house.browser().post("/api/v1/session", json=entry).json()
    assert (me["role"], [brand["id"] for brand in me["brands"]]) == ("agent", [office.brand])


def test_the_trail_tells_who_changed_what_and_how_it_was(administrator: TestClient, office: Office) -> None:
    administrator.patch(f"{ADMIN}/queues/{office.queue}", json={"tier": 3})
    page = administrator.get(f"{ADMIN}/audit", params={"noun": "queues", "noun_id": office.queue}).json()
    latest = page["items"][0]
    assert (latest["action"], latest["before"], latest["after"]) == ("change", {"tier": 0}, {"tier": 3})
    assert latest["account"]["name"] == "Ada" and page["items"][1]["action"] == "create"


def test_the_trail_comes_in_pages(administrator: TestClient) -> None:
    for number in range(60):
        made = administrator.post(f"{ADMIN}/motives", json={"name_fr": f"m{number}", "name_en": "m"}).json()
        administrator.delete(f"{ADMIN}/motives/{made['id']}")
    first = administrator.get(f"{ADMIN}/audit").json()
    rest = administrator.get(f"{ADMIN}/audit", params={"cursor": first["next"]}).json()
    assert len(first["items"]) == 100 and rest["next"] is None
    identifiers = [item["id"] for item in first["items"] + rest["items"]]
    assert identifiers == sorted(set(identifiers), reverse=True) and len(identifiers) == 121


@pytest.mark.parametrize(
    ("role", "reads", "changes", "audits"),
    [
        ("supervisor", 200, 403, 403), ("planner", 200, 403, 403), ("auditor", 200, 403, 200),
        ("agent", 403, 403, 403), ("knowledge", 403, 403, 403),
    ],
)  # fmt: skip
def test_each_role_is_checked_on_every_call(
    administrator: TestClient, office: Office, person: Callable[..., TestClient],
    role: str, reads: int, changes: int, audits: int,
) -> None:  # fmt: skip
    someone = person(role=role, brand_ids=[office.brand])
    assert someone.get(f"{ADMIN}/queues").status_code == reads
    assert someone.patch(f"{ADMIN}/queues/{office.queue}", json={"tier": 1}).status_code == changes
    assert someone.delete(f"{ADMIN}/queues/{office.queue}").status_code == changes
    assert someone.get(f"{ADMIN}/audit").status_code == audits


def test_a_rule_is_tried_before_it_is_saved(administrator: TestClient, office: Office) -> None:
    rule = administrator.get(office.path("rules")).json()
    body = {name: rule[name] for name in ("brand_id", "name", "conditions", "actions")}
    answer = administrator.post(f"{ADMIN}/rules/try", json={"rule": body, "days": 30})
    assert answer.json() == {"matched": 0, "total": 0, "examples": []}
    body["actions"] = {"queue_id": 4040}
    assert administrator.post(f"{ADMIN}/rules/try", json={"rule": body}).status_code == 422


def test_a_channel_is_tested_by_its_port(administrator: TestClient, office: Office) -> None:
    assert administrator.post(f"{office.path('email')}/test").json() == {"items": []}
    assert administrator.post(f"{ADMIN}/channels/4040/test").status_code == 404


def test_sound_passes_through_the_centre_between_browsers_only_and_where_the_relay_is(
    administrator: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    servers = f"{ADMIN}/voice_servers"
    pbx = {
        "name": "Pbx",
        "kind": "asterisk",
        "url": "http://pbx.example.org",
        "username": "a",
        "relayed": True,
    }
    refused = administrator.post(servers, json=pbx)
    assert error(refused) == (422, "only_of_browsers", "relayed")
    made = administrator.post(servers, json={"name": "Navigateurs", "kind": "web"}).json()
    assert made["relayed"] is False
    one = f"{servers}/{made['id']}"

    def nowhere(name: str) -> None: ...

    monkeypatch.setattr("affluent.centre.administration.voice_servers.find_spec", nowhere)
    refused = administrator.patch(one, json={"relayed": True})
    assert error(refused) == (422, "relay_missing", "relayed")
    monkeypatch.undo()
    assert administrator.patch(one, json={"relayed": True}).json()["relayed"] is True
