"""What menus say by themselves, in each language. Shipped as sound files (`channels/voice/prompts`)."""

from typing import Final

from affluent.centre.menus.document import Language

PHRASES: Final[dict[str, dict[Language, str]]] = {
    "wrong_key": {
        "fr": "Ce choix n’existe pas.",
        "en": "This choice does not exist.",
    },
    "nothing_heard": {
        "fr": "Nous n’avons rien reçu.",
        "en": "We did not receive anything.",
    },
    "not_enough": {
        "fr": "Ce numéro est trop court.",
        "en": "This number is too short.",
    },
    "not_found": {
        "fr": "Ce numéro ne nous est pas connu.",
        "en": "We do not know this number.",
    },
    "to_a_person": {
        "fr": "Nous vous mettons en relation avec une personne.",
        "en": "We are putting you through to a person.",
    },
    "thanks": {
        "fr": "Merci de votre appel. Au revoir.",
        "en": "Thank you for calling. Goodbye.",
    },
    "wait_unknown": {
        "fr": "Merci de patienter, une personne va vous répondre.",
        "en": "Please hold, a person will answer you.",
    },
}
SOLVED: Final[dict[Language, str]] = {
    "fr": "Si cela répond à votre question, tapez {key}. Sinon, restez en ligne.",
    "en": "If this answers your question, press {key}. Otherwise, stay on the line.",
}
STAR: Final[dict[Language, str]] = {"fr": "étoile", "en": "star"}


def solved(key: str, language: Language) -> str:
    """How to say that an answer helped."""
    return SOLVED[language].format(key=STAR[language] if key == "*" else key)
