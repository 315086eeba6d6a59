"""A form on a customer's site, over HTTP, down to the contact."""

import json
from collections.abc import Generator
from typing import Any

import httpx
import pytest

from affluent.channels.form import door
from affluent.storage.appointments import PgHours
from affluent.storage.chat_door import PgSites
from tests.channels.centre import SITE_ORIGIN, Centre, at_work, served

FIELDS = [
    {"key": "name", "label_fr": "Nom", "label_en": "Name", "kind": "text", "required": True},
    {"key": "email", "label_fr": "E-mail", "label_en": "Email", "kind": "email", "required": True},
    {"key": "message", "label_fr": "Demande", "label_en": "Request", "kind": "long", "required": True},
    {"key": "paper", "label_fr": "Pièce", "label_en": "Paper", "kind": "file", "required": False},
]
GOOD = {"name": "Hélène", "email": "helene@shop.example", "message": "Ma carte ?"}


class Site:
    """A page of the customer's site."""

    def __init__(self, centre: Centre, address: str) -> None:
        self.centre = centre
        self.url = f"http://{address}/form/v1/form-a?lang=fr"

    def post(
        self, values: dict[str, Any], key: str = "first-time", origin: str = SITE_ORIGIN
    ) -> httpx.Response:
        return httpx.post(self.url, json={"key": key, "values": values}, headers={"Origin": origin})

    def post_parts(self, values: object, *files: Any, key: str = "first-time") -> httpx.Response:
        data = {"key": key, "values": json.dumps(values)}
        return httpx.post(self.url, data=data, files=files or None, headers={"Origin": SITE_ORIGIN})


@pytest.fixture
def site(dsn: str) -> Generator[Site, None, None]:
    def prepare(centre: Centre) -> None:
        brand = centre.brand()
        queue = centre.queue(brand, "form")
        centre.channel(
            brand, queue, "form-a", medium="form", fields=FIELDS, title_fr="Écrivez-nous", thanks_fr="Merci !"
        )

    with at_work(dsn, prepare) as centre:
        forms = door.build(
            store=PgSites(centre.database),
            runner=centre.runner,
            clock=centre.clock,
            hours=PgHours(centre.database),
        )
        with served(centre.app(forms)) as address:
            yield Site(centre, address)


def test_the_form_is_shown_to_its_site_only(site: Site) -> None:
    shown = httpx.get(site.url, headers={"Origin": SITE_ORIGIN})
    told = {"thanks": "Merci !", "closed": None, "notices": [], "hours": []}
    assert shown.json() == {"title": "Écrivez-nous", "fields": FIELDS, **told}
    assert shown.headers["access-control-allow-origin"] == SITE_ORIGIN
    foreign = httpx.get(site.url, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403 and "access-control-allow-origin" not in foreign.headers
    assert httpx.get(site.url.replace("form-a", "form-z")).status_code == 404
    asked = httpx.options(site.url, headers={"Origin": SITE_ORIGIN, "Access-Control-Request-Method": "POST"})
    assert asked.status_code == 204 and "Content-Type" in asked.headers["access-control-allow-headers"]
    assert httpx.options(site.url, headers={"Origin": "https://evil.example"}).status_code == 403


def test_a_form_becomes_one_contact_however_often_it_is_sent(site: Site) -> None:
    answers = [site.post(GOOD).json() for _ in range(3)]
    (contact,) = site.centre.contacts()
    assert answers == [{"thanks": "Merci !", "reference": str(contact["id"])}] * 3
    assert (contact["medium"], contact["state"], contact["subject"]) == ("form", "waiting", "Écrivez-nous")
    (message,) = site.centre.rows("select text, author_name from message")
    assert message == {
        "text": "Nom\u00a0: Hélène\nE-mail\u00a0: helene@shop.example\nDemande\u00a0: Ma carte ?",
        "author_name": "Hélène",
    }


def test_a_form_with_a_file_is_sent_as_the_widget_sends_it(site: Site) -> None:
    paper = ("paper", ("..\\devis.pdf", b"%PDF", "application/pdf"))
    assert site.post_parts(GOOD, paper).status_code == 200
    (file,) = site.centre.rows("select filename, content_type, content from file")
    assert (file["filename"], bytes(file["content"])) == ("devis.pdf", b"%PDF")


def test_complaints_name_each_field_in_the_visitors_language(site: Site) -> None:
    refused = site.post({"name": "Hélène", "email": "helene"})
    assert refused.status_code == 422
    assert refused.headers["access-control-allow-origin"] == SITE_ORIGIN
    error = refused.json()["error"]
    assert (error["code"], error["field"]) == ("not_an_email", "values.email")
    assert error["message"] == "Écrivez une adresse e-mail, comme nom@exemple.fr."
    assert [one["field"] for one in error["details"]["errors"]] == ["values.email", "values.message"]
    assert site.centre.contacts() == []


def test_machines_that_fill_in_the_hidden_field_open_nothing(site: Site) -> None:
    answer = site.post({**GOOD, "website": "https://spam.example"})
    assert answer.status_code == 200 and answer.json()["thanks"] == "Merci !"
    assert site.centre.contacts() == []


def test_floods_from_one_address_are_stopped(site: Site) -> None:
    codes = [site.post(GOOD, key=f"request-{n}").status_code for n in range(6)]
    assert codes == [200] * 5 + [429]
    assert site.post({**GOOD, "email": "other@shop.example"}, key="another-one").status_code == 200
    site.centre.clock.pass_ms(10 * 60_000)
    assert site.post(GOOD, key="after-a-while").status_code == 200


@pytest.mark.parametrize("values", ["text", [1], None, 7])
def test_what_no_widget_sends_is_refused(site: Site, values: object) -> None:
    assert site.post_parts(values).status_code == 422
    body = json.dumps({"key": "k", "values": values})
    headers = {"Origin": SITE_ORIGIN, "Content-Type": "application/json"}
    assert httpx.post(site.url, content=body, headers=headers).status_code == 422
    assert httpx.post(site.url, content="[" * 100_000, headers=headers).status_code == 422
    assert (
        httpx.post(
            site.url, content=b"--", headers={**headers, "Content-Type": "multipart/form-data"}
        ).status_code
        == 422
    )
    assert httpx.post(site.url, data={"key": "x"}, headers={"Origin": SITE_ORIGIN}).status_code == 422


def test_a_foreign_site_may_not_send(site: Site) -> None:
    assert site.post(GOOD, origin="https://evil.example").status_code == 403
    assert site.centre.contacts() == []
