"""An administrator sees who is signed in, and can end it at once."""

from collections.abc import Callable

from starlette.testclient import TestClient

from tests.web.house import House


def _brand(administrator: TestClient, name: str) -> int:
    made = administrator.post("/api/v1/admin/brands", json={"name": name})
    assert made.status_code == 201, made.text
    return made.json()["id"]


def _sessions(client: TestClient) -> dict[str, int]:
    answer = client.get("/api/v1/admin/sessions")
    assert answer.status_code == 200, answer.text
    return {one["account"]["name"]: one["id"] for one in answer.json()["items"]}


def test_an_administrator_ends_the_session_of_another(
    house: House, administrator: TestClient, person: Callable[..., TestClient]
) -> None:
    north = _brand(administrator, "North")
    agent = person(name="Bob", brand_ids=[north])
    listed = _sessions(administrator)
    assert listed.keys() == {"Ada", "Bob"}
    assert administrator.delete(f"/api/v1/admin/sessions/{listed['Bob']}").status_code == 200
    assert agent.get("/api/v1/session").status_code == 401
    assert administrator.delete(f"/api/v1/admin/sessions/{listed['Bob']}").status_code == 404
    trail = administrator.get("/api/v1/admin/audit").json()["items"][0]
    assert (trail["action"], trail["account"]["name"]) == ("end_session", "Ada")


def test_who_does_not_administer_sees_no_session_of_others(
    administrator: TestClient, person: Callable[..., TestClient]
) -> None:
    north = _brand(administrator, "North")
    for role in ("agent", "supervisor", "auditor", "planner", "knowledge"):
        client = person(role=role, brand_ids=[north])
        assert client.get("/api/v1/admin/sessions").status_code == 403
        assert client.delete("/api/v1/admin/sessions/1").status_code == 403


def test_a_bound_administrator_has_a_say_over_people_of_their_brands_only(
    administrator: TestClient, person: Callable[..., TestClient]
) -> None:
    north, south = _brand(administrator, "North"), _brand(administrator, "South")
    bound = person(name="Bea", role="administrator", brand_ids=[north])
    person(name="Nils", brand_ids=[north])
    person(name="Sven", brand_ids=[south])
    person(name="Both", brand_ids=[north, south])
    assert _sessions(bound).keys() == {"Bea", "Nils"}
    everyone = _sessions(administrator)
    for behind in ("Ada", "Sven", "Both"):
        assert bound.delete(f"/api/v1/admin/sessions/{everyone[behind]}").status_code == 404
    assert bound.delete(f"/api/v1/admin/sessions/{everyone['Nils']}").status_code == 200
