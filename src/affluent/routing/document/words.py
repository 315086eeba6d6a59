"""Each problem of a document as a sentence, in both languages. A test holds the two to the same codes."""

from collections.abc import Mapping
from typing import Final, Literal

from affluent.routing.document.problems import DocumentProblem

Language = Literal["en", "fr"]

_EN: Final[dict[str, str]] = {
    "alias": "anchors and aliases (& and *) are not read: write it out",
    "bad_duration": '"{text}" is no duration: write 15s, 4h, 2d or 1h30m',
    "bad_key": "a key must be one word or text",
    "bad_name": "a name has 1 to {most} visible characters, with no space around them",
    "bad_tag": "tags such as {tag} are not read",
    "bad_yaml": "this cannot be read as YAML: {said}",
    "duration_out_of_range": "{field} is out of range: {value} ms",
    "empty_document": "the document is empty",
    "id_missing": "either all of them have an id, or none",
    "id_out_of_range": "the id {id} is too large",
    "length_out_of_range": "a queue holds at least one contact, not {max_length}",
    "level_out_of_range": "level {level} of {skill} is out of range: asked 1 to 5, had 0 to 5",
    "limit_out_of_range": "{limit} contacts of {medium} at once: from 0 to 60",
    "missing_key": '"{key}" is missing',
    "nobody_can_serve": "no agent can serve the queue {queue}: the skills it requires and room for its medium",
    "offer_zero": "an offer must stand for some time",
    "overflow_cycle": "these queues send contacts round in a circle: {queues}",
    "rank_out_of_range": "rank {rank} of {queue}: from 1 to 9",
    "repeated": "the same thing stands here twice",
    "repeated_id": "the id {id} stands here twice",
    "repeated_key": '"{key}" stands on line {first_line} already',
    "required_or_preferred": "say either required or preferred, with the level",
    "reserve_out_of_range": "a reserve of {reserve}: from 0 to 60",
    "several_documents": "one file holds one document",
    "target_zero": "a target of zero cannot be met",
    "tier_out_of_range": "tier {tier}: from 0 to 9",
    "too_deep": "nested more than {most} deep",
    "too_many_media": "at most {most} media",
    "units_out_of_range": "{units} units: from 1 to 60",
    "unknown_agent": 'no agent is called "{name}"',
    "unknown_bundle": 'no bundle is called "{name}"',
    "unknown_choice": '"{name}" is none of the choices',
    "unknown_key": '"{name}" means nothing here',
    "unknown_medium": 'no medium is called "{name}"',
    "unknown_queue": 'no queue is called "{name}"',
    "unknown_skill": 'no skill is called "{name}"',
    "unknown_team": 'no team is called "{name}"',
    "unsupported_version": "only version {supported} is read",
    "weight_out_of_range": "weight {weight} of {skill}: from 0 to 100",
    "wrong_type": "expected {expected}",
}

_FR: Final[dict[str, str]] = {
    "alias": "les ancres et alias (& et *) ne sont pas lus : écrivez en toutes lettres",
    "bad_duration": "« {text} » n’est pas une durée : écrivez 15s, 4h, 2d ou 1h30m",
    "bad_key": "une clé est un mot ou un texte simple",
    "bad_name": "un nom a de 1 à {most} caractères visibles, sans espace autour",
    "bad_tag": "les étiquettes comme {tag} ne sont pas lues",
    "bad_yaml": "ceci ne se lit pas comme du YAML : {said}",
    "duration_out_of_range": "{field} est hors limites : {value} ms",
    "empty_document": "le document est vide",
    "id_missing": "soit tous ont un id, soit aucun",
    "id_out_of_range": "l’id {id} est trop grand",
    "length_out_of_range": "une file contient au moins un contact, pas {max_length}",
    "level_out_of_range": "niveau {level} de {skill} hors limites : demandé de 1 à 5, possédé de 0 à 5",
    "limit_out_of_range": "{limit} contacts {medium} à la fois : de 0 à 60",
    "missing_key": "« {key} » manque",
    "nobody_can_serve": "aucun conseiller ne peut servir la file {queue} : compétences requises et place sur son média",
    "offer_zero": "une proposition doit durer un peu",
    "overflow_cycle": "ces files se renvoient les contacts en rond : {queues}",
    "rank_out_of_range": "rang {rank} de {queue} : de 1 à 9",
    "repeated": "la même chose figure deux fois ici",
    "repeated_id": "l’id {id} figure deux fois ici",
    "repeated_key": "« {key} » figure déjà à la ligne {first_line}",
    "required_or_preferred": "dites soit required (requise), soit preferred (préférée), avec le niveau",
    "reserve_out_of_range": "réserve de {reserve} : de 0 à 60",
    "several_documents": "un fichier contient un seul document",
    "target_zero": "un objectif de zéro ne peut être tenu",
    "tier_out_of_range": "rang d’urgence {tier} : de 0 à 9",
    "too_deep": "imbriqué sur plus de {most} niveaux",
    "too_many_media": "{most} médias au plus",
    "units_out_of_range": "{units} unités : de 1 à 60",
    "unknown_agent": "aucun conseiller ne s’appelle « {name} »",
    "unknown_bundle": "aucun groupe de compétences ne s’appelle « {name} »",
    "unknown_choice": "« {name} » n’est pas un des choix",
    "unknown_key": "« {name} » ne veut rien dire ici",
    "unknown_medium": "aucun média ne s’appelle « {name} »",
    "unknown_queue": "aucune file ne s’appelle « {name} »",
    "unknown_skill": "aucune compétence ne s’appelle « {name} »",
    "unknown_team": "aucune équipe ne s’appelle « {name} »",
    "unsupported_version": "seule la version {supported} est lue",
    "weight_out_of_range": "poids {weight} de {skill} : de 0 à 100",
    "wrong_type": "il faut ici {expected}",
}

SENTENCES: Final[Mapping[Language, Mapping[str, str]]] = {"en": _EN, "fr": _FR}

_TYPES: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "whole_number": "a whole number",
        "true_or_false": "true or false",
        "duration": "a duration such as 15s",
        "mapping": "a mapping of names",
        "list": "a list",
        "name": "a name",
        "need": "a level, or required or preferred with a level",
    },
    "fr": {
        "whole_number": "un nombre entier",
        "true_or_false": "true ou false",
        "duration": "une durée comme 15s",
        "mapping": "des noms avec leurs valeurs",
        "list": "une liste",
        "name": "un nom",
        "need": "un niveau, ou required ou preferred avec un niveau",
    },
}
_MEANT: Final[Mapping[Language, str]] = {
    "en": '; did you mean "{did_you_mean}"?',
    "fr": " ; vouliez-vous dire « {did_you_mean} » ?",
}


def sentence(problem: DocumentProblem, language: Language) -> str:
    """The problem in words, without its place."""
    params = dict(problem.params)
    if "expected" in params:
        params["expected"] = _TYPES[language][str(params["expected"])]
    if isinstance(params.get("queues"), list):
        params["queues"] = " → ".join(map(str, params["queues"]))  # pyright: ignore[reportArgumentType]  # any list
    said = SENTENCES[language][problem.code].format(**params)
    return said + (_MEANT[language].format(**params) if "did_you_mean" in params else "")
