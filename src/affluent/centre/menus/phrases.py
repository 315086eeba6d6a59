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
    "callback_offer": {
        "fr": "Pour être rappelé sans perdre votre place, tapez 1.",
        "en": "To be called back without losing your place, press 1.",
    },
    "callback_number": {
        "fr": "Nous vous rappellerons à ce numéro :",
        "en": "We will call you back on this number:",
    },
    "callback_confirm": {
        "fr": "Si c’est bien cela, tapez 1. Pour un autre numéro, tapez 2. Pour rester en ligne, tapez 3.",
        "en": "If this is right, press 1. For another number, press 2. To stay on the line, press 3.",
    },
    "callback_type": {
        "fr": "Composez votre numéro de téléphone, puis dièse.",
        "en": "Enter your telephone number, then the hash key.",
    },
    "callback_not_called": {
        "fr": "Nous ne pouvons pas appeler ce numéro.",
        "en": "We cannot call this number.",
    },
    "callback_when": {
        "fr": "Pour être rappelé à votre tour, tapez 1. Pour choisir une heure, tapez 2.",
        "en": "To be called back when it is your turn, press 1. To choose a time, press 2.",
    },
    "callback_done": {
        "fr": "C’est noté, nous vous rappelons. Vous pouvez raccrocher. Au revoir.",
        "en": "Noted, we will call you back. You can hang up now. Goodbye.",
    },
    "callback_stands": {
        "fr": "Vous avez déjà demandé à être rappelé : cette demande garde sa place.",
        "en": "You have asked to be called back before: that request keeps its place.",
    },
    "callback_full": {
        "fr": "Ce n’est plus possible. Restez en ligne.",
        "en": "This is no longer possible. Please stay on the line.",
    },
    "callback_stay": {"fr": "Vous gardez votre place.", "en": "You keep your place."},
    "may_be_recorded": {
        "fr": "Cet appel peut être enregistré, pour améliorer notre service. Pour refuser, tapez 9.",
        "en": "This call may be recorded, to improve our service. To refuse, press 9.",
    },
    "message_taken": {
        "fr": "Merci, votre message est enregistré. Au revoir.",
        "en": "Thank you, your message has been recorded. Goodbye.",
    },
}
SOLVED: Final[dict[Language, str]] = {
    "fr": "Si cela répond à votre question, tapez {key}. Sinon, restez en ligne.",
    "en": "If this answers your question, press {key}. Otherwise, stay on the line.",
}
CALLBACK_HOUR: Final[dict[Language, str]] = {
    "fr": "{day}, {time}, tapez {key}.",
    "en": "{day}, {time}, press {key}.",
}
STAR: Final[dict[Language, str]] = {"fr": "étoile", "en": "star"}


def solved(key: str, language: Language) -> str:
    """How to say that an answer helped."""
    return SOLVED[language].format(key=STAR[language] if key == "*" else key)
