"""`affluent policy export` and `apply` against a running centre; and what is exported routes in the filter as it is."""

import io
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from affluent.cli import policy_remote, route
from tests.web.house import House
from tests.web.settings import Office, furnish

ADMIN = "/api/v1/admin"


@pytest.fixture
def office(administrator: TestClient) -> Office:
    return furnish(administrator)


def centre(house: House, administrator: TestClient) -> policy_remote.Centre:
    """The command's view of the application, by a key of the administrator."""
    me = administrator.get("/api/v1/session").json()["id"]
    rights = ["read_settings", "change_settings", "read_audit"]
    made = administrator.post(f"{ADMIN}/keys", json={"name": "Rules", "account_id": me, "rights": rights})
    assert made.status_code == 201, made.text
    browser = house.browser()

    def answer(request: httpx.Request) -> httpx.Response:
        sent = ("authorization", "accept-language", "content-type")
        headers = {name: request.headers[name] for name in sent if name in request.headers}
        told = browser.request(request.method, request.url.path, content=request.content, headers=headers)
        return httpx.Response(told.status_code, content=told.content)

    return policy_remote.Centre(
        "http://centre.test/", made.json()["secret"], "en", httpx.MockTransport(answer)
    )


def test_export_change_try_and_apply(house: House, administrator: TestClient, office: Office) -> None:
    remote, out = centre(house, administrator), io.StringIO()
    policy_remote.export(remote, out)
    text = out.getvalue()
    assert text.startswith("# Affluent routing, version ")

    def apply(text: str, **named: Any) -> tuple[bool, str]:
        said = io.StringIO()
        told: dict[str, Any] = {"reason": None, "only_try": False, "as_json": False, **named}
        done = policy_remote.apply(remote, "rules.yaml", text, said, **told)
        return done, said.getvalue()

    assert apply(text, only_try=True) == (
        True,
        "waiting 0, of whom nobody could serve 0 (new: 0); queue gone: 0\nnothing differs\n",
    )
    other = text.replace("target: 4h", "target: 3h").replace("skills: [billing]", "skills: [billing, german]")
    done, said = apply(other, only_try=True)
    assert done and "+ skills german" in said and "    target: 4h -> 3h" in said
    assert said.endswith("tried, not applied\n")
    done, said = apply(other)
    assert not done and "Say why" in said
    done, said = apply(other, reason="Winter")
    assert done and "applied: version" in said
    done, said = apply(text, reason="Again")
    assert not done and "has changed since" in said and "Winter" in said
    done, said = apply(other.replace("target: 3h", "target: 3 h"), only_try=True)
    assert not done and said.startswith("rules.yaml:") and "is no duration" in said
    done, said = apply(other, only_try=True, as_json=True)
    assert not done and json.loads(said)["error"]["code"] == "changed_meanwhile"


def test_who_cannot_be_reached_is_told(tmp_path: Path) -> None:
    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    remote = policy_remote.Centre("http://nowhere.test", "aff_x", "en", httpx.MockTransport(away))
    with pytest.raises(policy_remote.Unanswered, match=r"nowhere\.test.*refused"):
        policy_remote.export(remote, io.StringIO())
    with pytest.raises(policy_remote.Unanswered, match="No such file"):
        policy_remote.read_text(tmp_path / "gone.yaml", io.StringIO())


def test_what_is_exported_routes_in_the_filter_as_it_is(
    house: House, administrator: TestClient, office: Office, tmp_path: Path
) -> None:
    """Brands wall in the filter as in the centre: who serves another brand is offered nothing."""
    furnish(administrator, "-2")
    out = io.StringIO()
    policy_remote.export(centre(house, administrator), out)
    file = tmp_path / "policy.yaml"
    file.write_text(out.getvalue(), encoding="utf-8")
    lines = [
        {"event": "ready", "agent": "Camille-2", "at_ms": 0},
        {"event": "arrive", "contact": "a", "queue": "Courriels", "segment": "Premium", "at_ms": 1},
        {"event": "ready", "agent": "Camille", "at_ms": 2},
    ]
    answers, errors = io.BytesIO(), io.StringIO()
    told = "".join(json.dumps(line) + "\n" for line in lines).encode()
    assert route.run(file, io.BytesIO(told), answers, errors, None, explain=False, done=False), (
        errors.getvalue()
    )
    decisions = [json.loads(line) for line in answers.getvalue().splitlines()]
    assert [(one["decision"], one["agent"]) for one in decisions] == [("offered", "Camille")]
