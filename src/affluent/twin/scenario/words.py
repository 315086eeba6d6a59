"""Each problem of a scenario as a sentence, beside those of the policy in it."""

from collections.abc import Mapping
from typing import Final

from affluent.routing.document import words as policy_words
from affluent.routing.document.problems import DocumentProblem
from affluent.routing.document.words import Language

_EN: Final[dict[str, str]] = {
    "bad_periods": "give from 1 to {most} periods, each of some length",
    "bad_rate": '"{text}" is no rate: write 4.2/m, 120/h or 30/15m',
    "mean_zero": "a mean of zero cannot be drawn from: write 0s alone for no time at all",
    "members_are_described": "members are described in the policy: either name members or describe agents here",
    "more_than_members": "more agents than the {most} members of the group",
    "no_class": "a scenario has at least one class of contacts",
    "not_ascending": "these values must not fall",
    "one_law": "name one law: exponential, gamma, lognormal, weibull, uniform, empirical, quantiles, mixture",
    "other_periods": "{told} values for {periods} periods: give one, or one for each",
    "out_of_range": "{value} is out of range: from {low} to {high}",
    "policy_unreadable": "this file of a policy cannot be read",
    "policy_wrong": "this policy has {problems} problem(s): run `affluent policy check` on it",
    "shares_above_one": "these shares add up to more than 1",
    "shares_not_one": "these shares add up to {total}, not to 1",
    "too_few_values": "at least {least} value(s) are needed here",
    "unknown_class": 'no class is called "{name}"',
    "unknown_group": 'no group is called "{name}"',
    "unknown_law": '"{name}" is no law',
    "unknown_segment": 'the policy has no segment "{name}"',
}
_FR: Final[dict[str, str]] = {
    "bad_periods": "donnez de 1 à {most} périodes, d’une certaine durée chacune",
    "bad_rate": "« {text} » n’est pas un débit : écrivez 4.2/m, 120/h ou 30/15m",
    "mean_zero": "on ne tire rien d’une moyenne nulle : écrivez 0s seul pour aucune durée",
    "members_are_described": "les membres sont décrits dans la politique : nommez-les, ou décrivez ici des conseillers",
    "more_than_members": "plus de conseillers que les {most} membres du groupe",
    "no_class": "un scénario a au moins une classe de contacts",
    "not_ascending": "ces valeurs ne doivent pas décroître",
    "one_law": "nommez une loi : exponential, gamma, lognormal, weibull, uniform, empirical, quantiles, mixture",
    "other_periods": "{told} valeurs pour {periods} périodes : donnez-en une, ou une pour chacune",
    "out_of_range": "{value} est hors limites : de {low} à {high}",
    "policy_unreadable": "ce fichier de politique ne se lit pas",
    "policy_wrong": "cette politique a {problems} problème(s) : lancez `affluent policy check` dessus",
    "shares_above_one": "ces parts dépassent 1 en tout",
    "shares_not_one": "ces parts font {total} en tout, et non 1",
    "too_few_values": "il faut ici au moins {least} valeur(s)",
    "unknown_class": "aucune classe ne s’appelle « {name} »",
    "unknown_group": "aucun groupe ne s’appelle « {name} »",
    "unknown_law": "« {name} » n’est pas une loi",
    "unknown_segment": "la politique n’a pas de segment « {name} »",
}
SENTENCES: Final[Mapping[Language, Mapping[str, str]]] = {"en": _EN, "fr": _FR}
_TYPES: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {"decimal": "a number such as 0.25", "rate": "a rate such as 120/h", "law": "a law of durations"},
    "fr": {"decimal": "un nombre comme 0.25", "rate": "un débit comme 120/h", "law": "une loi de durées"},
}
_WRONG: Final[Mapping[Language, str]] = {"en": "{expected} is expected here", "fr": "il faut ici {expected}"}


def sentence(problem: DocumentProblem, language: Language) -> str:
    """The problem in words, without its place."""
    told = SENTENCES[language].get(problem.code)
    if told is not None:
        meant = problem.params.get("did_you_mean")
        asked = {"en": f'; did you mean "{meant}"?', "fr": f" ; vouliez-vous dire « {meant} » ?"}
        return told.format(**problem.params) + (asked[language] if meant else "")
    expected = _TYPES[language].get(str(problem.params.get("expected")))
    if problem.code == "wrong_type" and expected is not None:
        return _WRONG[language].format(expected=expected)
    return policy_words.sentence(problem, language)
