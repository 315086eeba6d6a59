"""The door for people of the centre: first start, sign-in, sessions, passwords."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from pwdlib.hashers.argon2 import Argon2Hasher
from starlette.testclient import TestClient

from affluent.centre import passwords
from affluent.centre.signing_in import FAILURES_MAX, FAILURES_WINDOW_MS, SESSION_IDLE_MS
from tests.web.house import House

ADA = {"name": "Ada", "email": "ada@example.org", "password": "a-long-password", "locale": "en"}
PAIR = {"email": ADA["email"], "password": ADA["password"]}


def test_the_first_start_makes_the_first_administrator_and_signs_them_in(house: House) -> None:
    client = house.browser()
    assert client.get("/api/v1/start").json()["needs_administrator"] is True
    me = client.post("/api/v1/start", json=ADA)
    assert me.status_code == 201
    assert (me.json()["role"], me.json()["brands"]) == ("administrator", [])
    assert client.get("/api/v1/session").json() == me.json()
    assert client.get("/api/v1/start").json()["needs_administrator"] is False


def test_there_is_one_first_administrator_however_many_try_at_once(house: House) -> None:
    def attempt(number: int) -> int:
        return house.browser().post("/api/v1/start", json={**ADA, "email": f"a{number}@b.fr"}).status_code

    with ThreadPoolExecutor(5) as pool:
        statuses = sorted(pool.map(attempt, range(5)))
    assert statuses == [201, 409, 409, 409, 409]
    assert house.query("select count(*) as n from account") == [{"n": 1}]


def test_the_cookie_is_out_of_reach_of_scripts_and_only_its_hash_is_kept(house: House) -> None:
    answer = house.browser().post("/api/v1/start", json=ADA)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and "secure" not in cookie
    token = answer.cookies["affluent_session"]
    kept = house.query("select token_hash from session")[0]["token_hash"]
    assert len(kept) == 32 and token.encode() not in bytes(kept)


def test_the_cookie_is_secure_over_https(house: House, administrator: TestClient) -> None:
    client = TestClient(house.app, base_url="https://centre.test", headers={"X-Affluent": "1"})
    answer = client.post("/api/v1/session", json=PAIR)
    assert "secure" in answer.headers["set-cookie"].lower()
    assert "max-age" in answer.headers["strict-transport-security"]


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    house: House, administrator: TestClient
) -> None:
    wrong = house.browser().post("/api/v1/session", json={**PAIR, "password": "wrong"})
    unknown = house.browser().post("/api/v1/session", json={**PAIR, "email": "who@example.org"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert wrong.json()["error"]["code"] == "wrong_password"


def test_after_too_many_failures_even_the_right_password_waits(
    house: House, administrator: TestClient
) -> None:
    client = house.browser()
    for _ in range(FAILURES_MAX):
        assert client.post("/api/v1/session", json={**PAIR, "password": "wrong"}).status_code == 401
    refused = client.post("/api/v1/session", json=PAIR)
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    house.clock.pass_ms(FAILURES_WINDOW_MS)
    assert client.post("/api/v1/session", json=PAIR).status_code == 200


def test_tries_at_the_same_instant_count_too(house: House, administrator: TestClient) -> None:
    def attempt(_: int) -> int:
        return house.browser().post("/api/v1/session", json={**PAIR, "password": "wrong"}).status_code

    with ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(attempt, range(FAILURES_MAX + 4)))
    assert statuses.count(401) == FAILURES_MAX and statuses.count(429) == 4


def test_a_session_lives_while_it_is_used(house: House, administrator: TestClient) -> None:
    house.clock.pass_ms(SESSION_IDLE_MS - 1)
    assert administrator.get("/api/v1/session").status_code == 200
    house.clock.pass_ms(SESSION_IDLE_MS - 1)
    assert administrator.get("/api/v1/session").status_code == 200
    house.clock.pass_ms(SESSION_IDLE_MS)
    assert administrator.get("/api/v1/session").status_code == 401


def test_a_session_can_be_ended_from_another(house: House, administrator: TestClient) -> None:
    other = house.browser()
    other.post("/api/v1/session", json=PAIR)
    sessions = administrator.get("/api/v1/sessions").json()["items"]
    assert sorted(s["current"] for s in sessions) == [False, True]
    foreign = next(s["id"] for s in sessions if not s["current"])
    assert administrator.delete(f"/api/v1/sessions/{foreign}").status_code == 200
    assert other.get("/api/v1/session").status_code == 401
    assert administrator.delete(f"/api/v1/sessions/{foreign}").status_code == 404


def test_signing_out_ends_the_session_itself(house: House, administrator: TestClient) -> None:
    token = administrator.cookies["affluent_session"]
    assert administrator.delete("/api/v1/session").status_code == 200
    thief = house.browser(Cookie=f"affluent_session={token}")
    assert thief.get("/api/v1/session").status_code == 401


def test_a_new_password_ends_the_other_sessions(house: House, administrator: TestClient) -> None:
    other = house.browser()
    other.post("/api/v1/session", json=PAIR)
    change = {"password_old": PAIR["password"], "password_new": "another-long-one"}
    wrong = administrator.patch("/api/v1/session", json={**change, "password_old": "no"})
    assert (wrong.status_code, wrong.json()["error"]["field"]) == (422, "password_old")
    assert administrator.patch("/api/v1/session", json=change).status_code == 200
    assert other.get("/api/v1/session").status_code == 401
    assert administrator.get("/api/v1/session").status_code == 200
    assert other.post("/api/v1/session", json={**PAIR, "password": "another-long-one"}).status_code == 200


def test_preferences_change_the_language_of_refusals(administrator: TestClient) -> None:
    assert (
        administrator.patch("/api/v1/session", json={"locale": "fr", "theme": "dark"}).json()["theme"]
        == "dark"
    )
    answer = administrator.patch("/api/v1/session", json={"password_old": "x", "password_new": "y"})
    assert answer.json()["error"]["message"] == "Ce n’est pas votre mot de passe actuel."


def test_weak_passwords_are_refused_with_what_to_do(browser: Callable[[], TestClient]) -> None:
    answer = browser().post("/api/v1/start", json={**ADA, "password": "short"})
    assert answer.status_code == 422
    assert answer.json()["error"] == {
        "code": "password_too_short",
        "message": "A password has at least 10 characters.",
        "field": "password",
        "details": {"least": 10},
    }


def test_an_unknown_account_is_compared_with_a_hash_that_takes_as_long() -> None:
    assert not Argon2Hasher().check_needs_rehash(passwords.NOBODY)
