"""The customer's page: the offer, a yes, a no, and everything that comes too late."""

from collections.abc import Generator

import httpx
import pytest
from psycopg.types.json import Jsonb

from affluent.centre.doors import OtherDoor
from affluent.channels import wording
from affluent.channels.moving import door
from affluent.channels.moving.page import asking
from affluent.storage.moving import PgOtherDoors
from tests.channels.centre import Centre, at_work, served
from tests.channels.chat.widget import Widget


class House:
    def __init__(self, centre: Centre, address: str, brand: int) -> None:
        self.centre = centre
        self.address = address
        self.brand = brand

    def url(self, token: str) -> str:
        return f"http://{self.address}/move/{token}"

    def offered(self) -> str:
        widget = Widget(self.address, "site-a").hello()
        widget.said("Quel retard !")
        line = next(
            one for one in iter(lambda: widget.until("message")["message"], None) if one["from"] == "system"
        )
        widget.close()
        assert line["text"].startswith("Un e-mail garde trace. http://")
        return line["text"].split("/move/")[1].split("?")[0]


@pytest.fixture
def house(dsn: str) -> Generator[House]:
    made: dict[str, int] = {}

    def prepare(centre: Centre) -> None:
        made["brand"] = brand = centre.brand()
        centre.channel(brand, centre.queue(brand), "site-a", title_fr="Parlons")
        mail = centre.queue(brand, "email")
        centre.insert(
            "channel", brand_id=brand, medium="email", name="mail", queue_id=mail, public_key="mail-a"
        )
        motive = centre.insert(
            "motive", brand_id=brand, name_fr="Retard", name_en="Delay", media=Jsonb(["email"]),
            steer_fr="Un e-mail garde trace.", steer_en="A <b>mail</b> keeps track.",
        )  # fmt: skip
        centre.insert(
            "rule",
            brand_id=brand,
            name="steer",
            conditions=Jsonb([{"field": "words", "op": "contains", "value": "retard"}]),
            actions=Jsonb({"motive_id": motive}),
        )

    with at_work(dsn, prepare) as centre:
        page = door.build(doors=PgOtherDoors(centre.database), runner=centre.runner, clock=centre.clock)
        with served(centre.app(page)) as address:
            yield House(centre, address, made["brand"])


def test_the_page_shows_the_offer_and_takes_a_yes_with_an_address(house: House) -> None:
    url = house.url(house.offered())
    shown = httpx.get(url, params={"lang": "fr"})
    assert shown.status_code == 200 and "Un e-mail garde trace." in shown.text
    assert shown.headers["referrer-policy"] == "no-referrer", "the address is a key"
    wrong = httpx.post(url, params={"lang": "fr"}, data={"answer": "yes", "email": "nowhere"})
    assert wrong.status_code == 422 and 'role="alert"' in wrong.text
    done = httpx.post(url, params={"lang": "fr"}, data={"answer": "yes", "email": "zoe@customer.example"})
    assert done.status_code == 200 and "zoe@customer.example" in done.text
    assert [one["medium"] for one in house.centre.contacts()] == ["chat", "email"]
    assert httpx.get(url).status_code == 409
    assert httpx.post(url, data={"answer": "no"}).status_code == 409


def test_a_no_leaves_the_customer_in_line(house: House) -> None:
    url = house.url(house.offered())
    assert httpx.post(url, params={"lang": "en"}, data={"answer": "no"}).status_code == 200
    (contact,) = house.centre.contacts()
    assert (contact["state"], contact["steered"]) == ("waiting", "refused")


@pytest.mark.parametrize("token", ["x", "%00", "a" * 3000, "é"])
def test_what_opens_nothing_says_so(house: House, token: str) -> None:
    for answer in (httpx.get(house.url(token)), httpx.post(house.url(token), content=b"a=1&" * 50)):
        assert answer.status_code == 404, answer.text


def test_what_administrators_wrote_is_escaped() -> None:
    shown = asking(OtherDoor("B & Co", "", "A <b>mail</b> keeps track.", "email"), "en")
    assert "<b>" not in shown and "B &amp; Co" in shown


def test_both_languages_say_the_same_things() -> None:
    assert wording.words("moving", "fr").keys() == wording.words("moving", "en").keys()
