"""The studio of the twin: scenarios kept under names, runs asked for, watched, cancelled and read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from affluent.centre.refusals import Invalid, NotFound, Refusal
from affluent.centre.trials.foretelling import document_of, foretellable, with_rule
from affluent.centre.trials.records import Trial
from affluent.centre.twin_runs.records import (
    UNFINISHED,
    Ask,
    Json,
    Origin,
    Run,
    Runs,
    SavedScenario,
    Scenarios,
    ScenarioVersion,
)
from affluent.centre.wall import Right, Viewer
from affluent.facts.instants import Clock
from affluent.routing.document import DocumentError, DocumentProblem
from affluent.twin.scenario import Scenario, read_scenario, write_scenario
from affluent.twin.scenario.writing import written_scenario
from affluent.twin.targets import read_worth

PAGE = 50
WAITING_MAX = 40
"""Runs that may wait or be at work at once, in the whole centre."""
COMPARED_MAX = 6
DAYS_MAX = 20_000
"""Days that one run may live, of all its scenarios together."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A document that was read: its problems, or the document as we would write it and as plain values."""

    problems: Sequence[DocumentProblem]
    document: str = ""
    content: Json | None = None


class DocumentRefused(Invalid):
    """A document with problems: the edge says each in a sentence. Codes: `scenario_refused`, `worth_refused`."""

    def __init__(self, code: str, field: str, problems: Sequence[DocumentProblem]) -> None:
        super().__init__(code, field, count=len(problems), line=problems[0].line)
        self.problems = problems


def check(text: str) -> Checked:
    """Says what is wrong with a scenario, or what it is."""
    try:
        scenario = read_scenario(text)
    except DocumentError as wrong:
        return Checked(wrong.problems)
    return Checked((), write_scenario(scenario), written_scenario(scenario))


class TwinStudio:
    """The use cases. Who runs the twin sees what holds data of brands that are all theirs, and nothing else."""

    def __init__(self, scenarios: Scenarios, runs: Runs, clock: Clock, stir: Callable[[], None]) -> None:
        self._scenarios = scenarios
        self._runs = runs
        self._clock = clock
        self._stir = stir

    # Scenarios

    def scenarios(
        self, viewer: Viewer, before_id: int | None = None
    ) -> tuple[Sequence[SavedScenario], int | None]:
        """A page, the latest first, and where the next begins."""
        viewer.require(Right.RUN_TWIN)
        rows = self._scenarios.page(viewer.brand_filter(), before_id, PAGE + 1)
        return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None

    def scenario(self, viewer: Viewer, scenario_id: int, number: int | None = None) -> SavedScenario:
        """One, as it is or as it was in a version. Raises `NotFound`, also behind the wall."""
        viewer.require(Right.RUN_TWIN)
        found = self._scenarios.get(scenario_id)
        if found is None or not _sees(viewer, found.brands):
            raise NotFound("not_found")
        if number is None or number == found.version:
            return found
        document = self._scenarios.version(scenario_id, number)
        if document is None:
            raise NotFound("not_found")
        return replace(found, document=document, version=number)

    def versions(self, viewer: Viewer, scenario_id: int) -> Sequence[ScenarioVersion]:
        self.scenario(viewer, scenario_id)
        return self._scenarios.versions(scenario_id)

    def create(
        self, viewer: Viewer, name: str, note: str, document: str, origin: Origin = "import"
    ) -> SavedScenario:
        """Keeps a scenario. Raises `Invalid` with its problems when it cannot run."""
        viewer.require(Right.RUN_TWIN)
        _must_run(document)
        made = self._scenarios.insert(
            name,
            note,
            document,
            self._brands(viewer),
            origin,
            viewer.account_id,
            self._clock.now_ms(),
        )
        return self.scenario(viewer, made)

    def copy(self, viewer: Viewer, scenario_id: int, name: str) -> SavedScenario:
        """The same under another name, behind the same walls."""
        found = self.scenario(viewer, scenario_id)
        made = self._scenarios.insert(
            name, found.note, found.document, found.brands, "copy", viewer.account_id, self._clock.now_ms()
        )
        return self.scenario(viewer, made)

    def change(
        self,
        viewer: Viewer,
        scenario_id: int,
        name: str,
        note: str,
        document: str,
        version: int,
        why: str,
    ) -> SavedScenario:
        """Writes the next version. Raises `Refusal` (`scenario_changed_meanwhile`) when `version` no longer stands."""
        self.scenario(viewer, scenario_id)
        _must_run(document)
        done = self._scenarios.change(
            scenario_id, name, note, document, version, why, viewer.account_id, self._clock.now_ms()
        )
        if not done:
            raise Refusal("scenario_changed_meanwhile")
        return self.scenario(viewer, scenario_id)

    def archive(self, viewer: Viewer, scenario_id: int) -> None:
        """Puts it away; runs that were made of it stay as they are."""
        self.scenario(viewer, scenario_id)
        self._scenarios.archive(scenario_id)

    # Runs

    def runs(
        self, viewer: Viewer, kind: str | None = None, before_id: int | None = None
    ) -> tuple[Sequence[Run], int | None]:
        viewer.require(Right.RUN_TWIN)
        rows = self._runs.page(viewer.brand_filter(), kind, before_id, PAGE + 1)
        return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None

    def run(self, viewer: Viewer, run_id: int) -> Run:
        viewer.require(Right.RUN_TWIN)
        found = self._runs.get(run_id)
        if found is None or not _sees(viewer, found.brands):
            raise NotFound("not_found")
        return found

    def ask_days(
        self, viewer: Viewer, scenario_id: int, replications: int, seed: int, confidence: float
    ) -> Run:
        """Has a scenario lived so many days."""
        found = self.scenario(viewer, scenario_id)
        _must_run(found.document)
        document: Json = {"scenario_id": found.id, "version": found.version, "text": found.document}
        return self._ask(
            viewer, Ask("run", found.name, found.brands, document, seed, replications, confidence)
        )

    def ask_comparison(
        self, viewer: Viewer, scenario_ids: Sequence[int], replications: int, seed: int, confidence: float
    ) -> Run:
        """Has two or more scenarios live the same days; the first is what the others are compared to."""
        if len(set(scenario_ids)) < 2 or len(set(scenario_ids)) < len(scenario_ids):
            raise Invalid("compare_two", "scenario_ids")
        if replications * len(scenario_ids) > DAYS_MAX:
            raise Invalid("too_many_days", "replications", most=DAYS_MAX // len(scenario_ids))
        found = [self.scenario(viewer, one) for one in scenario_ids]
        for one in found:
            _must_run(one.document)
        names = _told_apart([one.name for one in found])
        document: Json = {
            "scenario_ids": [one.id for one in found],
            "versions": [one.version for one in found],
            "names": names,
            "texts": [one.document for one in found],
        }
        brands = sorted({brand for one in found for brand in one.brands})
        name = " / ".join(names)[:200]
        return self._ask(viewer, Ask("compare", name, brands, document, seed, replications, confidence))

    def ask_today(self, viewer: Viewer, name: str, weeks: int, day: str | None) -> Run:
        """Has a scenario made of the centre as it is, from its last weeks; it is kept under `name`."""
        viewer.require(Right.RUN_TWIN)
        document: Json = {"weeks": weeks, "day": day, "scenario_name": name}
        return self._ask(viewer, Ask("fit", name, self._brands(viewer), document, 0, 0, 0.95))

    def ask_target(
        self, viewer: Viewer, scenario_id: int, worth: str, seed: int, replications: int = 0
    ) -> Run:
        """Has the best targets found, by what contacts are worth (docs/reference/targets.md).

        `replications`: the days the twin lives under each choice to check it; 0 leaves the formulas' answer.
        """
        found = self.scenario(viewer, scenario_id)
        scenario = _must_run(found.document)
        try:
            read_worth(worth, scenario)
        except DocumentError as wrong:
            raise DocumentRefused("worth_refused", "worth", wrong.problems) from None
        document: Json = {
            "scenario_id": found.id, "version": found.version, "text": found.document, "worth": worth,
        }  # fmt: skip
        return self._ask(viewer, Ask("target", found.name, found.brands, document, seed, replications, 0.95))

    def ask_forecast(
        self, viewer: Viewer, scenario_id: int, trial: Trial, replications: int, seed: int
    ) -> Run:
        """Has a scenario live the same days without a rule on trial and with it: what is foretold of its effect."""
        foretellable(trial)
        found = self.scenario(viewer, scenario_id)
        scenario = _must_run(found.document)
        with_rule(scenario, trial.subject, trial.changes)
        if replications * 2 > DAYS_MAX:
            raise Invalid("too_many_days", "replications", most=DAYS_MAX // 2)
        document: Json = {
            "scenario_id": found.id, "version": found.version, "text": found.document,
            "scenario_name": found.name, **document_of(trial),
        }  # fmt: skip
        name = f"{trial.name} · {found.name}"[:200]
        return self._ask(viewer, Ask("forecast", name, found.brands, document, seed, replications, 0.95))

    def again(self, viewer: Viewer, run_id: int) -> Run:
        """Asks for the same once more: after a failure, or what was cancelled."""
        found = self.run(viewer, run_id)
        return self._ask(
            viewer,
            Ask(
                found.kind, found.name, found.brands, found.document, found.seed, found.replications,
                found.confidence,
            ),
        )  # fmt: skip

    def cancel(self, viewer: Viewer, run_id: int) -> Run:
        """Ends a run that is not over. Raises `Refusal` (`run_over`) when it is."""
        self.run(viewer, run_id)
        if not self._runs.cancel(run_id, viewer.account_id, self._clock.now_ms()):
            raise Refusal("run_over")
        self._stir()
        return self.run(viewer, run_id)

    def delete(self, viewer: Viewer, run_id: int) -> None:
        """Throws away a run with what it found. Raises `Refusal` (`run_not_over`) while it is at work."""
        found = self.run(viewer, run_id)
        if found.state in UNFINISHED or not self._runs.delete(run_id):
            raise Refusal("run_not_over")

    def _ask(self, viewer: Viewer, ask: Ask) -> Run:
        if ask.replications > DAYS_MAX:
            raise Invalid("too_many_days", "replications", most=DAYS_MAX)
        if self._runs.unfinished() >= WAITING_MAX:
            raise Refusal("too_many_runs", most=WAITING_MAX)
        made = self._runs.insert(ask, viewer.account_id, self._clock.now_ms())
        self._stir()
        return self.run(viewer, made)

    def _brands(self, viewer: Viewer) -> Sequence[int]:
        """Those whose data the viewer's scenarios hold: all that they see."""
        return self._scenarios.brands() if viewer.brands is None else sorted(viewer.brands)


def _sees(viewer: Viewer, brands: Sequence[int]) -> bool:
    return viewer.brands is None or set(brands) <= viewer.brands


def _must_run(document: str) -> Scenario:
    """Raises `Invalid` with every problem and its line."""
    try:
        return read_scenario(document)
    except DocumentError as wrong:
        raise DocumentRefused("scenario_refused", "document", wrong.problems) from None


def _told_apart(names: Sequence[str]) -> list[str]:
    found: list[str] = []
    for name in names:
        often = sum(1 for one in names if one == name)
        found.append(name if often == 1 else f"{name} ({len(found) + 1})")
    return found
