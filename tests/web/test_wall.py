"""The brand wall: an administrator of one brand meets another brand's settings on every route."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from affluent.centre.administration.nouns import NOUNS
from tests.web.house import House
from tests.web.settings import ADMIN, Office, furnish

SECRET = "-walled"
OF_A_BRAND = (
    "brands",
    "teams",
    "queues",
    "agents",
    "email",
    "chat",
    "form",
    "macros",
    "motives",
    "rules",
    "keys",
    "webhooks",
)
OF_THE_CENTRE = ("skills", "groups", "hours")
GIVEN = ("media", "defaults", "decline_reasons")


@pytest.fixture
def theirs(administrator: TestClient) -> Office:
    return furnish(administrator, SECRET)


@pytest.fixture
def ours(administrator: TestClient, theirs: Office) -> Office:
    return furnish(administrator)


@pytest.fixture
def bound(ours: Office, person: Callable[..., TestClient]) -> TestClient:
    """An administrator of our brand only."""
    return person(role="administrator", brand_ids=[ours.brand])


def routes(house: House) -> list[tuple[str, str]]:
    """Every method and path of administration, from the published description of the API."""
    paths: dict[str, dict[str, Any]] = house.app.openapi()["paths"]
    return [
        (method.upper(), path) for path, item in paths.items() if path.startswith(ADMIN) for method in item
    ]


def test_every_route_hides_the_other_brand(
    house: House, bound: TestClient, theirs: Office, administrator: TestClient
) -> None:
    walked = 0
    for method, path in routes(house):
        noun = path.removeprefix(f"{ADMIN}/").split("/")[0]
        for one in ("email", "chat", "form") if noun == "channels" else (noun,):
            # Sessions have a wall test of their own, with people who have signed in.
            if one in (*OF_THE_CENTRE, *GIVEN) or noun in ("audit", "sessions", "versions", "policy"):
                continue
            row = theirs.path(one).rsplit("/", 1)[1]
            body = administrator.get(theirs.path(one)).json() if "try" not in path else {}
            answer = bound.request(
                method, path.replace("{row_id}", row), json=_entry(one, body, theirs, path)
            )
            if "{row_id}" in path:
                assert answer.status_code == 404, (method, path)
            elif method == "POST":
                assert answer.status_code in (403, 404, 422), (method, path, answer.text)
            assert SECRET not in answer.text, (method, path)
            walked += 1
    assert walked > 50


def _entry(noun: str, row: dict[str, Any], theirs: Office, path: str) -> dict[str, Any] | None:
    """What one would send to make another of the same in the brand behind the wall."""
    if path.endswith("/try"):
        condition = {"field": "words", "op": "contains", "value": "x"}
        rule = {"brand_id": theirs.brand, "name": "x", "conditions": [condition]}
        return {"rule": {**rule, "actions": {"queue_id": theirs.queue}}}
    if path.endswith("/test"):
        return None
    key = "channels" if noun in ("email", "chat", "form") else noun
    fields = NOUNS[key].fields.model_fields
    return {name: value for name, value in row.items() if name in fields}


def test_lists_and_the_trail_hold_nothing_of_the_other_brand(bound: TestClient, ours: Office) -> None:
    walled = (
        "brands teams queues agents channels macros motives rules segments reserves problems audit versions"
    )
    for noun in walled.split():
        answer = bound.get(f"{ADMIN}/{noun}")
        assert answer.status_code == 200 and answer.json()["items"]
        assert SECRET not in answer.text, noun


@pytest.mark.parametrize(
    ("noun", "change"),
    [
        ("queues", {"skills": [], "hours_id": None, "name": "n"}),
        ("agents", {"brand_ids": ["THEIRS"]}),
        ("agents", {"team_id": "THEIR_TEAM"}),
        ("agents", {"brand_ids": []}),
        ("email", {"queue_id": "THEIR_QUEUE"}),
        ("form", {"settings": {"reply_from_channel_id": "THEIR_EMAIL"}}),
        ("rules", {"actions": {"queue_id": "THEIR_QUEUE"}}),
        ("teams", {"brand_id": "THEIRS"}),
        ("teams", {"ranks": [{"queue_id": "THEIR_QUEUE", "rank": 2}]}),
        ("agents", {"ranks": [{"queue_id": "THEIR_QUEUE", "rank": 2}]}),
        ("segments", {"brand_id": "THEIRS"}),
        ("reserves", {"queue_ids": ["THEIR_QUEUE"]}),
        ("reserves", {"against_ids": ["THEIR_QUEUE"]}),
        ("reserves", {"team_id": "THEIR_TEAM"}),
        ("problems", {"queue_ids": ["THEIR_QUEUE"]}),
        ("problems", {"from_queue_ids": ["THEIR_QUEUE"]}),
        ("problems", {"brand_id": "THEIRS"}),
        ("macros", {"brand_id": "THEIRS"}),
        ("macros", {"brand_id": None}),
    ],
)
def test_nothing_of_ours_can_reach_over(
    bound: TestClient, ours: Office, theirs: Office, noun: str, change: dict[str, Any]
) -> None:
    names = {
        "THEIRS": theirs.brand, "THEIR_TEAM": theirs.team, "THEIR_QUEUE": theirs.queue,
        "THEIR_EMAIL": theirs.email,
    }  # fmt: skip

    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: filled(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [filled(inner) for inner in value]
        return names.get(value, value)

    answer = bound.patch(ours.path(noun), json=filled(change))
    if noun == "queues":
        assert answer.status_code == 200
    else:
        assert answer.status_code in (403, 422), answer.text


def test_a_bound_administrator_makes_no_one_freer_than_themselves(bound: TestClient, ours: Office) -> None:
    entry = {"name": "Eve", "email": "eve@example.org", "role": "administrator", "password": "long-enough-1"}
    refused = bound.post(f"{ADMIN}/agents", json=entry)
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "brands_required")
    assert bound.post(f"{ADMIN}/agents", json={**entry, "brand_ids": [ours.brand]}).status_code == 201
    me = bound.get("/api/v1/session").json()["id"]
    assert bound.patch(f"{ADMIN}/agents/{me}", json={"brand_ids": []}).status_code == 422


def test_what_belongs_to_the_whole_centre_is_read_and_not_changed(bound: TestClient, ours: Office) -> None:
    for noun in OF_THE_CENTRE:
        assert bound.get(ours.path(noun)).status_code == 200
        answer = bound.delete(ours.path(noun))
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "whole_centre_only")
    assert bound.post(f"{ADMIN}/brands", json={"name": "Mine"}).status_code == 403


def test_someone_of_two_brands_is_seen_by_each_and_changed_by_neither(
    administrator: TestClient, bound: TestClient, ours: Office, theirs: Office
) -> None:
    both = {"brand_ids": [ours.brand, theirs.brand]}
    assert administrator.patch(f"{ADMIN}/agents/{ours.agent}", json=both).status_code == 200
    seen = bound.get(f"{ADMIN}/agents/{ours.agent}").json()
    assert seen["brand_ids"] == [ours.brand]
    assert SECRET not in str(seen)
    assert bound.patch(f"{ADMIN}/agents/{ours.agent}", json={"password": "taken-over-1"}).status_code == 403
