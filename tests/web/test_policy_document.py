"""The routing of the living centre as one document: out and in again, tried, applied, refused with its lines."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from affluent.routing.document import read_policy
from affluent.storage.administration import PostgresSettings
from tests.web.house import House
from tests.web.settings import Office, furnish, made

ADMIN = "/api/v1/admin"
POLICY = f"{ADMIN}/policy"


@pytest.fixture
def office(administrator: TestClient) -> Office:
    return furnish(administrator)


def document(client: TestClient) -> dict[str, Any]:
    answer = client.get(POLICY)
    assert answer.status_code == 200, answer.text
    return answer.json()


def put(client: TestClient, text: str, **named: Any) -> Any:
    return client.put(POLICY, json={"document": text, **named})


def tried(client: TestClient, text: str, **named: Any) -> dict[str, Any]:
    answer = put(client, text, only_try=True, **named)
    assert answer.status_code == 200, answer.text
    return answer.json()


def everything(client: TestClient) -> dict[str, Any]:
    nouns = ("skills", "groups", "hours", "teams", "queues", "agents", "segments", "reserves", "media")
    return {
        noun: [
            client.get(f"{ADMIN}/{noun}", params={"archived": archived}).json()["items"]
            for archived in (0, 1)
        ]
        for noun in (*nouns, "defaults")
    }


def changed(text: str, old: str, new: str) -> str:
    assert old in text, text
    return text.replace(old, new, 1)


def test_what_is_read_and_put_back_changes_nothing(administrator: TestClient, office: Office) -> None:
    furnish(administrator, "-2")
    before, standing = everything(administrator), document(administrator)
    assert read_policy(standing["document"]).policy.agents
    assert standing["document"].startswith(f"# Affluent routing, version {standing['version']}\n")
    found = tried(administrator, standing["document"])
    assert (found["problems"], found["differences"]) == ([], [])
    done = put(administrator, standing["document"], reason="Again")
    assert (done.status_code, done.json()["applied"], done.json()["version"]) == (
        200,
        False,
        standing["version"],
    )
    assert everything(administrator) == before


def test_a_document_is_tried_then_applied_as_one_version_with_its_reason(
    administrator: TestClient, office: Office
) -> None:
    standing = document(administrator)
    text = changed(standing["document"], "target: 4h", "target: 3h, max_wait: 8h, tier: 4")
    text = changed(text, "skills: [billing]", "skills: [billing, german]")
    before = everything(administrator)
    found = tried(administrator, text)
    assert found["problems"] == []
    assert found["effect"] == {"waiting": 0, "queue_goes": 0, "unserved": 0, "newly_unserved": 0}
    assert [(one["section"], one["name"]) for one in found["differences"]] == [
        ("skills", "german"),
        ("queues", "Courriels"),
    ]
    assert found["differences"][1]["before"] == {"tier": None, "target": "4h", "max_wait": None}
    assert found["differences"][1]["after"] == {"tier": 4, "target": "3h", "max_wait": "8h"}
    assert everything(administrator) == before
    assert put(administrator, text).json()["error"]["code"] == "say_why"
    done = put(administrator, text, reason="Winter")
    assert done.status_code == 200, done.text
    assert done.json()["differences"] == found["differences"]
    versions = administrator.get(f"{ADMIN}/versions").json()["items"]
    latest = versions[0]
    assert (latest["noun"], latest["count"], latest["reason"], latest["id"]) == (
        "policy",
        2,
        "Winter",
        done.json()["version"],
    )
    assert versions[1]["noun"] == "reserves", "the batch is one version"
    parts = administrator.get(f"{ADMIN}/versions/{latest['id']}/parts").json()["items"]
    assert [(one["noun"], one["action"], one["name"]) for one in parts] == [
        ("skills", "create", "german"),
        ("queues", "change", "Courriels"),
    ]
    again = document(administrator)
    assert "Winter" in again["document"] and "target: 3h" in again["document"]
    back = administrator.post(f"{ADMIN}/versions/{standing['version']}/back", json={"reason": "Spring"})
    assert back.status_code == 200, back.text
    assert document(administrator)["document"].split("\n", 3)[3] == standing["document"].split("\n", 2)[2]


def test_nobody_overwrites_what_another_changed_meanwhile(administrator: TestClient, office: Office) -> None:
    standing = document(administrator)
    administrator.patch(f"{ADMIN}/queues/{office.queue}", params={"reason": "Quiet day"}, json={"tier": 7})
    text = changed(standing["document"], "target: 4h", "target: 3h")
    refused = put(administrator, text, reason="Mine")
    assert refused.status_code == 409
    error = refused.json()["error"]
    assert error["code"] == "changed_meanwhile"
    assert [(one["reason"], one["name"], one["after"]) for one in error["details"]["since"]] == [
        ("Quiet day", "Courriels", {"tier": 7})
    ]
    assert put(administrator, text, only_try=True).status_code == 409
    stood = put(administrator, text, reason="Mine", version=error["details"]["version"])
    assert stood.status_code == 200


def test_what_cannot_be_stands_with_its_line_and_nothing_is_applied(
    administrator: TestClient, office: Office
) -> None:
    before = everything(administrator)
    text = document(administrator)["document"]
    wrong = changed(text, "target: 4h", "traget: 4h")
    line = wrong[: wrong.index("traget")].count("\n") + 1
    (first,) = [one for one in tried(administrator, wrong)["problems"] if one["code"] == "unknown_key"]
    assert (first["details"]["did_you_mean"], first["line"]) == ("target", line)
    wrong = changed(text, "  Camille:", "  Camillo:")
    (one,) = tried(administrator, wrong)["problems"]
    assert (one["code"], one["details"]["did_you_mean"]) == ("person_not_made_here", "Camille")
    assert one["line"] == wrong[: wrong.index("Camillo")].count("\n") + 1
    refused = put(administrator, wrong, reason="No")
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "policy_refused")
    assert refused.json()["error"]["details"]["errors"][0]["line"] == one["line"]
    assert everything(administrator) == before


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("brands: [Marque]", "brands: [Marque, Autre]", "brand_not_made_here"),
        ("{brand: Marque, hours: Bureau", "{hours: Bureau", "queue_without_brand"),
        ("closes: true", "closes: true, overflow: {after: 5m}", "overflow_nowhere"),
        ("hours: Bureau, closes: true", "closes: true", "closes_needs_hours"),
        ("timezone: Europe/Rome", "timezone: Europe/Roma", "no_such_zone"),
        ("limits: {chat: 3", "limits: {fax: 1, chat: 3", "unknown_medium"),
        ("limits: {chat: 3", "limits: {chat: 55", "too_big"),
    ],
)
def test_each_thing_that_the_centre_cannot_hold_is_told(
    administrator: TestClient, office: Office, old: str, new: str, code: str
) -> None:
    administrator.patch(f"{ADMIN}/queues/{office.queue}", json={"closes": True})
    administrator.patch(f"{ADMIN}/hours/{office.hours}", json={"timezone": "Europe/Rome"})
    text = document(administrator)["document"]
    found = tried(administrator, changed(text, old, new))["problems"]
    assert [one["code"] for one in found] == [code]
    assert found[0]["message"] and found[0]["line"] > 1


def test_a_section_left_out_stays_and_one_that_is_there_is_whole(
    administrator: TestClient, office: Office
) -> None:
    text = document(administrator)["document"]
    assert tried(administrator, "version: 1\n")["differences"] == []
    gone = changed(text, "skills: [billing]\n", "skills: []\n")
    assert {one["code"] for one in tried(administrator, gone)["problems"]} == {"unknown_skill"}
    start = text.index("agent_reserves:")
    without = text[:start] + "agent_reserves: []\n"
    (difference,) = tried(administrator, without)["differences"]
    assert (difference["section"], difference["name"], difference["after"]) == (
        "agent_reserves",
        "Réserve",
        None,
    )
    assert put(administrator, without, reason="Free").status_code == 200
    assert put(administrator, text, version=document(administrator)["version"], reason="Kept").json()[
        "applied"
    ]
    kept = administrator.get(f"{ADMIN}/reserves/{office.reserve}").json()
    assert kept["archived"] is False, "what was put away comes back rather than anew"


def test_a_queue_still_in_use_is_not_put_away(administrator: TestClient, office: Office) -> None:
    text = document(administrator)["document"]
    start, end = text.index("queues:"), text.index("agents:")
    without = (
        text[:start] + "queues: {}\n" + text[end : text.index("agent_reserves:")] + "agent_reserves: []\n"
    )
    (one,) = tried(administrator, without)["problems"]
    assert (one["code"], one["path"]) == ("named_no_more", "/queues")
    assert "Boîte" in one["message"]


def test_overflows_can_turn_round_and_teams_rank_new_queues(
    administrator: TestClient, office: Office
) -> None:
    text = document(administrator)["document"]
    queue = "  Retard: {brand: Marque, medium: email, target: 1h}\n"
    text = changed(text, "queues:\n", "queues:\n" + queue)
    text = changed(text, "target: 4h", "target: 4h, overflow: {queue: Retard, after: 1h}")
    text = changed(text, "Équipe: {brand: Marque}", "Équipe: {brand: Marque, ranks: {Retard: 2}}")
    done = put(administrator, text, reason="More")
    assert done.status_code == 200, done.text
    turned = document(administrator)["document"]
    turned = changed(turned, "    overflow: {queue: Retard, after: 1h}\n", "")
    turned = changed(
        turned,
        "medium: email, target: 1h}",
        "medium: email, target: 1h, overflow: {queue: Courriels, after: 2h}}",
    )
    done = put(administrator, turned, reason="Round")
    assert done.status_code == 200, done.text
    assert {one["name"] for one in done.json()["differences"]} == {"Courriels", "Retard"}


def test_only_who_sees_the_whole_centre_reads_and_changes_all_of_its_routing(
    administrator: TestClient, office: Office, person: Any
) -> None:
    text = document(administrator)["document"]
    bound = person(role="administrator", brand_ids=[office.brand])
    for answer in (bound.get(POLICY), put(bound, text, only_try=True)):
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "whole_centre_only")
    supervisor = person(role="supervisor", brand_ids=[office.brand])
    assert put(supervisor, text, only_try=True).status_code == 403


def test_two_of_one_name_are_told_apart(administrator: TestClient, office: Office) -> None:
    brand = made(administrator, "brands", name="Autre")
    made(administrator, "queues", brand_id=brand, name="courriels", medium="email", target_ms=1)
    made(administrator, "agents", name="Camille", email="c2@example.org", brand_ids=[brand])
    text = document(administrator)["document"]
    assert "courriels (Autre)" in text and "Camille (c2@example.org)" in text
    assert tried(administrator, text) | {"version": 0, "warnings": []} == {
        "problems": [],
        "warnings": [],
        "differences": [],
        "effect": {"waiting": 0, "queue_goes": 0, "unserved": 0, "newly_unserved": 0},
        "version": 0,
        "applied": False,
    }


def test_media_and_hands_are_settings(administrator: TestClient, office: Office, house: House) -> None:
    media = {one["medium"]: one for one in administrator.get(f"{ADMIN}/media").json()["items"]}
    assert media["chat"]["units"] == 6 and media["voice"]["interrupts"] == ["email", "form", "message"]
    chat = f"{ADMIN}/media/{media['chat']['id']}"
    changes = {"units": 20, "exclusive": True, "pulls_back": ["email"]}
    assert administrator.patch(chat, json=changes).status_code == 200
    email = f"{ADMIN}/media/{media['email']['id']}"
    circle = administrator.patch(email, json={"pulls_back": ["chat"]})
    assert circle.json()["error"]["code"] == "pull_back_cycle"
    assert (
        administrator.patch(email, json={"interrupts": ["email"]}).json()["error"]["code"]
        == "medium_of_itself"
    )
    assert administrator.patch(chat, json={"archived": True}).json()["error"]["code"] == "given"
    assert administrator.post(f"{ADMIN}/media", json={"medium": "chat", "units": 1}).status_code == 405
    agent = f"{ADMIN}/agents/{office.agent}"
    answer = administrator.patch(agent, json={"units": {"chat": 30}, "kept_free": {"email": 4}})
    assert (answer.json()["units"]["chat"], answer.json()["kept_free"]["email"]) == (30, 4)
    assert answer.json()["capacity"]["chat"] == 3
    with PostgresSettings(house.database).unit() as unit:
        policy = unit.policy()
    (rule,) = [one for one in policy.agents if one.id == office.agent]
    assert (rule.units, rule.kept_free) == ({"chat": 30}, {"email": 4})
    assert next(one for one in policy.media if one.medium == "chat").exclusive
    assert tried(administrator, document(administrator)["document"])["differences"] == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a: [",
        "version: 1\nqueues: 5\n",
        "version: 1\nteams: {a: {ranks: 4}}\nhours: {x: 3}\nagent_reserves: {a: 1}\n",
        "version: 1\nhours: {x: {weekly: {mon: 4}, exceptions: [{}]}}\n",
        "version: 1\nagents: {Nobody: 4}\nagent_reserves: [3]\n",
        "version: 1\nmedia: {email: {units: 2, pulls_back: [email]}}\n",
        "version: 1\nmedia: {fax: {units: 2}}\n",
        "version: 1\nhours: {x: {timezone: '', holidays: XX, exceptions: [{date: y, label: ''}]}}\n",
        "version: 1\nskills: ['UPPER case']\nbundles: {g: {}}\n",
        "version: 1\nbrands: [Marque]\nmedia: {email: {units: 2}}\nteams: {t: {brand: Marque}}\n"
        "queues: {q: {brand: Marque, medium: email, offer: 1ms, target: 500d, teams: [t, t]}}\n",
    ],
)
def test_no_document_breaks_the_centre(administrator: TestClient, office: Office, text: str) -> None:
    assert all(one["message"] and one["line"] > 0 for one in tried(administrator, text)["problems"])
    assert tried(administrator, text)["problems"]
    assert put(administrator, text, reason="No").json()["error"]["code"] == "policy_refused"
