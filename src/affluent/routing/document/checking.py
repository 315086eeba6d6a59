"""What the policy's own check finds, told in the words of the document: by names, paths and lines."""

from collections.abc import Iterable, Mapping
from typing import Any

from affluent.routing.document.problems import DocumentProblem, Path, pointer
from affluent.routing.document.reading import Reading
from affluent.routing.policy import (
    Demands,
    Policy,
    PolicyError,
    Problem,
    QueueRule,
    demanding,
)
from affluent.routing.problems import check, queue_problems

_KEYS = {
    "unknown_medium": "medium",
    "units_out_of_range": "units",
    "tier_out_of_range": "tier",
    "target_zero": "target",
    "offer_zero": "offer",
    "length_out_of_range": "max_length",
    "overflow_cycle": "overflow",
    "reserve_out_of_range": "reserve",
    "too_many_reserves": "agent_reserves",
    "pull_back_cycle": "pulls_back",
    "no_team": "team_needs",
    "stage_narrows": "team_needs",
    "step_without_instant": "tier_steps",
    "tier_falls": "tier_steps",
}
_NAMED = {"skill": "skills", "queue": "ranks"}
_LISTS = {"queues": "queue", "teams": "team"}
# A name that is not known was noted when it was read, with what may be meant.
_READ_ALREADY = {"unknown_skill", "unknown_queue", "unknown_medium", "unknown_bundle"}


def check_whole(reading: Reading, policy: Policy, *, whole_so_far: bool) -> list[DocumentProblem]:
    """Notes every reason why the policy cannot work; returns what is only worth a warning.

    `whole_so_far`: all of the document could be read. Warnings on a part of it would be wrong.
    """
    try:
        warnings = check(policy)
    except PolicyError as error:
        _note(reading, error.reasons)
        return []
    return [_told(reading, one) for one in warnings] if whole_so_far else []


def check_segments(reading: Reading, policy: Policy, segments: Mapping[str, Demands]) -> None:
    """Notes what no contact could ask, whichever queue it comes to."""
    for name, demands in segments.items():
        for problem in demands_problems(policy, demands):
            path = ("segments", name, *_inner(reading, problem, "queue"))
            reading.problems.append(_problem(reading, problem, path))


def demands_problems(policy: Policy, demands: Demands) -> list[Problem]:
    """What a queue that asks nothing of its own would make of them."""
    if not policy.media:
        return []
    return queue_problems(policy, demanding(QueueRule(0, policy.media[0].medium), demands))


def _note(reading: Reading, problems: Iterable[Problem]) -> None:
    for problem in problems:
        if problem.code not in _READ_ALREADY:
            reading.problems.append(_told(reading, problem))


def _told(reading: Reading, problem: Problem) -> DocumentProblem:
    noun, _, identity = problem.where.partition(":")
    if noun == "medium":
        return _problem(reading, problem, ("media", identity, *_inner(reading, problem, noun)))
    if noun == "agent_reserve":
        return _problem(reading, problem, ("agent_reserves", identity))
    if noun in {"queue", "agent", "bundle"}:
        number = int(identity.split(" ")[0])
        name = _name(reading, noun, number)
        return _problem(reading, problem, (f"{noun}s", name, *_inner(reading, problem, noun)))
    return _problem(reading, problem, _inner(reading, problem, noun))


def _inner(reading: Reading, problem: Problem, noun: str) -> Path:
    """The key that a problem is about, within the entry."""
    params = problem.params
    if problem.code == "repeated":
        return ("teams",) if " team" in problem.where else ()
    if problem.code == "duration_out_of_range":
        named = str(params["field"]).removesuffix("_ms")
        if named == "overflow_after":
            return ("overflow", "after")
        return ("skills",) if named == "relax_after" else (named,)
    if problem.code in _KEYS and not (noun == "agent" and problem.code == "units_out_of_range"):
        return (_KEYS[problem.code],)
    if noun in {"queue", "agent", "bundle"} and problem.code != "nobody_can_serve":
        if problem.code == "limit_out_of_range":
            return ("limits", str(params["medium"]))
        for param, key in _NAMED.items():
            if param in params:
                return (key, str(_named(reading, param, params[param])))
    return ()


def _problem(reading: Reading, problem: Problem, path: Path) -> DocumentProblem:
    """With names in place of numbers, on the line of the nearest key that stands in the document."""
    known = path
    while known not in reading.lines:
        known = known[:-1]
    params = {key: _named(reading, key, value) for key, value in problem.params.items()}
    return DocumentProblem(problem.code, pointer(path), reading.lines[known], params)


def _named(reading: Reading, param: str, value: Any) -> object:
    if param in _LISTS:
        return [_name(reading, _LISTS[param], one) for one in value]
    if param in {"skill", "queue", "agent", "team", "bundle"}:
        return _name(reading, param, value)
    return value


def _name(reading: Reading, noun: str, number: Any) -> str:
    names = next((names for known, names in reading.ids.items() if known == noun), {})
    return next((name for name, one in names.items() if one == number), str(number))
