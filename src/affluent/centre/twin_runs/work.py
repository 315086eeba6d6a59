"""What each kind of run does. One function a kind: the document in, what was found out; nothing is kept here."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from affluent.centre.refusals import Invalid
from affluent.centre.trials.foretelling import foretold, with_rule
from affluent.centre.twin_runs.records import Json, Run, Step
from affluent.centre.twin_runs.today import Past, today
from affluent.routing.document import DocumentError
from affluent.twin.fitting.learning import TooLittle
from affluent.twin.running.answers import answer, comparison_answer
from affluent.twin.running.comparing import compared
from affluent.twin.running.mornings import TooMany
from affluent.twin.running.results import Results
from affluent.twin.running.results import run as live
from affluent.twin.running.warm import warm_up
from affluent.twin.scenario import Scenario, read_scenario, write_scenario
from affluent.twin.targets import find, read_worth
from affluent.twin.targets.answers import answer as target_answer
from affluent.twin.targets.checking import check, checked_answer

FIT_STEPS = 4
"""Steps of a fit, for its progress: read, learn, staff, write."""


class Failed(Exception):
    """A run that cannot come to anything, with what to say of it."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


class Telling(Protocol):
    """Hears how far the work is. Raises what stops it."""

    def __call__(self, step: Step, done: int, total: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Ground:
    """What work may stand on beside its document."""

    past: Past
    keep: Callable[[Run, str, str], int]
    """Keeps a scenario made by a run under a name; its identifier."""
    cores: int = 1


def work(run: Run, ground: Ground, tell: Telling) -> Json:
    """What a run finds. Raises `Failed`."""
    try:
        return _WORK[run.kind](run, ground, tell)
    except DocumentError as wrong:
        raise Failed("scenario_wrong", count=len(wrong.problems)) from None
    except TooLittle as little:
        raise Failed(f"fit_{little.code}") from None
    except TooMany:
        raise Failed("run_too_large") from None


def _days(run: Run, ground: Ground, tell: Telling) -> Json:
    results = _lived(run, [read_scenario(run.document["text"])], ground, tell)
    return _told(results[0], run)


def _told(results: Results, run: Run) -> Json:
    """With the clock at which the day begins: intervals are counted from there."""
    return {**answer(results, run.confidence), "starts_ms": results.scenario.starts_ms}


def _compare(run: Run, ground: Ground, tell: Telling) -> Json:
    results = _lived(run, [read_scenario(one) for one in run.document["texts"]], ground, tell)
    names = run.document["names"]
    found = [
        compared(results[0], other, names[0], name, run.confidence)
        for other, name in zip(results[1:], names[1:], strict=True)
    ]
    return {
        "comparisons": [comparison_answer(one) for one in found],
        "runs": [{**_told(one, run), "scenario": name} for one, name in zip(results, names, strict=True)],
    }


def _forecast(run: Run, ground: Ground, tell: Telling) -> Json:
    asked = run.document
    scenario = read_scenario(asked["text"])
    try:
        other = with_rule(scenario, asked["queue"], asked["changes"])
    except Invalid as refused:
        raise Failed(refused.code, **refused.params) from None
    base, tried = _lived(run, [scenario, other], ground, tell)
    found = foretold(base, tried, asked["queue"], asked["metric"], run.confidence)
    if found is None:
        raise Failed("forecast_nothing")
    return {**asdict(found), "metric": asked["metric"], "scenario": asked["scenario_name"]}


def _lived(run: Run, scenarios: list[Scenario], ground: Ground, tell: Telling) -> list[Results]:
    total = run.replications * len(scenarios)
    tell("compiling", 0, total)
    warm_up()
    done = 0

    def further(days: int) -> None:
        nonlocal done
        done += days
        tell("living", done, total)

    tell("living", 0, total)
    return [live(one, run.replications, run.seed, cores=ground.cores, progress=further) for one in scenarios]


def _fit(run: Run, ground: Ground, tell: Telling) -> Json:
    steps: dict[str, int] = {"reading": 0, "learning": 1, "staffing": 2}

    def further(step: str) -> None:
        told: Step = "reading" if step == "reading" else "learning" if step == "learning" else "staffing"
        tell(told, steps[told], FIT_STEPS)

    document = run.document
    found = today(
        ground.past, run.brands, document["weeks"], document["day"], document["scenario_name"], further
    )
    text = write_scenario(found.scenario)
    # What was written must read back: a scenario that cannot run is not kept.
    read_scenario(text)
    scenario_id = ground.keep(run, document["scenario_name"], text)
    return {
        "scenario_id": scenario_id,
        "kinds": dict(found.kinds),
        "days": found.days,
        "contacts": found.contacts,
        "unserved": list(found.unserved),
        "roster": found.roster,
        "waited_ms": found.waited_ms,
        "left_share": found.left_share,
        "classes": len(found.scenario.classes),
        "groups": len(found.scenario.groups),
    }


def _target(run: Run, ground: Ground, tell: Telling) -> Json:
    scenario = read_scenario(run.document["text"])
    worth = read_worth(run.document["worth"], scenario)
    tell("counting", 0, 1)
    days = run.replications

    def further(trials: int) -> None:
        # Today, the best and each neighbour once; where the twin moves on, it looks around again: more to do.
        tell("living", trials * days, max(2 * len(found.queues) + 2, trials + 1) * days)

    try:
        found = find(scenario, worth, run.seed)
        told = target_answer(found, worth)
        if days and found.queues:
            tell("compiling", 0, 1)
            warm_up()
            further(0)
            checked = check(scenario, worth, found, days, run.seed, further)
            told["checked"] = None if checked is None else checked_answer(checked)
        return told
    except ValueError as impossible:
        raise Failed("no_target", why=str(impossible)) from None


_WORK: Mapping[str, Callable[[Run, Ground, Telling], Json]] = {
    "run": _days,
    "compare": _compare,
    "fit": _fit,
    "target": _target,
    "forecast": _forecast,
}
