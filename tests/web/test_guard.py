"""What every request must bring and every answer carries."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import APIRouter
from starlette.testclient import TestClient

from affluent.web.app import create_app
from affluent.web.errors import accepted_language, words
from tests.web.house import House


def test_a_write_without_the_header_is_refused(house: House) -> None:
    client = TestClient(house.app, base_url="http://centre.test")
    answer = client.post("/api/v1/session", json={"email": "a@b.fr", "password": "x"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "header_missing")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://centre.test"}, 401),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 401),
    ],
)
def test_a_write_from_another_site_is_refused(house: House, headers: dict[str, str], status: int) -> None:
    answer = house.browser().post(
        "/api/v1/session", json={"email": "a@b.fr", "password": "x"}, headers=headers
    )
    assert answer.status_code == status


def test_a_body_that_is_too_large_is_refused_whether_or_not_it_says_so(house: House) -> None:
    client = house.browser()
    large = json.dumps({"email": "a" * 1_100_000, "password": "x"}).encode()
    headers = {"Content-Type": "application/json"}
    said = client.post("/api/v1/session", content=large, headers=headers)
    unsaid = client.post("/api/v1/session", content=iter([large[:600_000], large[600_000:]]), headers=headers)
    assert (said.status_code, unsaid.status_code) == (413, 413)
    assert said.json()["error"]["code"] == unsaid.json()["error"]["code"] == "too_large"


def test_a_malformed_body_is_a_422_with_its_field(house: House) -> None:
    client = house.browser(**{"Accept-Language": "fr-FR,fr;q=0.9,en;q=0.8"})
    missing = client.post("/api/v1/session", json={"email": "a@b.fr"}).json()["error"]
    assert (missing["code"], missing["field"], missing["message"]) == (
        "missing", "password", "Ce champ est obligatoire.",
    )  # fmt: skip
    broken = client.post("/api/v1/session", content=b"{", headers={"Content-Type": "application/json"})
    assert (broken.status_code, broken.json()["error"]["code"]) == (422, "not_json")
    nul = client.post("/api/v1/session", json={"email": "a\x00b", "password": "x"})
    assert nul.status_code == 422


def test_an_accident_tells_a_number_and_logs_no_input(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    router = APIRouter()

    @router.get("/api/v1/break/{secret}")
    def broken(secret: str) -> None:  # pyright: ignore[reportUnusedFunction] - FastAPI calls it
        raise RuntimeError(f"the customer said {secret}")

    house.app.router.routes.insert(0, router.routes[0])
    answer = house.browser().get("/api/v1/break/my-card-number")
    assert answer.status_code == 500
    problem = answer.json()["error"]
    assert problem["code"] == "accident" and problem["details"]["incident"] in problem["message"]
    logged = capsys.readouterr().out
    assert problem["details"]["incident"] in logged and "my-card-number" not in logged


def test_unknown_addresses_of_the_api_are_errors_in_the_same_shape(house: House) -> None:
    answer = house.browser().get("/api/v1/nothing")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    wrong = house.browser().put("/api/v1/start", json={})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (405, "method_not_allowed")


def test_without_built_pages_a_page_says_how_to_build_them(house: House, tmp_path: Path) -> None:
    services = replace(house.app.state.services, pages=tmp_path / "not-built")
    answer = TestClient(create_app(services), base_url="http://centre.test").get("/desk")
    assert answer.status_code == 503 and "make pages" in answer.text


def test_pages_are_served_with_a_policy_and_routes_fall_back_to_the_entry(
    house: House, tmp_path: Path
) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>Affluent</title>")
    (tmp_path / "assets" / "desk-1a2b.js").write_text("1")
    services = house.app.state.services
    client = TestClient(create_app(replace(services, pages=tmp_path)), base_url="http://centre.test")
    entry = client.get("/admin/queues/3")
    assert entry.status_code == 200 and entry.headers["cache-control"] == "no-cache"
    assert "script-src 'self';" in entry.headers["content-security-policy"]
    asset = client.get("/assets/desk-1a2b.js")
    assert "immutable" in asset.headers["cache-control"]
    assert client.get("/assets/gone.js").status_code == 404
    assert client.get("/..%2f..%2fetc/passwd").text == entry.text
    assert client.head("/").status_code == 200


def test_both_languages_have_the_same_sentences_with_the_same_gaps() -> None:
    english, french = words("en"), words("fr")
    assert list(english) == sorted(english) and english.keys() == french.keys()
    for code, text in english.items():
        assert set(re.findall(r"\{(\w+)\}", text)) == set(re.findall(r"\{(\w+)\}", french[code])), code


_ADDRESS = r"(?:https?|wss)://|(?:stun|turn):(?=[a-z])|(?<=[a-z]):\d+"
"""What stands in an address as it is typed."""


def test_french_is_set_as_french_is() -> None:
    for code, text in words("fr").items():
        # What is typed as it stands is no prose: a header, a gap of a macro.
        without_header = re.sub(r"X-Affluent: 1|\{\{\{\{.*?\}\}\}\}", "", text)
        assert "'" not in text, code
        assert not re.search(r"(?<![\u202f\u00a0])[;!?:%»]", re.sub(_ADDRESS, "", without_header)), code
        assert not re.search(r"«(?!\u00a0)", text), code
        assert not re.search(r"\u202f:|\u00a0[;!?]", text), code


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        ("fr-CH, en;q=0.9", "fr"),
        ("de, en;q=0.7, fr;q=0.8", "fr"),
        ("", "en"),
        ("en-GB", "en"),
        (";;q=x,fr", "fr"),
    ],
)
def test_the_browsers_language_is_understood(header: str, locale: str) -> None:
    assert accepted_language(header) == locale
