"""Hours at the doors, over HTTP: the form and the chat offer them, the customer's page moves and cancels them."""

import re
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from psycopg.types.json import Jsonb

from affluent.channels import wording
from affluent.channels.appointments.door import build as build_pages
from affluent.channels.form.door import build as build_form
from affluent.storage.appointments import PgHours
from affluent.storage.chat_door import PgSites
from tests.channels.centre import SITE_ORIGIN, Centre, at_work, served
from tests.channels.chat.widget import Widget

FIELDS = [
    {"key": "email", "label_fr": "E-mail", "label_en": "Email", "kind": "email", "required": True},
    {"key": "message", "label_fr": "Demande", "label_en": "Request", "kind": "long", "required": True},
]
PROMISES = {"most": 1, "every_ms": 1_800_000, "notice_ms": 3_600_000, "days": 3, "remind_ms": None}


class House:
    def __init__(self, centre: Centre, address: str) -> None:
        self.centre = centre
        self.address = address
        self.base = f"http://{address}"
        self.sent = 0

    def hours(self) -> list[int]:
        return httpx.get(f"{self.base}/form/v1/form-a?lang=fr").json()["hours"]

    def form(self, hour: Any, who: str = "zoe", lang: str = "fr", **more: Any) -> httpx.Response:
        self.sent += 1
        body: dict[str, Any] = {
            "key": f"form-key-{self.sent}",
            "values": {"email": f"{who}@shop.example", "message": "Ma carte ?"},
            "promised_ms": hour,
            "timezone": "Europe/Paris",
        }
        url = f"{self.base}/form/v1/form-a?lang={lang}"
        return httpx.post(url, json={**body, **more}, headers={"Origin": SITE_ORIGIN})

    def chat(
        self, method: str = "POST", token: str = "", origin: str = SITE_ORIGIN, **body: Any
    ) -> httpx.Response:
        headers = {"Origin": origin, "X-Chat-Token": token}
        url = f"{self.base}/chat/v1/hours?site=site-a&lang=fr"
        return httpx.request(method, url, json=body or None, headers=headers)


@pytest.fixture
def house(dsn: str) -> Generator[House]:
    def prepare(centre: Centre) -> None:
        brand = centre.brand()
        queue = centre.queue(brand, "form")
        centre.rows("update queue set promises = %s where id = %s returning id", Jsonb(PROMISES), queue)
        form = centre.channel(brand, queue, "form-a", medium="form", fields=FIELDS)
        centre.channel(brand, centre.queue(brand), "site-a", appointment_channel_id=form)

    with at_work(dsn, prepare) as centre:
        hours = PgHours(centre.database)
        forms = build_form(
            store=PgSites(centre.database), runner=centre.runner, clock=centre.clock, hours=hours
        )
        pages = build_pages(hours=hours, runner=centre.runner, clock=centre.clock)
        with served(centre.app(forms, pages)) as address:
            yield House(centre, address)


def test_a_form_asks_for_an_hour_and_its_page_moves_and_cancels_it(house: House) -> None:
    first, second, *_ = house.hours()
    answer = house.form(first).json()
    assert answer["promised"]["at_ms"] == first
    url = house.base + answer["promised"]["path"]
    shown = httpx.get(url)
    assert shown.status_code == 200
    assert "Nous reviendrons vers vous le" in shown.text
    assert "Europe/Paris" in shown.text
    assert shown.headers["referrer-policy"] == "no-referrer"
    assert f'value="{second}"' in shown.text
    assert f'value="{first}"' not in shown.text
    moved = httpx.post(url, data={"answer": "move", "hour": str(second)})
    assert moved.status_code == 200, moved.text
    assert house.centre.contacts()[0]["not_before_ms"] == second
    sure = httpx.post(url, data={"answer": "cancel"})
    assert "cancelled" in sure.text
    assert house.centre.contacts()[0]["state"] == "waiting", "it is asked once more"
    assert httpx.post(url, data={"answer": "cancelled"}).status_code == 200
    assert house.centre.contacts()[0]["state"] == "abandoned"
    over = httpx.get(url.replace("lang=fr", "lang=en"))
    assert (over.status_code, "You cancelled this hour." in over.text) == (409, True)


def test_of_many_at_once_one_gets_the_hour_and_the_others_are_offered_what_is_left(house: House) -> None:
    first, second, *_ = house.hours()
    with ThreadPoolExecutor(5) as pool:
        asked = [pool.submit(house.form, first, who, key=f"at-once-{who}") for who in "abcde"]
        answers = [one.result() for one in asked]
    assert sorted(one.status_code for one in answers) == [200, 409, 409, 409, 409]
    lost = next(one for one in answers if one.status_code == 409).json()["error"]
    assert (lost["code"], lost["field"], lost["details"]["hours_ms"][0]) == (
        "hour_full",
        "promised_ms",
        second,
    )
    assert lost["message"] == "Cette heure vient d’être prise. Choisissez-en une autre."
    assert len(house.centre.contacts()) == 1


@pytest.mark.parametrize("hour", ["x", "1e9", -5, 1.5, True, [], {}, 10**30, "9" * 15, 0, "²"])
def test_what_is_no_hour_is_refused_and_leaves_nothing(house: House, hour: Any) -> None:
    answer = house.form(hour)
    assert answer.status_code == 422, answer.text
    assert house.centre.contacts() == []


def test_no_hour_is_a_form_like_any_other_and_a_strange_zone_is_the_centres(house: House) -> None:
    assert "promised" not in house.form("").json()
    answer = house.form(house.hours()[0], timezone="../../etc/passwd")
    assert answer.status_code == 200
    assert house.centre.rows("select timezone from appointment")[0]["timezone"] == "UTC"


def test_a_flood_is_let_wait(house: House) -> None:
    statuses = [house.form(hour).status_code for hour in house.hours()[:8]]
    assert statuses[:2] == [200, 200], "two hours a customer"
    assert set(statuses[2:5]) == {409}
    assert statuses[5:] == [429, 429, 429]
    opened = [house.chat(promised_ms=1, key="abcdefgh", email="a@b.cd") for _ in range(21)]
    assert opened[-1].status_code == 429


def test_the_chat_offers_hours_to_its_site_only_and_takes_one_instead_of_waiting(house: House) -> None:
    widget = Widget(house.address, "site-a").hello()
    widget.said("Ma box clignote")
    hours = house.chat("GET").json()["hours"]
    asked = {
        "key": "hour-key-1",
        "promised_ms": hours[0],
        "timezone": "Europe/Paris",
        "email": "zoe@shop.example",
    }
    assert widget.token
    assert house.chat(**asked, origin="https://evil.example").status_code == 403
    assert house.chat(**asked, token="nobody").status_code == 401
    taken = house.chat(**asked, token=widget.token)
    assert taken.status_code == 200, taken.text
    assert httpx.get(house.base + taken.json()["path"]).status_code == 200
    line = widget.until("message")["message"]
    while line["from"] != "system":
        line = widget.until("message")["message"]
    assert line["text"].startswith("Nous reviendrons vers vous par e-mail le ")
    assert [(one["medium"], one["state"]) for one in house.centre.contacts()] == [
        ("chat", "closed"),
        ("form", "waiting"),
    ]
    widget.close()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"key": "x"}, "unreadable"),
        ({"key": "abcdefgh", "promised_ms": "1"}, "unreadable"),
        ({"key": "abcdefgh", "promised_ms": 1, "email": "no"}, "not_an_email"),
        ({"key": "abcdefgh", "promised_ms": 1, "email": 7}, "unreadable"),
        ({"key": "abcdefgh", "promised_ms": 1, "email": "a@b.cd", "text": "x" * 10_001}, "text_too_long"),
        ({"key": "abcdefgh", "promised_ms": 1, "email": "a@b.cd"}, "missing"),
        ({"key": "abcdefgh", "promised_ms": 1, "email": "a@b.cd", "text": "x"}, "hour_unknown"),
        ({"key": "abcdefgh", "promised_ms": 1, "email": "a\r\nBcc: x@y.zz", "text": "x"}, "not_an_email"),
    ],
)
def test_what_the_chat_cannot_take_is_said(house: House, body: dict[str, Any], code: str) -> None:
    assert house.chat(**body).json()["error"]["code"] == code


@pytest.mark.parametrize("token", ["x", "%00", "a" * 3000, "é"])
def test_what_opens_nothing_says_so(house: House, token: str) -> None:
    for answer in (
        httpx.get(f"{house.base}/appointment/{token}"),
        httpx.post(f"{house.base}/appointment/{token}"),
    ):
        assert answer.status_code == 404, answer.text


@pytest.mark.parametrize("hour", ["", "x", "-1", "9" * 40, "٣", "1"])
def test_the_page_offers_the_hours_again_to_who_sends_nonsense(house: House, hour: str) -> None:
    url = house.base + house.form(house.hours()[0]).json()["promised"]["path"]
    again = httpx.post(url, data={"answer": "move", "hour": hour})
    assert (again.status_code, 'role="alert"' in again.text) == (422, True)


def test_what_the_customer_wrote_is_escaped(house: House) -> None:
    path = house.form(house.hours()[0]).json()["promised"]["path"]
    house.centre.rows("update contact set subject = '<b>x</b>' returning id")
    shown = httpx.get(house.base + path).text
    assert "<b>x" not in shown
    assert re.search("&lt;b&gt;x", shown)


def test_both_languages_say_the_same_things() -> None:
    assert wording.words("appointments", "fr").keys() == wording.words("appointments", "en").keys()
