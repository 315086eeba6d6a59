"""Each problem of a menu as a sentence, in both languages. A test holds the two to the same codes."""

from collections.abc import Mapping
from typing import Final

from affluent.routing.document import DocumentProblem
from affluent.routing.document import words as policy_words
from affluent.routing.document.words import Language

_EN: Final[dict[str, str]] = {
    "bad_word": '"{text}" cannot stand here: names are small letters, figures and _; keys are 0 to 9 or *',
    "brand_language_missing": 'the brand speaks "{language}" first, and the menu does not',
    "closed_into_queue": "in closed hours this leads into a queue: say when to call again, or take a message",
    "control_characters": "control characters have no place here",
    "endless_loop": "who presses nothing goes round in a circle: {steps}",
    "human_key_taken": "the key {key} leads to a person everywhere: choose another one here",
    "human_without_person": "the step {name} must lead to a queue, a callback or a voicemail without any key",
    "language_not_spoken": 'the menu does not speak "{language}"',
    "least_above_most": "the least number of digits is above the most",
    "no_person": "nobody can reach a person from the step {name}",
    "prompt_missing": 'the step {name} says nothing in "{language}"',
    "queue_not_voice": "the queue {name} takes no calls",
    "queue_of_other_brand": "the queue {name} belongs to another brand",
    "recording_not_in_language": 'the recording {name} is not there in "{language}"',
    "too_few": "at least {least} of them",
    "too_high": "at most {high}",
    "too_long": "at most {most} characters",
    "too_low": "at least {low}",
    "too_many": "at most {most} of them",
    "too_short": "at least {least} characters",
    "unknown_channel": 'no channel is called "{name}"',
    "unknown_kind": '"{name}" is no kind of step',
    "unknown_motive": 'no motive is called "{name}"',
    "unknown_recording": 'no recording is called "{name}"',
    "unknown_step": 'no step is called "{name}"',
    "unreachable_step": "nothing leads to the step {name}",
}
_FR: Final[dict[str, str]] = {
    "bad_word": "« {text} » ne peut figurer ici : noms en minuscules, chiffres et _ ; touches de 0 à 9 ou *",
    "brand_language_missing": "la marque parle d’abord « {language} », et le menu ne le parle pas",
    "closed_into_queue": "aux heures de fermeture, ceci mène à une file : dites quand rappeler, ou prenez un message",
    "control_characters": "les caractères de contrôle n’ont pas leur place ici",
    "endless_loop": "qui n’appuie sur rien tourne en rond : {steps}",
    "human_key_taken": "la touche {key} mène partout à une personne : choisissez-en une autre ici",
    "human_without_person": "l’étape {name} doit mener à une file, un rappel ou une messagerie sans aucune touche",
    "language_not_spoken": "le menu ne parle pas « {language} »",
    "least_above_most": "le plus petit nombre de chiffres dépasse le plus grand",
    "no_person": "depuis l’étape {name}, personne ne peut joindre quelqu’un",
    "prompt_missing": "l’étape {name} ne dit rien en « {language} »",
    "queue_not_voice": "la file {name} ne prend pas d’appels",
    "queue_of_other_brand": "la file {name} appartient à une autre marque",
    "recording_not_in_language": "l’enregistrement {name} n’existe pas en « {language} »",
    "too_few": "il en faut au moins {least}",
    "too_high": "au plus {high}",
    "too_long": "au plus {most} caractères",
    "too_low": "au moins {low}",
    "too_many": "au plus {most}",
    "too_short": "au moins {least} caractères",
    "unknown_channel": "aucun canal ne s’appelle « {name} »",
    "unknown_kind": "« {name} » n’est pas un genre d’étape",
    "unknown_motive": "aucun motif ne s’appelle « {name} »",
    "unknown_recording": "aucun enregistrement ne s’appelle « {name} »",
    "unknown_step": "aucune étape ne s’appelle « {name} »",
    "unreachable_step": "rien ne mène à l’étape {name}",
}
SENTENCES: Final[Mapping[Language, Mapping[str, str]]] = {"en": _EN, "fr": _FR}


def sentence(problem: DocumentProblem, language: Language) -> str:
    """The problem in words, without its place."""
    told = SENTENCES[language].get(problem.code)
    if told is None:
        return policy_words.sentence(problem, language)
    asked = {"en": '; did you mean "{}"?', "fr": " ; vouliez-vous dire « {} » ?"}
    meant = problem.params.get("did_you_mean")
    return told.format(**problem.params) + (asked[language].format(meant) if meant else "")
