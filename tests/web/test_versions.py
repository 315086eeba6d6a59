"""Versions of the routing: each change is one, with who and why; going back undoes what followed."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.web.settings import Office, furnish

ADMIN = "/api/v1/admin"


@pytest.fixture
def office(administrator: TestClient) -> Office:
    return furnish(administrator)


def latest(client: TestClient) -> dict[str, Any]:
    return client.get(f"{ADMIN}/versions").json()["items"][0]


def queue_of(client: TestClient, office: Office) -> dict[str, Any]:
    return client.get(f"{ADMIN}/queues/{office.queue}").json()


def test_every_change_of_routing_is_a_version_with_who_when_and_why(
    administrator: TestClient, office: Office
) -> None:
    answer = administrator.patch(
        f"{ADMIN}/queues/{office.queue}", params={"reason": "Too slow"}, json={"tier": 7}
    )
    assert answer.status_code == 200
    version = latest(administrator)
    assert (version["noun"], version["noun_id"], version["reason"]) == ("queues", office.queue, "Too slow")
    assert (version["before"], version["after"]) == ({"tier": 0}, {"tier": 7})
    assert version["account"]["name"]
    administrator.patch(f"{ADMIN}/agents/{office.agent}", json={"name": "Camille D."})
    administrator.patch(f"{ADMIN}/macros/{office.macro}", json={"title": "Other"})
    assert latest(administrator) == version, "a name or a macro is no rule of routing"
    administrator.patch(f"{ADMIN}/agents/{office.agent}", json={"name": "C.", "capacity": {"chat": 9}})
    assert latest(administrator)["after"].keys() == {"capacity"}


def test_what_is_only_tried_tells_its_warnings_and_keeps_nothing(
    administrator: TestClient, office: Office
) -> None:
    before, version = queue_of(administrator, office), latest(administrator)
    needs = {"skills": [{"skill_id": office.skill, "level": 5}]}
    tried = administrator.patch(f"{ADMIN}/queues/{office.queue}", params={"only_try": 1}, json=needs)
    assert tried.status_code == 200
    assert [one["code"] for one in tried.json()["warnings"]] == ["queue_unserved"]
    assert tried.json()["skills"][0]["level"] == 5
    new = {"brand_id": office.brand, "name": "Tried", "medium": "email", "target_ms": 1}
    assert administrator.post(f"{ADMIN}/queues", params={"only_try": 1}, json=new).status_code == 201
    refused = administrator.patch(
        f"{ADMIN}/queues/{office.queue}", params={"only_try": 1}, json={"max_length": 5}
    )
    assert refused.json()["error"]["code"] == "mail_never_turned_away"
    assert queue_of(administrator, office) == before
    assert latest(administrator) == version
    assert "Tried" not in {one["name"] for one in administrator.get(f"{ADMIN}/queues").json()["items"]}


def test_going_back_undoes_all_that_followed_and_is_itself_a_version(
    administrator: TestClient, office: Office
) -> None:
    queue, agent, version = (
        queue_of(administrator, office),
        administrator.get(f"{ADMIN}/agents/{office.agent}").json(),
        latest(administrator)["id"],
    )
    for tier in (3, 5):
        administrator.patch(f"{ADMIN}/queues/{office.queue}", json={"tier": tier, "wrap_up_ms": 30_000})
    group = administrator.post(
        f"{ADMIN}/groups", json={"name": "New", "skills": [{"skill_id": office.skill, "level": 5}]}
    ).json()["id"]
    administrator.patch(
        f"{ADMIN}/agents/{office.agent}",
        json={"group_ids": [group], "ranks": [{"queue_id": office.queue, "rank": 2}], "name": "Camille D."},
    )
    plan = administrator.get(f"{ADMIN}/versions/{version}/plan").json()["items"]
    assert [(one["noun"], one["after"]) for one in plan] == [
        ("queues", {"tier": 0, "wrap_up_ms": 0}),
        ("agents", {"group_ids": [], "ranks": []}),
        ("groups", {"archived": True}),
    ]
    tried = administrator.post(f"{ADMIN}/versions/{version}/back", json={"only_try": True})
    assert (tried.status_code, tried.json()["items"]) == (200, plan)
    assert queue_of(administrator, office)["tier"] == 5
    done = administrator.post(f"{ADMIN}/versions/{version}/back", json={"reason": "Calls fell"})
    assert done.status_code == 200, done.text
    assert queue_of(administrator, office) == queue
    now = administrator.get(f"{ADMIN}/agents/{office.agent}").json()
    assert now == {**agent, "name": "Camille D."}, "names are no part of the routing"
    assert administrator.get(f"{ADMIN}/groups/{group}").json()["archived"] is True
    assert latest(administrator)["reason"] == "Calls fell"
    again = administrator.post(f"{ADMIN}/versions/{version}/back", json={})
    assert again.json()["error"]["code"] == "nothing_to_go_back"
    missing = administrator.get(f"{ADMIN}/versions/{version + 1_000_000}/plan")
    assert missing.status_code == 404


def test_an_overflow_that_leads_back_is_refused_with_the_way_it_goes(
    administrator: TestClient, office: Office
) -> None:
    def queue(name: str, to: int | None) -> int:
        body = {
            "brand_id": office.brand, "name": name, "medium": "email", "target_ms": 1_000,
            "overflow_queue_id": to, "overflow_after_ms": None if to is None else 1_000,
        }  # fmt: skip
        return administrator.post(f"{ADMIN}/queues", json=body).json()["id"]

    last = queue("Last", None)
    first = queue("First", queue("Second", last))
    change = {"overflow_queue_id": first, "overflow_after_ms": 60_000}
    refused = administrator.patch(f"{ADMIN}/queues/{last}", json=change).json()["error"]
    assert (refused["code"], refused["field"]) == ("overflow_cycle", "overflow_queue_id")
    assert "Last → First → Second → Last" in refused["message"]
    in_use = administrator.delete(f"{ADMIN}/queues/{last}").json()["error"]
    assert in_use["code"] == "in_use" and "Second" in in_use["message"]


def test_everything_that_keeps_a_version_from_coming_back_is_told(
    administrator: TestClient, office: Office
) -> None:
    """Two queues made since are in use by channels: both are named, and nothing goes back."""
    version = latest(administrator)["id"]
    names = ("Neuve", "Nouvelle")
    for name in names:
        body = {"brand_id": office.brand, "name": name, "medium": "chat", "target_ms": 1_000}
        queue = administrator.post(f"{ADMIN}/queues", json=body).json()["id"]
        channel = {"brand_id": office.brand, "medium": "chat", "name": name, "queue_id": queue}
        made = administrator.post(f"{ADMIN}/channels", json={**channel, "settings": {"origins": []}})
        assert made.status_code == 201, made.text
    before = latest(administrator)
    refused = administrator.post(f"{ADMIN}/versions/{version}/back", json={})
    assert refused.status_code == 409
    error = refused.json()["error"]
    assert error["code"] == "in_use"
    assert {one["name"] for one in error["details"]["errors"]} == set(names)
    assert all(one["message"] for one in error["details"]["errors"])
    assert latest(administrator) == before
