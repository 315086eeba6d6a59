"""Search over everything: what is found, how it is shown, in which order, and what the brand wall hides."""

from collections.abc import Generator
from typing import Any

import pytest
from starlette.testclient import TestClient

from affluent.centre.highlighting import snippet
from tests.web.desk_house import DeskHouse, desk_house


@pytest.fixture
def desk(dsn: str) -> Generator[DeskHouse]:
    with desk_house(dsn) as made:
        yield made


def found(browser: TestClient, q: str = "", **params: Any) -> list[int]:
    answer = browser.get("/api/v1/contacts", params={**({"q": q} if q else {}), **params})
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json()["items"]]


def test_words_are_found_wherever_they_stand(desk: DeskHouse) -> None:
    ada = desk.browser("ada")
    late = desk.in_hand(
        ada, subject="Réclamation", text="Mon colis CMD-2026-00417 n’est toujours pas livré", language="fr"
    )
    other = desk.mail(
        "Merci pour tout", sender="paul.durand@poste.example", sender_name="Paul Durand", language="fr"
    )
    note = {"key": "note-key-1", "kind": "note", "text": "Le transporteur a égaré la palette"}
    ada.post(f"/api/v1/contacts/{late}/messages", json=note).raise_for_status()
    for q in (
        "reclamation", "RÉCLAMATIONS", "récla", "livré", "livrer", "colis livre", "CMD-2026-00417", "cmd 00417",
        "00417", "zoe@customer.example", "customer.example", "palette", '"colis CMD"', "colis -durand", str(late),
    ):  # fmt: skip
        assert found(ada, q) == [late], q
    for q in ("durand", "paul.durand@poste", "Paul merci"):
        assert found(ada, q) == [other], q
    for q in ("colis durand", '"CMD colis"', "colis -livré", "…", "xyz", "'; drop", "a & b | !c:*", "\\"):
        assert found(ada, q) == [], q


def test_the_snippet_shows_where_the_words_stand(desk: DeskHouse) -> None:
    contact = desk.mail("Bonjour. " + "Rien ici. " * 40 + "Puis un remboursement tardif. " + "Fin. " * 40)
    row = desk.browser("ada").get("/api/v1/contacts", params={"q": "remboursements"}).json()["items"][0]
    assert row["id"] == contact
    parts = row["snippet"]["parts"]
    assert [one["text"] for one in parts if one["hit"]] == ["remboursement"]
    assert len("".join(one["text"] for one in parts)) < 200
    assert row["snippet"]["direction"] == "in"


def test_a_snippet_folds_accents_and_ligatures_without_losing_its_place() -> None:
    parts = snippet("Un œuf  à l’Été, déjà", ("ete", "oeuf"))
    assert parts is not None
    assert [one.text for one in parts if one.hit] == ["œuf", "Été"]
    assert "".join(one.text for one in parts) == "Un œuf à l’Été, déjà"
    assert snippet("nothing here", ("ete",)) is None


def test_subject_outranks_message_and_pages_follow_without_gap_or_repeat(desk: DeskHouse) -> None:
    ada = desk.browser("ada")
    words = [desk.mail(f"facture numéro {n}", subject="Autre", sender=f"c{n}@x.example") for n in range(60)]
    subject = desk.mail("rien", subject="Facture", sender="s@x.example")
    for sort in ("relevance", "newest", "oldest", "due"):
        first = ada.get("/api/v1/contacts", params={"q": "facture", "sort": sort}).json()
        second = ada.get(
            "/api/v1/contacts", params={"q": "facture", "sort": sort, "cursor": first["next"]}
        ).json()
        ids = [row["id"] for row in [*first["items"], *second["items"]]]
        assert sorted(ids) == sorted([*words, subject]) and second["next"] is None, sort
        if sort == "relevance":
            assert ids[0] == subject
    assert ada.get("/api/v1/contacts/count", params={"q": "facture"}).json() == {"count": 61, "more": False}
    stale = ada.get("/api/v1/contacts", params={"q": "facture", "sort": "oldest", "cursor": first["next"]})
    assert stale.status_code == 422


def test_filters_narrow_and_alternatives_widen(desk: DeskHouse) -> None:
    ada = desk.browser("ada")
    mine = desk.in_hand(ada, sender="a@x.example")
    done = desk.in_hand(ada, sender="b@x.example")
    ending = {"outcome": "resolved", "motive_id": desk.ids.motive}
    ada.post(f"/api/v1/contacts/{done}/close", json=ending).raise_for_status()
    ada.put("/api/v1/desk/presence", json={"state": "away", "reason": "lunch"}).raise_for_status()
    waits = desk.mail(sender="c@x.example")
    assert found(ada, state="waiting") == [waits]
    assert found(ada, state=["waiting", "closed"]) == [waits, done]
    assert found(ada, state="open") == [waits, mine]
    assert found(ada, agent="me") == [done, mine]
    assert found(ada, agent=["me"], state="open") == [mine]
    assert found(ada, agent="none") == [waits]
    assert found(ada, outcome="resolved") == [done]
    assert found(ada, motive=desk.ids.motive) == [done]
    assert found(ada, medium="chat") == []
    assert found(ada, queue=desk.ids.mail, channel=desk.ids.mail_door, brand=desk.ids.north) == [
        waits,
        done,
        mine,
    ]
    assert found(ada, last_days=1) == [waits, done, mine]
    assert found(ada, arrived_to_ms=1) == []
    assert found(ada, late=True) == []
    assert found(ada, sort="oldest") == [mine, done, waits]
    assert found(ada, sort="due", state="open")[:2] == [mine, waits]
    for params in ({"state": "gone"}, {"agent": "x"}, {"last_days": 0}, {"sort": "size"}, {"q": "x" * 201}):
        assert ada.get("/api/v1/contacts", params=params).status_code == 422, params


def test_what_a_customer_is_called_now_finds_the_contacts_of_before(desk: DeskHouse) -> None:
    ada = desk.browser("ada")
    contact = desk.mail()
    customer = ada.get(f"/api/v1/contacts/{contact}").json()["customer"]["id"]
    card = {
        "name": "Zoé Lefèvre", "note": "Préfère le matin",
        "addresses": [{"kind": "phone", "value": "+33 6 12 34 56 78"}],
    }  # fmt: skip
    ada.patch(f"/api/v1/customers/{customer}", json=card).raise_for_status()
    for q in (
        "lefevre",
        "zoé lefevre parcel",
        "matin",
        "612",
        "+33 6 12 34 56 78",
        "06.12.34.56.78",
        "0612345678",
    ):
        assert found(ada, q) == [contact], q
    assert found(ada, "customer.example") == []


def test_nothing_is_found_nor_counted_behind_the_wall(desk: DeskHouse) -> None:
    desk.mail("Secret de Zoe")
    cleo = desk.browser("cleo")
    for params in ({"q": "secret"}, {"brand": desk.ids.north}, {"queue": desk.ids.mail}, {}):
        assert cleo.get("/api/v1/contacts", params=params).json()["items"] == []
        assert cleo.get("/api/v1/contacts/count", params=params).json()["count"] == 0
    assert cleo.get("/api/v1/contacts", params={"q": "secret", "sort": "newest"}).json()["items"] == []


def test_a_book_of_a_mail_is_taken_in_and_found(desk: DeskHouse) -> None:
    book = " ".join(f"mot{number}" for number in range(30_000)) + " " + "x" * 5_000
    contact = desk.mail(book, subject="Livre")
    for number in range(3):
        desk.mail(book[number:], thread=("<1@customer.example>",))
    assert found(desk.browser("ada"), "mot17 livre") == [contact]


def test_the_choices_of_the_filters_stay_on_ones_side_of_the_wall(desk: DeskHouse) -> None:
    names = {
        name: {one["name"] for one in rows}
        for name, rows in desk.browser("cleo").get("/api/v1/contacts/choices").json().items()
    }
    assert names == {
        "brands": {"South"}, "queues": {"south_chat"}, "motives": set(), "problems": set(),
        "channels": {"south_door"},
    }  # fmt: skip


def test_people_for_the_filters_are_found_by_words_and_stay_on_ones_side_of_the_wall(desk: DeskHouse) -> None:
    cleo, path = desk.browser("cleo"), "/api/v1/contacts/choices/agents"

    def people(**params: Any) -> list[str]:
        return [one["name"] for one in cleo.get(path, params=params).json()["items"]]

    assert people() == ["Cleo", "Sam"]
    assert people(q="SÁ") == ["Sam"]
    assert people(q="nobody") == []
    assert people(q="sam", named=[desk.ids.cleo]) == ["Cleo", "Sam"], (
        "who is chosen is named whatever is typed"
    )
    assert people(q="nobody", named=[desk.ids.ada]) == [], "but nobody behind the wall"
    desk.query(
        "with made as (insert into account (email, name, role, created_ms) select 'p' || n || '@example.org',"
        " 'Person ' || lpad(n::text, 3, '0'), 'agent', 1 from generate_series(1, 120) n returning id)"
        " insert into account_brand (account_id, brand_id) select id, %s from made returning 1",
        desk.ids.south,
    )
    found = cleo.get(path, params={"q": "person"}).json()
    assert (len(found["items"]), found["more"]) == (50, True)
    found = cleo.get(path, params={"q": "person 11"}).json()
    assert (len(found["items"]), found["more"]) == (11, False), "011, and 110 to 119"
