"""Each problem of a document as a sentence, in both languages. A test holds the two to the same codes."""

from collections.abc import Mapping
from typing import Final, Literal

from affluent.routing.document.problems import DocumentProblem

Language = Literal["en", "fr"]

_EN: Final[dict[str, str]] = {
    "against_itself": "a reserve against the queue it is for: {queue}",
    "alias": "anchors and aliases (& and *) are not read: write it out",
    "bad_duration": '"{text}" is no duration: write 15s, 4h, 2d or 1h30m',
    "bad_key": "a key must be one word or text",
    "bad_name": "a name has 1 to {most} visible characters, with no space around them",
    "bad_tag": "tags such as {tag} are not read",
    "bad_yaml": "this cannot be read as YAML: {said}",
    "count_out_of_range": "a reserve counts agents and contacts from 0 on",
    "duration_out_of_range": "{field} is out of range: {value} ms",
    "empty_document": "the document is empty",
    "floor_out_of_range": "the floor {floor} of {skill} lies from 1 to the level asked",
    "for_nothing": "a reserve is for queues, for a tier, or for both",
    "id_missing": "either all of them have an id, or none",
    "id_out_of_range": "the id {id} is too large",
    "length_out_of_range": "a queue holds at least one contact, not {max_length}",
    "level_out_of_range": "level {level} of {skill} is out of range: asked 1 to 5, had 0 to 5",
    "limit_out_of_range": "{limit} contacts of {medium} at once: from 0 to 60",
    "missing_key": '"{key}" is missing',
    "never_shut": "a reserve that keeps nobody: say how many agents, or how many may wait",
    "no_team": "name at least one team",
    "nobody_can_serve": "no agent can serve the queue {queue}: the skills it requires and room for its medium",
    "offer_zero": "an offer must stand for some time",
    "other_medium": "the queue {queue} is of the medium {medium}",
    "overflow_cycle": "these queues send contacts round in a circle: {queues}",
    "pull_back_cycle": "media pull each other back in a circle, with {medium}",
    "rank_out_of_range": "rank {rank} of {queue}: from 1 to 9",
    "repeated": "the same thing stands here twice",
    "repeated_id": "the id {id} stands here twice",
    "repeated_key": '"{key}" stands on line {first_line} already',
    "required_or_preferred": "say either required or preferred, with the level",
    "reserve_out_of_range": "a reserve of {reserve}: from 0 to 60",
    "several_documents": "one file holds one document",
    "stage_narrows": "a later stage would lose the teams {teams}: each stage must admit all of the one before",
    "step_without_instant": "say either after or share for the step to tier {tier}",
    "target_zero": "a target of zero cannot be met",
    "tier_falls": "the tier falls to {tier}: later steps go up",
    "tier_out_of_range": "tier {tier}: from 0 to 9",
    "too_deep": "nested more than {most} deep",
    "too_many_media": "at most {most} media",
    "too_many_reserves": "at most {most} reserves",
    "units_out_of_range": "{units} units: from 1 to 60",
    "unknown_agent": 'no agent is called "{name}"',
    "unknown_brand": 'no brand is called "{name}"',
    "unknown_bundle": 'no bundle is called "{name}"',
    "unknown_choice": '"{name}" is none of the choices',
    "unknown_hours": 'no opening hours are called "{name}"',
    "unknown_key": '"{name}" means nothing here',
    "unknown_medium": 'no medium is called "{name}"',
    "unknown_queue": 'no queue is called "{name}"',
    "unknown_skill": 'no skill is called "{name}"',
    "unknown_team": 'no team is called "{name}"',
    "unsupported_version": "only version {supported} is read",
    "waits_for_nothing": "name the queues whose waiting contacts count",
    "weight_out_of_range": "weight {weight} of {skill}: from 0 to 100",
    "wrong_type": "expected {expected}",
}

_FR: Final[dict[str, str]] = {
    "against_itself": "une réserve contre la file même qu’elle sert : {queue}",
    "alias": "les ancres et alias (& et *) ne sont pas lus : écrivez en toutes lettres",
    "bad_duration": "« {text} » n’est pas une durée : écrivez 15s, 4h, 2d ou 1h30m",
    "bad_key": "une clé est un mot ou un texte simple",
    "bad_name": "un nom a de 1 à {most} caractères visibles, sans espace autour",
    "bad_tag": "les étiquettes comme {tag} ne sont pas lues",
    "bad_yaml": "ceci ne se lit pas comme du YAML : {said}",
    "count_out_of_range": "une réserve compte conseillers et contacts à partir de 0",
    "duration_out_of_range": "{field} est hors limites : {value} ms",
    "empty_document": "le document est vide",
    "floor_out_of_range": "le plancher {floor} de {skill} va de 1 au niveau demandé",
    "for_nothing": "une réserve est pour des files, pour un rang d’urgence, ou pour les deux",
    "id_missing": "soit tous ont un id, soit aucun",
    "id_out_of_range": "l’id {id} est trop grand",
    "length_out_of_range": "une file contient au moins un contact, pas {max_length}",
    "level_out_of_range": "niveau {level} de {skill} hors limites : demandé de 1 à 5, possédé de 0 à 5",
    "limit_out_of_range": "{limit} contacts {medium} à la fois : de 0 à 60",
    "missing_key": "« {key} » manque",
    "never_shut": "une réserve qui ne garde personne : dites combien de conseillers, ou combien peuvent attendre",
    "no_team": "nommez au moins une équipe",
    "nobody_can_serve": "aucun conseiller ne peut servir la file {queue} : compétences requises et place sur son média",
    "offer_zero": "une proposition doit durer un peu",
    "other_medium": "la file {queue} est du média {medium}",
    "overflow_cycle": "ces files se renvoient les contacts en rond : {queues}",
    "pull_back_cycle": "des médias se reprennent le travail en rond, dont {medium}",
    "rank_out_of_range": "rang {rank} de {queue} : de 1 à 9",
    "repeated": "la même chose figure deux fois ici",
    "repeated_id": "l’id {id} figure deux fois ici",
    "repeated_key": "« {key} » figure déjà à la ligne {first_line}",
    "required_or_preferred": "dites soit required (requise), soit preferred (préférée), avec le niveau",
    "reserve_out_of_range": "réserve de {reserve} : de 0 à 60",
    "several_documents": "un fichier contient un seul document",
    "stage_narrows": "un palier suivant perdrait les équipes {teams} : chaque palier admet tous ceux d’avant",
    "step_without_instant": "dites soit after soit share pour le passage au rang {tier}",
    "target_zero": "un objectif de zéro ne peut être tenu",
    "tier_falls": "le rang d’urgence retombe à {tier} : les étapes suivantes montent",
    "tier_out_of_range": "rang d’urgence {tier} : de 0 à 9",
    "too_deep": "imbriqué sur plus de {most} niveaux",
    "too_many_media": "{most} médias au plus",
    "too_many_reserves": "{most} réserves au plus",
    "units_out_of_range": "{units} unités : de 1 à 60",
    "unknown_agent": "aucun conseiller ne s’appelle « {name} »",
    "unknown_brand": "aucune marque ne s’appelle « {name} »",
    "unknown_bundle": "aucun groupe de compétences ne s’appelle « {name} »",
    "unknown_choice": "« {name} » n’est pas un des choix",
    "unknown_hours": "aucun horaire ne s’appelle « {name} »",
    "unknown_key": "« {name} » ne veut rien dire ici",
    "unknown_medium": "aucun média ne s’appelle « {name} »",
    "unknown_queue": "aucune file ne s’appelle « {name} »",
    "unknown_skill": "aucune compétence ne s’appelle « {name} »",
    "unknown_team": "aucune équipe ne s’appelle « {name} »",
    "unsupported_version": "seule la version {supported} est lue",
    "waits_for_nothing": "nommez les files dont les contacts en attente comptent",
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
        "share": "a share such as 80%",
        "span": "hours such as 08:00-12:30",
        "need": "a level, or required or preferred with a level",
    },
    "fr": {
        "whole_number": "un nombre entier",
        "true_or_false": "true ou false",
        "duration": "une durée comme 15s",
        "mapping": "des noms avec leurs valeurs",
        "list": "une liste",
        "name": "un nom",
        "share": "une part comme 80%",
        "span": "des heures comme 08:00-12:30",
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
    for key, value in params.items():
        if isinstance(value, list):
            params[key] = " → ".join(map(str, value)) if key == "queues" else ", ".join(map(str, value))
    said = SENTENCES[language][problem.code].format(**params)
    return said + (_MEANT[language].format(**params) if "did_you_mean" in params else "")
