"""The voice menus of the demonstration: one a brand, French and English, published."""

import json
from typing import Any

from affluent.centre.menus.checking import Known
from affluent.centre.menus.office import MenuOffice
from affluent.centre.wall import Role, Viewer
from affluent.cli.compose import Centre
from affluent.cli.demo.people import PEOPLE
from affluent.cli.demo.wording import ALWAYS, ARVENE, LIGEO

_WORDS: dict[str, dict[str, tuple[str, str]]] = {
    ARVENE: {
        "welcome": (
            "Bonjour, vous êtes chez Arvène, votre mutuelle.",
            "Hello, this is Arvène, your health cover.",
        ),
        "motive": (
            "Pour un remboursement, tapez 1. Pour un devis, tapez 2. Pour votre contrat, tapez 3. "
            "Pour parler à une personne, tapez 0.",
            "For a reimbursement, press 1. For a quote, press 2. For your contract, press 3. "
            "To speak to a person, press 0.",
        ),
        "answer": (
            "Vos remboursements sont versés cinq jours après réception de la facture acquittée.",
            "Reimbursements are paid five days after we receive the settled invoice.",
        ),
    },
    LIGEO: {
        "welcome": (
            "Bonjour, vous êtes chez Ligéo, votre accès internet.",
            "Hello, this is Ligéo, your internet.",
        ),
        "motive": (
            "Pour votre facture, tapez 1. Pour une panne, tapez 2. Pour un déménagement, tapez 3. "
            "Pour parler à une personne, tapez 0.",
            "For your bill, press 1. For an outage, press 2. For moving home, press 3. "
            "To speak to a person, press 0.",
        ),
        "answer": (
            "Votre facture est prélevée le 5 de chaque mois, et se trouve dans votre espace client.",
            "Your bill is debited on the 5th of each month, and is in your customer area.",
        ),
    },
}
_MOTIVES = {
    ARVENE: ("Remboursement", "Devis", "Contrat et résiliation"),
    LIGEO: ("Facture", "Panne et débit", "Déménagement"),
}


def furnish(centre: Centre) -> None:
    """Makes what is not there yet, and publishes it. What an administrator changed stays as it is."""
    office: MenuOffice = centre.app.state.menus
    with centre.database.reading() as conn:
        brands = {row["name"]: row["id"] for row in conn.execute("select id, name from brand").fetchall()}
        first = conn.execute("select id from account where email = %s", (PEOPLE[0].email,)).fetchone()
        there = {row["brand_id"] for row in conn.execute("select distinct brand_id from menu").fetchall()}
    assert first is not None, "the demonstration has its administrator"
    viewer = Viewer(first["id"], PEOPLE[0].name, Role.ADMINISTRATOR, "fr", None)
    for brand in _WORDS:
        if brand in brands and brands[brand] not in there:
            text = json.dumps(document(brand, office.known(viewer, brands[brand])), ensure_ascii=False)
            made = office.create(viewer, brands[brand], f"Accueil {brand}", text)
            office.publish(viewer, made.id, made.version, "Premier menu")


def document(brand: str, known: Known) -> dict[str, Any]:
    """The menu of a brand. Where it has a queue of calls, waits are told, and callbacks and messages taken."""
    calls = next((one.name for one in known.queues if one.brand_id == known.brand_id and one.voice), None)
    words = {key: _said(*texts) for key, texts in _WORDS[brand].items()}
    first, second, third = _MOTIVES[brand]
    steps: dict[str, Any] = {
        "hours": {"kind": "hours", "hours": _hours(known), "open": "language", "closed": "shut"},
        "language": {
            "kind": "language",
            "prompt": _said("Pour le français, tapez 1.", "For English, press 2."),
            "keys": {"1": "fr", "2": "en"},
            "ask": "unknown",
            "next": "welcome",
        },
        "welcome": {"kind": "say", "prompt": words["welcome"], "next": "who"},
        "who": {
            "kind": "identify",
            "prompt": _said(
                "Tapez votre numéro de client, puis dièse ; ou patientez.",
                "Enter your customer number, then hash; or hold the line.",
            ),
            "next": "known",
        },
        "known": {"kind": "problems", "next": "motive"},
        "motive": {
            "kind": "choose",
            "prompt": words["motive"],
            "keys": {
                "1": {"to": "answer", "motive": first},
                "2": {"to": "wait" if calls else "people", "motive": second},
                "3": {"to": "wait" if calls else "people", "motive": third},
            },
        },
        "answer": {"kind": "answer", "prompt": words["answer"], "next": "wait" if calls else "people"},
        "people": {
            "kind": "queue",
            "prompt": _said("Nous vous mettons en relation.", "We are putting you through."),
            **({"queue": calls} if calls else {}),
        },
        **_closed(calls),
    }
    if calls:
        steps |= {
            "wait": {
                "kind": "wait",
                "queue": calls,
                "prompt": _said(
                    "Pour être rappelé sans perdre votre place, tapez 1. Sinon, patientez.",
                    "To be called back without losing your place, press 1. Otherwise, hold the line.",
                ),
                "keys": {"1": "back"},
                "next": "people",
            },
            "back": {
                "kind": "callback",
                "queue": calls,
                "prompt": _said(
                    "Nous vous rappelons à votre tour. Au revoir.", "We call you back in your turn. Goodbye."
                ),
                "otherwise": "people",
            },
        }
    return {"version": 1, "languages": ["fr", "en"], "start": "hours", "human": "people", "steps": steps}


def _closed(calls: str | None) -> dict[str, Any]:
    said = _said("Nos bureaux sont fermés.", "Our offices are closed.")
    if calls is None:
        return {"shut": {"kind": "goodbye", "prompt": said}}
    return {
        "shut": {"kind": "say", "whole": True, "prompt": said, "next": "message"},
        "message": {
            "kind": "voicemail",
            "queue": calls,
            "prompt": _said("Laissez un message après le signal.", "Leave a message after the tone."),
        },
    }


def _hours(known: Known) -> str:
    return ALWAYS if ALWAYS in known.hours else min(known.hours)


def _said(fr: str, en: str) -> dict[str, str]:
    return {"fr": fr, "en": en}
