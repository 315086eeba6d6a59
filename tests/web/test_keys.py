"""API keys: shown once, hashed at rest, never more than their person may, gone when revoked."""

import hashlib
from collections.abc import Callable, Generator

import pytest
from starlette.testclient import TestClient

from affluent.web.signin import COOKIE
from tests.web.house import House
from tests.web.integration import ADMIN, Works, at_work
from tests.web.settings import furnish


@pytest.fixture
def works(dsn: str) -> Generator[Works]:
    with at_work(dsn) as made:
        yield made


def test_a_key_is_shown_once_and_kept_as_a_hash(works: Works) -> None:
    key = works.key("read_contacts")
    secret = key["secret"]
    assert secret.startswith("afl_") and key["prefix"] == secret[:10]
    again = works.ada.get(f"{ADMIN}/keys/{key['id']}").json()
    assert again["secret"] is None and again["prefix"] == key["prefix"]
    (row,) = works.rows("select * from api_key")
    assert bytes(row["secret_hash"]) == hashlib.sha256(secret.encode()).digest()
    assert secret not in str(works.rows("select * from audit"))


def test_a_program_needs_no_cookie_nor_the_pages_header(works: Works) -> None:
    program = works.program(works.key()["secret"])
    assert program.get("/api/v1/session").json()["name"] == "Ada"
    made = program.post(f"{ADMIN}/skills", json={"key": "billing", "name_fr": "F", "name_en": "B"})
    assert made.status_code == 201, made.text
    (entry,) = works.ada.get(f"{ADMIN}/audit?noun=skills").json()["items"]
    assert entry["account"]["name"] == "Ada" and entry["key"]["name"] == "CRM"
    assert works.rows("select last_used_ms from api_key")[0]["last_used_ms"] is not None


def test_a_key_does_only_what_its_rights_say(works: Works) -> None:
    program = works.program(works.key("read_contacts")["secret"])
    assert program.get("/api/v1/contacts").status_code == 200
    for method, path in (("GET", f"{ADMIN}/brands"), ("GET", "/api/v1/desk"), ("POST", "/api/v1/contacts")):
        answer = program.request(method, path, json=works.opening())
        assert answer.status_code == 403, path


@pytest.mark.parametrize("given", ["", "afl_", "afl_unknown", "x" * 5_000])
def test_a_wrong_key_never_falls_back_on_the_cookie(works: Works, given: str) -> None:
    answer = works.ada.get("/api/v1/session", headers={"Authorization": f"Bearer {given}"})
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "key_unknown"
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_revoked_key_is_gone_for_good(works: Works) -> None:
    key = works.key()
    program = works.program(key["secret"])
    assert program.get("/api/v1/session").status_code == 200
    works.ada.delete(f"{ADMIN}/keys/{key['id']}")
    assert program.get("/api/v1/session").status_code == 401
    back = works.ada.patch(f"{ADMIN}/keys/{key['id']}", json={"archived": False})
    assert back.json()["error"]["code"] == "key_revoked"


def test_a_key_ends_at_its_expiry_and_with_its_person(
    house: House, administrator: TestClient, person: Callable[..., TestClient]
) -> None:
    office = furnish(administrator)
    entry = {"name": "CRM", "account_id": office.agent, "rights": ["read_contacts"]}
    until = house.clock.now_ms() + 1_000
    short = administrator.post(f"{ADMIN}/keys", json={**entry, "expires_ms": until}).json()
    long = administrator.post(f"{ADMIN}/keys", json=entry).json()

    def status(key: dict[str, str]) -> int:
        bearing = {"Authorization": f"Bearer {key['secret']}"}
        return house.browser(**bearing).get("/api/v1/session").status_code

    assert (status(short), status(long)) == (200, 200)
    house.clock.pass_ms(1_000)
    assert (status(short), status(long)) == (401, 200)
    administrator.patch(office.path("agents"), json={"active": False})
    assert status(long) == 401


def test_what_concerns_a_session_is_no_business_of_a_program(works: Works) -> None:
    program = works.program(works.key()["secret"])
    for method, path in (
        ("GET", "/sessions"),
        ("DELETE", "/session"),
        ("DELETE", "/sessions/1"),
        ("PATCH", "/session"),
    ):
        answer = program.request(method, f"/api/v1{path}", json={} if method == "PATCH" else None)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_by_key"), path


def test_nobody_gives_rights_they_lack_nor_beyond_the_role(works: Works) -> None:
    agent = works.made("agents", name="Bob", email="bob@example.org", brand_ids=[works.brand])["id"]
    entry = {"name": "x", "account_id": agent, "rights": ["change_settings"]}
    refused = works.ada.post(f"{ADMIN}/keys", json=entry).json()["error"]
    assert (refused["code"], refused["field"]) == ("beyond_their_role", "rights")
    program = works.program(works.key("change_settings", "read_settings")["secret"])
    refused = program.post(
        f"{ADMIN}/keys", json={**entry, "account_id": works.me, "rights": ["serve"]}
    ).json()
    assert refused["error"]["code"] == "beyond_your_rights"


def test_the_brand_wall_holds_for_keys(works: Works) -> None:
    south = works.made("brands", name="South")["id"]
    queue = works.made("queues", brand_id=south, name="S", medium="message", target_ms=1_000)["id"]
    door = works.made("channels", brand_id=south, name="S", medium="message", queue_id=queue)["id"]
    opened = works.ada.post("/api/v1/contacts", json={**works.opening(), "channel_id": door}).json()
    bound = works.program(works.key("read_contacts", "deliver", brand_ids=[works.brand])["secret"])
    contact = f"/api/v1/contacts/{opened['contact_id']}"
    message = f"{contact}/messages/{opened['message_id']}/delivery"
    for method, path, body in (
        ("GET", contact, None),
        ("GET", f"{contact}/messages", None),
        ("POST", f"{contact}/incoming", {"text": "x"}),
        ("POST", message, {"delivery": "read"}),
        ("POST", "/api/v1/contacts", {**works.opening(), "channel_id": door}),
        ("PUT", "/api/v1/customers", {"brand_id": south, "external_id": "C-9"}),
        ("GET", f"/api/v1/customers/{opened['customer_id']}", None),
    ):
        assert bound.request(method, path, json=body).status_code == 404, (method, path)
    assert bound.get("/api/v1/contacts").json()["items"] == []
    assert bound.get("/api/v1/customers").json()["items"] == []
    served = {"name": "x", "account_id": works.me, "rights": ["serve"], "brand_ids": [works.brand]}
    refused = works.ada.post(f"{ADMIN}/keys", json=served).json()["error"]
    assert refused["code"] == "key_serves_all_brands"


def test_an_administrator_of_one_brand_makes_keys_of_that_brand_only(
    house: House, administrator: TestClient, person: Callable[..., TestClient]
) -> None:
    office, other = furnish(administrator), furnish(administrator, "-other")
    bound = person(role="administrator", brand_ids=[office.brand])
    entry = {"name": "k", "account_id": office.agent, "rights": ["read_contacts"]}
    assert bound.post(f"{ADMIN}/keys", json=entry).json()["error"]["code"] == "brands_required"
    assert bound.post(f"{ADMIN}/keys", json={**entry, "brand_ids": [office.brand]}).status_code == 201
    for values in ({"brand_ids": [other.brand]}, {"brand_ids": [office.brand], "account_id": other.agent}):
        assert bound.post(f"{ADMIN}/keys", json={**entry, **values}).status_code == 422
    administrator.post(f"{ADMIN}/keys", json={**entry, "name": "hidden"})
    assert "hidden" not in bound.get(f"{ADMIN}/keys").text


def test_the_cookie_of_a_browser_still_needs_the_header(works: Works) -> None:
    plain = {"Cookie": f"{COOKIE}={works.ada.cookies[COOKIE]}"}
    browser = TestClient(works.centre.app, base_url="http://centre.test", headers=plain)
    assert browser.post(f"{ADMIN}/skills", json={}).json()["error"]["code"] == "header_missing"
