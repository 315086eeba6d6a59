"""Trials as people deal with them: checked before they are written, read on one's side of the wall, concluded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from affluent.centre.administration.administration import Administration
from affluent.centre.refusals import Forbidden, Invalid, Refusal
from affluent.centre.runner import Runner
from affluent.centre.trials import trials
from affluent.centre.trials.foretelling import still_of
from affluent.centre.trials.measuring import Measured, Measuring, Size
from affluent.centre.trials.records import Json, Trial, TrialViews, Verdict
from affluent.centre.trials.rules import SHARE, check_fields, check_values
from affluent.centre.trials.slots import SLOTS_MS
from affluent.centre.twin_runs.records import Run
from affluent.centre.wall import Right, Viewer
from affluent.facts.instants import Clock
from affluent.measure.trials_outcomes import METRICS, is_share

PAGE = 50
DAYS_MAX = 366


@dataclass(frozen=True, slots=True)
class Disturbed:
    """Somebody changed what is on trial while it ran: the effect may be theirs."""

    at_ms: int
    name: str
    fields: Sequence[str]


@dataclass(frozen=True, slots=True)
class Shown:
    """A trial with what is known of it by now; `size` for a draft only."""

    trial: Trial
    measured: Sequence[Measured]
    disturbed: Sequence[Disturbed]
    size: Size | None


class TrialOffice:
    """The use cases of trials. `viewer` decides what may be seen and done."""

    def __init__(
        self,
        administration: Administration,
        runner: Runner,
        views: TrialViews,
        measuring: Measuring,
        clock: Clock,
    ) -> None:
        self._administration = administration
        self._runner = runner
        self._views = views
        self._measuring = measuring
        self._clock = clock

    def list_(
        self, viewer: Viewer, *, state: str | None = None, before_id: int | None = None
    ) -> tuple[Sequence[Shown], int | None]:
        """A page of trials, latest first, and where the next begins. Concluded ones tell what was kept with them."""
        viewer.require(Right.READ_FIGURES)
        rows = self._views.page(viewer.brand_filter(), state, before_id, PAGE + 1)
        page = [Shown(one, self._measured(viewer, one), (), None) for one in rows[:PAGE]]
        return page, rows[PAGE - 1].id if len(rows) > PAGE else None

    def read(self, viewer: Viewer, trial_id: int) -> Shown:
        """One trial with its effects. Raises `NotFound`, also behind the wall."""
        viewer.require(Right.READ_FIGURES)
        trial = self._found(viewer, trial_id)
        size = self._measuring.size(trial) if trial.state == "draft" else None
        changed: list[Disturbed] = []
        if trial.started_ms is not None:
            until_ms = self._clock.now_ms() if trial.ended_ms is None else trial.ended_ms
            rows = self._views.changed_since(
                trial.noun, trial.noun_id, trial.changes.keys(), trial.started_ms
            )
            changed = [Disturbed(**row) for row in rows if row["at_ms"] <= until_ms]
        return Shown(trial, self._measured(viewer, trial), changed, size)

    def size(self, viewer: Viewer, wanted: Mapping[str, Any]) -> Size:
        """How long a trial would take, before it is written down. Raises as `create` does."""
        viewer.require(Right.CHANGE_SETTINGS)
        return self._measuring.size(_unwritten(self._columns(viewer, wanted)))

    def create(self, viewer: Viewer, wanted: Mapping[str, Any]) -> Shown:
        """Writes a trial down. Raises `Invalid` with the field that cannot be, as saving the rule itself would."""
        viewer.require(Right.CHANGE_SETTINGS)
        trial_id = self._runner.do(trials.draft, viewer=viewer, columns=self._columns(viewer, wanted))
        return self.read(viewer, trial_id)

    def rewrite(self, viewer: Viewer, trial_id: int, wanted: Mapping[str, Any]) -> Shown:
        """Writes a draft anew, whole. Raises as `create` does, and `Refusal` for one that has started."""
        self.draft(viewer, trial_id)
        columns = self._columns(viewer, wanted)
        self._runner.do(trials.rewrite, viewer=viewer, trial_id=trial_id, columns=columns)
        return self.read(viewer, trial_id)

    def start(self, viewer: Viewer, trial_id: int) -> Shown:
        """Releases the rule, as the settings are now. Raises `Invalid` where the rule can no longer be."""
        trial = self._mine(viewer, trial_id)
        before, _ = self._tried(viewer, trial.noun, trial.noun_id, trial.mode, trial.changes)
        plan = self._measuring.plan(trial)
        columns: Json = {"before": before, "planned_units": plan.units, "mixing": dict(plan.mixing)}
        self._runner.do(trials.start, viewer=viewer, trial_id=trial_id, columns=columns)
        return self.read(viewer, trial_id)

    def stop(self, viewer: Viewer, trial_id: int) -> Shown:
        self._mine(viewer, trial_id)
        self._runner.do(trials.stop, viewer=viewer, trial_id=trial_id)
        return self.read(viewer, trial_id)

    def extend(self, viewer: Viewer, trial_id: int, days: int) -> Shown:
        self._mine(viewer, trial_id)
        self._runner.do(trials.extend, viewer=viewer, trial_id=trial_id, days=days)
        return self.read(viewer, trial_id)

    def conclude(self, viewer: Viewer, trial_id: int, verdict: Verdict, why: str) -> Shown:
        """Gives the verdict. `keep` makes the rule on trial everyone's, as a version like any other."""
        trial = self._mine(viewer, trial_id)
        if trial.state not in ("running", "ended"):
            trials.refuse_state(trial)
        measured = [as_kept(one) for one in self._measuring.of(trial)]
        if verdict == "keep":
            saved = [(trial.noun, trial.noun_id, trial.changes)]
            reason = f"{trial.name}: {why}"[:500] if why else trial.name
            self._administration.several(viewer, saved, only_try=True)
            # Over before it is everyone's; should saving fail now, the verdict can still be given.
            self._runner.do(trials.finish, viewer=viewer, trial_id=trial_id)
            self._administration.several(viewer, saved, reason=reason)
        self._runner.do(
            trials.conclude, viewer=viewer, trial_id=trial_id, verdict=verdict, why=why, measured=measured
        )
        return self.read(viewer, trial_id)

    def foretell(self, viewer: Viewer, trial_id: int, forecast: Json) -> Shown:
        """Keeps a forecast of the effect on the trial's indicator, with its interval."""
        self._mine(viewer, trial_id)
        if not forecast["low"] <= forecast["value"] <= forecast["high"]:
            raise Invalid("forecast_out_of_order", "value")
        self._runner.do(trials.foretell, viewer=viewer, trial_id=trial_id, forecast=forecast)
        return self.read(viewer, trial_id)

    def draft(self, viewer: Viewer, trial_id: int) -> Trial:
        """A draft that the viewer may change. Raises `Refusal` for one that has started."""
        trial = self._mine(viewer, trial_id)
        if trial.state != "draft":
            trials.refuse_state(trial)
        return trial

    def forecast_asked(self, viewer: Viewer, trial_id: int, run_id: int) -> Shown:
        """Keeps which run of the twin was asked what the rule will do."""
        self.draft(viewer, trial_id)
        self._runner.do(trials.forecast_asked, viewer=viewer, trial_id=trial_id, run_id=run_id)
        return self.read(viewer, trial_id)

    def keep_forecast(self, viewer: Viewer, trial_id: int, run: Run) -> Shown:
        """Makes what a run of the twin foretold the trial's forecast.

        Raises `Refusal`: the run is not done, or it was asked about the trial as it no longer is.
        """
        trial = self.draft(viewer, trial_id)
        if run.kind != "forecast" or not still_of(trial, run.document):
            raise Refusal("forecast_other_trial")
        if run.result is None:
            raise Refusal("forecast_not_done")
        told = {name: run.result[name] for name in ("value", "low", "high", "present", "tried", "days")}
        forecast: Json = {**told, "by": run.result["scenario"], "run_id": run.id}
        self._runner.do(trials.foretell, viewer=viewer, trial_id=trial_id, forecast=forecast)
        return self.read(viewer, trial_id)

    def discard(self, viewer: Viewer, trial_id: int) -> None:
        self._mine(viewer, trial_id)
        self._runner.do(trials.discard, viewer=viewer, trial_id=trial_id)

    def _found(self, viewer: Viewer, trial_id: int) -> Trial:
        trial = self._views.get(trial_id)
        viewer.behind_wall(None if trial is None else trial.brand_id)
        return trials.there(trial)

    def _mine(self, viewer: Viewer, trial_id: int) -> Trial:
        """A trial that the viewer may act on."""
        viewer.require(Right.CHANGE_SETTINGS)
        trial = self._found(viewer, trial_id)
        if trial.brand_id is None and viewer.brands is not None:
            raise Forbidden("whole_centre_only")
        return trial

    def _measured(self, viewer: Viewer, trial: Trial) -> Sequence[Measured]:
        """The figures of the viewer's brands; of the whole trial where no wall stands within it."""
        return self._measuring.of(trial, viewer.brand_filter() if trial.brand_id is None else None)

    def _tried(
        self, viewer: Viewer, noun: str, noun_id: int, mode: str, changes: Mapping[str, Any]
    ) -> tuple[Json, Json]:
        """The fields on trial as they are, and as they would be saved.

        Raises what saving the rule would, and why it cannot be tried this way.
        """
        row = self._administration.read(viewer, noun, noun_id)
        check_fields(noun, mode, changes)
        (saved,) = self._administration.several(viewer, [(noun, noun_id, changes)], only_try=True)
        after = {name: saved[name] for name in changes}
        check_values(noun, mode, row, after)
        return {name: row[name] for name in changes}, after

    def _columns(self, viewer: Viewer, wanted: Mapping[str, Any]) -> Json:
        noun, noun_id, mode = wanted["noun"], wanted["noun_id"], wanted["mode"]
        _check_form(wanted)
        before, changes = self._tried(viewer, noun, noun_id, mode, wanted["changes"])
        row = self._administration.read(viewer, noun, noun_id)
        return {
            **wanted,
            "changes": changes,
            "before": before,
            "brand_id": row["brand_id"],
            "subject": row["name"],
        }


def _check_form(wanted: Mapping[str, Any]) -> None:
    """What must hold whatever is tried."""
    keys = [wanted["metric"], *(one["key"] for one in wanted["guardrails"])]
    if not set(keys) <= set(METRICS):
        raise Invalid("trial_no_such_metric", "metric")
    if len(set(keys[1:])) < len(keys) - 1:
        raise Invalid("trial_guardrail_twice", "guardrails")
    for position, one in enumerate(wanted["guardrails"]):
        if is_share(one["key"]) and one["margin"] >= 1:
            raise Invalid("trial_share_beyond_one", f"guardrails.{position}.margin")
    for name in ("smallest", "expected"):
        if wanted[name] is not None and is_share(wanted["metric"]) and abs(wanted[name]) >= 1:
            raise Invalid("trial_share_beyond_one", name)
    if wanted["mode"] == SHARE:
        return
    if wanted["slot_ms"] not in SLOTS_MS:
        raise Invalid("trial_slot_length", "slot_ms")
    if wanted["washout_ms"] * 2 > wanted["slot_ms"]:
        raise Invalid("trial_washed_away", "washout_ms")
    try:
        ZoneInfo(wanted["timezone"])
    except (ValueError, OSError):
        raise Invalid("unknown_timezone", "timezone") from None


def _unwritten(columns: Mapping[str, Any]) -> Trial:
    """A trial that is not written down yet, to be measured by."""
    values: dict[str, Any] = {**dict.fromkeys(Trial.__dataclass_fields__), **columns, "people": {}}
    values |= {"id": 0, "state": "draft"}
    return Trial(**values)


def as_kept(one: Measured) -> Json:
    """A measured effect as it is kept with the verdict."""
    effect = one.effect
    return {
        "key": one.key,
        "present": effect.present,
        "tried": effect.tried,
        "value": effect.value,
        "low": effect.low,
        "high": effect.high,
        "contacts": list(effect.contacts),
        "units": effect.units,
        "finding": one.finding,
        "crossed": one.crossed,
    }
