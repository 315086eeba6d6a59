"""What the demonstration centre is made of: brands, queues, opening hours, and the ready texts of its agents."""

from typing import Any

from affluent.cli.demo.people import ARVENE, BOTH, HEALTH, LIGEO, REPAIR
from affluent.facts.instants import HOUR_MS, MINUTE_MS, SECOND_MS

BRANDS: dict[str, dict[str, Any]] = {
    ARVENE: {
        "name": ARVENE,
        "colour": "#6b2346",
        "locale": "fr",
        "signature_fr": "Arvène, complémentaire santé\nDu lundi au vendredi, de 8 h 30 à 18 h 30",
        "signature_en": "Arvène health insurance\nMonday to Friday, 8:30 to 18:30",
    },
    LIGEO: {
        "name": LIGEO,
        "colour": "#1d4f91",
        "locale": "fr",
        "signature_fr": "Ligéo, internet en Pays de la Loire",
        "signature_en": "Ligéo, internet in Pays de la Loire",
    },
}
TEAMS: tuple[tuple[str, str | None], ...] = ((HEALTH, ARVENE), (REPAIR, LIGEO), (BOTH, None))
SKILLS: tuple[dict[str, Any], ...] = (
    {"key": "french", "name_fr": "Français", "name_en": "French"},
    {"key": "english", "name_fr": "Anglais", "name_en": "English"},
    {"key": "health", "name_fr": "Prestations santé", "name_en": "Health benefits"},
    {"key": "contracts", "name_fr": "Contrats", "name_en": "Contracts"},
    {"key": "network", "name_fr": "Dépannage internet", "name_en": "Internet repair"},
    {"key": "billing", "name_fr": "Facturation", "name_en": "Billing"},
)

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_OFFICE = [["08:30", "12:30"], ["13:30", "18:30"]]
ALWAYS = "Jour et nuit"
HOURS: tuple[dict[str, Any], ...] = (
    {
        "name": "Bureaux",
        "timezone": "Europe/Paris",
        "weekly": {day: _OFFICE if day not in ("sat", "sun") else [] for day in _DAYS},
        "holidays": "FR",
        "exceptions": [
            {"date": "2026-12-24", "spans": [["08:30", "12:30"]], "label": "Veille de Noël"},
            {"date": "2026-12-31", "spans": [["08:30", "12:30"]], "label": "Saint-Sylvestre"},
        ],
    },
    # The demonstration is tried at any hour: its queues never close.
    {"name": ALWAYS, "timezone": "Europe/Paris", "weekly": {day: [["00:00", "24:00"]] for day in _DAYS}},
)


def _queue(
    brand: str,
    name: str,
    medium: str,
    target_ms: int,
    share: float,
    *skills: tuple[str, bool, int, dict[str, Any]],
    tier: int = 0,
) -> dict[str, Any]:
    return {
        "brand_id": brand,
        "name": name,
        "medium": medium,
        "tier": tier,
        "target_share": share,
        "target_ms": target_ms,
        "hours_id": ALWAYS,
        "offer_ms": 45 * SECOND_MS,
        "keep_ms": 30 * SECOND_MS,
        "skills": skills,
    }


_CALL, _CHAT, _MAIL, _FORM = 20 * SECOND_MS, 40 * SECOND_MS, 4 * HOUR_MS, 24 * HOUR_MS
_FRENCH: tuple[str, bool, int, dict[str, Any]] = ("french", False, 3, {"relax_after_ms": 2 * MINUTE_MS})
QUEUES: tuple[dict[str, Any], ...] = (
    # The first queue of a brand for a medium is the one its channel leads to.
    _queue(ARVENE, "Tchat prestations", "chat", _CHAT, 0.8, ("health", True, 1, {}), _FRENCH, tier=1),
    _queue(ARVENE, "Prestations par e-mail", "email", _MAIL, 1.0, ("health", True, 1, {})),
    _queue(ARVENE, "Contrats par e-mail", "email", _MAIL, 1.0, ("contracts", True, 2, {})),
    _queue(ARVENE, "Formulaires santé", "form", _FORM, 1.0, ("health", True, 1, {})),
    _queue(ARVENE, "Appels santé", "voice", _CALL, 0.8, ("health", True, 1, {}), tier=1),
    _queue(LIGEO, "Tchat dépannage", "chat", _CHAT, 0.8, ("network", True, 1, {}), _FRENCH, tier=1),
    _queue(LIGEO, "Dépannage par e-mail", "email", _MAIL, 1.0, ("network", True, 1, {})),
    _queue(LIGEO, "Factures par e-mail", "email", _MAIL, 1.0, ("billing", True, 1, {})),
    _queue(LIGEO, "Formulaires internet", "form", _FORM, 1.0, ("network", True, 1, {})),
    _queue(LIGEO, "Appels dépannage", "voice", _CALL, 0.8, ("network", True, 1, {}), tier=1),
)
MOTIVES: tuple[tuple[str, str, str], ...] = (
    (ARVENE, "Remboursement", "Reimbursement"),
    (ARVENE, "Devis", "Quote"),
    (ARVENE, "Contrat et résiliation", "Contract and cancellation"),
    (ARVENE, "Carte de tiers payant", "Insurance card"),
    (LIGEO, "Panne et débit", "Outage and speed"),
    (LIGEO, "Facture", "Invoice"),
    (LIGEO, "Déménagement", "Moving home"),
    (LIGEO, "Matériel", "Equipment"),
)
MACROS: tuple[tuple[str, str, str], ...] = (
    (
        "Accueil", "fr",
        "Bonjour {{customer.name}},\n\nMerci pour votre message. Je regarde votre dossier et reviens vers vous.\n\n"
        "{{agent.name}}, {{brand.name}}",
    ),
    (
        "Pièce manquante", "fr",
        "Bonjour {{customer.name}},\n\nPour traiter votre demande, il nous manque la facture acquittée du praticien. "
        "Vous pouvez la joindre en réponse à ce message.\n\n{{agent.name}}, {{brand.name}}",
    ),
    (
        "Redémarrer la box", "fr",
        "Pouvez-vous débrancher la box, attendre trente secondes puis la rebrancher ? "
        "Le voyant devient fixe au bout de trois minutes environ.",
    ),
    (
        "Welcome", "en",
        "Hello {{customer.name}},\n\nThank you for your message. I am looking into it now.\n\n"
        "{{agent.name}}, {{brand.name}}",
    ),
    (
        "Restart the box", "en",
        "Could you unplug the box, wait thirty seconds and plug it in again? The light turns steady after "
        "about three minutes.",
    ),
    ("Au revoir", "fr", "Je vous souhaite une bonne journée. {{agent.name}}"),
)  # fmt: skip

_NAME: dict[str, Any] = {
    "key": "name",
    "label_fr": "Nom et prénom",
    "label_en": "Your name",
    "required": True,
}
_EMAIL: dict[str, Any] = {
    "key": "email", "label_fr": "Adresse e-mail", "label_en": "E-mail address", "kind": "email", "required": True,
}  # fmt: skip
_TEXT: dict[str, Any] = {
    "key": "text", "label_fr": "Votre demande", "label_en": "Your request", "kind": "long", "required": True,
}  # fmt: skip
_FILE: dict[str, Any] = {
    "key": "file", "label_fr": "Pièce jointe", "label_en": "Attachment", "kind": "file", "required": False,
}  # fmt: skip
FORMS: dict[str, dict[str, Any]] = {
    ARVENE: {
        "address": "prestations@arvene.example",
        "chat_fr": "Arvène, prestations santé",
        "chat_en": "Arvène, health benefits",
        "title_fr": "Formulaire de contact",
        "title_en": "Contact form",
        "fields": [
            _NAME,
            _EMAIL,
            {
                "key": "subject", "label_fr": "Objet", "label_en": "About", "kind": "choice", "required": True,
                "choices_fr": ["Remboursement", "Devis", "Carte de tiers payant", "Mon contrat"],
                "choices_en": ["Reimbursement", "Quote", "Insurance card", "My contract"],
            },
            _TEXT,
            _FILE,
        ],
        "thanks_fr": "Merci. Une réponse vous parvient par e-mail sous 24 heures.",
        "thanks_en": "Thank you. You will have an answer by e-mail within 24 hours.",
    },
    LIGEO: {
        "address": "clients@ligeo.example",
        "chat_fr": "Ligéo, dépannage",
        "chat_en": "Ligéo, repairs",
        "title_fr": "Formulaire de contact",
        "title_en": "Contact form",
        "fields": [
            _NAME,
            _EMAIL,
            {
                "key": "subject", "label_fr": "Objet", "label_en": "About", "kind": "choice", "required": True,
                "choices_fr": ["Panne ou débit", "Facture", "Déménagement", "Matériel"],
                "choices_en": ["Outage or speed", "Invoice", "Moving home", "Equipment"],
            },
            _TEXT,
            _FILE,
        ],
        "thanks_fr": "Merci. Nous vous répondons par e-mail sous 24 heures.",
        "thanks_en": "Thank you. We will answer by e-mail within 24 hours.",
    },
}  # fmt: skip

_CHOICES = {
    ARVENE: ("Remboursement", "Devis", "Carte de tiers payant", "Contrat et résiliation"),
    LIGEO: ("Panne et débit", "Facture", "Déménagement", "Matériel"),
}
"""Which motive each choice of a brand's form stands for, in the form's order."""


def choice_of(brand: str, motive: str, language: str) -> str:
    """What somebody with this wish chooses in the form of a brand."""
    field = next(one for one in FORMS[brand]["fields"] if one["key"] == "subject")
    return field[f"choices_{language}"][_CHOICES[brand].index(motive)]
