"""What is done with a trial. Each act is one transaction, with its facts and its entry in the audit trail."""

from collections.abc import Sequence
from typing import NoReturn
from zoneinfo import ZoneInfo

from affluent.centre.administration.ports import AuditEntry
from affluent.centre.hub import BoardChanged, NoticesChanged, SettingsChanged
from affluent.centre.refusals import NotFound, Refusal
from affluent.centre.supervising.supervising import note
from affluent.centre.transaction import Transaction
from affluent.centre.trials.records import EndReason, Json, Trial, Verdict
from affluent.centre.trials.rules import SWITCHBACK
from affluent.centre.trials.slots import slot_at
from affluent.centre.wall import Viewer
from affluent.facts.instants import DAY_MS
from affluent.facts.trial import TrialEnded, TrialStarted, TrialTurned
from affluent.measure.trials import PRESENT, switched

NOUN = "trials"
TOLD_MS = 7 * DAY_MS
_FORETOLD = frozenset({"noun", "noun_id", "changes", "metric"})
"""What a forecast is of."""


def draft(tx: Transaction, *, viewer: Viewer, columns: Json) -> int:
    """Writes a trial down; nothing changes for anybody yet."""
    written = {**columns, "state": "draft", "created_ms": tx.now_ms, "created_by": viewer.account_id}
    trial_id = tx.store.trials.insert(written)
    shown = {name: columns[name] for name in ("name", "why", "noun", "noun_id", "mode", "changes", "metric")}
    note(tx, viewer, "create", NOUN, trial_id, _sides(columns["brand_id"]), shown)
    tx.tell(SettingsChanged(NOUN))
    return trial_id


def rewrite(tx: Transaction, *, viewer: Viewer, trial_id: int, columns: Json) -> None:
    """Writes a draft anew. A forecast stays only while it foretells the same."""
    trial = _in(tx, trial_id, "draft")
    before = {name: getattr(trial, name) for name in columns}
    differs = sorted(name for name in columns if columns[name] != before[name])
    if not differs:
        return
    changed = {name: columns[name] for name in differs}
    forgotten: Json = {} if _FORETOLD.isdisjoint(differs) else {"forecast": None, "forecast_run": None}
    tx.store.trials.update(trial_id, {**changed, **forgotten})
    then = {name: before[name] for name in differs}
    sides = (
        None if trial.brand_id is None else sorted({trial.brand_id, columns["brand_id"] or trial.brand_id})
    )
    note(tx, viewer, "update", NOUN, trial_id, sides, changed, then)
    tx.tell(SettingsChanged(NOUN))


def discard(tx: Transaction, *, viewer: Viewer, trial_id: int) -> None:
    """Takes back a trial that never started."""
    trial = _in(tx, trial_id, "draft")
    tx.store.trials.delete(trial_id)
    note(tx, viewer, "discard", NOUN, trial_id, _sides(trial.brand_id), {}, {"name": trial.name})
    tx.tell(SettingsChanged(NOUN))


def start(tx: Transaction, *, viewer: Viewer, trial_id: int, columns: Json) -> None:
    """Releases the rule. `columns`: `before` and the plan, as they are now.

    Raises `Refusal` where another trial of the same thing runs.
    """
    trial = _in(tx, trial_id, "draft")
    for other in tx.store.trials.running():
        if (other.noun, other.noun_id) == (trial.noun, trial.noun_id):
            raise Refusal("trial_already_there", name=other.name)
    ends_ms = tx.now_ms + trial.days * DAY_MS
    began = {"state": "running", "started_ms": tx.now_ms, "started_by": viewer.account_id, "ends_ms": ends_ms}
    tx.store.trials.update(trial_id, {**columns, **began})
    tx.emit_trial(TrialStarted(tx.now_ms, trial_id))
    if trial.mode == SWITCHBACK:
        turn(tx, trial_id=trial_id)
    note(tx, viewer, "begin", NOUN, trial_id, _sides(trial.brand_id), {"ends_ms": ends_ms})
    _take_up(tx)


def due_to_turn(trial: Trial, now_ms: int) -> bool:
    """Whether another slot of a switchback has begun than the one it stands in."""
    return (trial.day, trial.slot) != slot_at(ZoneInfo(trial.timezone), now_ms, trial.slot_ms)


def turn(tx: Transaction, *, trial_id: int) -> bool:
    """Turns a switchback to the rule of the slot of now; False where that slot is there already."""
    trial = tx.store.trials.get(trial_id)
    if trial is None or trial.state != "running" or not due_to_turn(trial, tx.now_ms):
        return False
    now = slot_at(ZoneInfo(trial.timezone), tx.now_ms, trial.slot_ms)
    arm = switched(trial.id, now.day, now.slot, trial.apart_days).arm
    tx.store.trials.update(trial_id, {"arm": arm, "day": now.day, "slot": now.slot})
    tx.emit_trial(TrialTurned(tx.now_ms, trial_id, arm, now.day, now.slot))
    if arm != trial.arm:
        _take_up(tx)
    return True


def stop(tx: Transaction, *, viewer: Viewer, trial_id: int) -> None:
    """A person ends it: the present rule is everyone's again, and the verdict is still to be given."""
    trial = _in(tx, trial_id, "running")
    _end(tx, trial, "by_hand", viewer.account_id)
    note(tx, viewer, "stop", NOUN, trial_id, _sides(trial.brand_id), {"reason": "by_hand"})


def end_by_itself(tx: Transaction, *, trial_id: int, reason: EndReason, crossed: str | None = None) -> bool:
    """Its end date has come, or a guardrail was crossed (`crossed` names the indicator). Whoever started it is told."""
    trial = tx.store.trials.get(trial_id)
    if trial is None or trial.state != "running":
        return False
    _end(tx, trial, reason, None, crossed)
    after = {"reason": reason, "crossed": crossed}
    tx.store.supervision.note(
        AuditEntry(tx.now_ms, None, "stop", NOUN, trial_id, _sides(trial.brand_id), None, after)
    )
    _tell_author(tx, trial, reason)
    return True


def extend(tx: Transaction, *, viewer: Viewer, trial_id: int, days: int) -> None:
    """Gives it more days. The intervals hold all the same: they were never tied to the end."""
    trial = _in(tx, trial_id, "running")
    assert trial.ends_ms is not None, "it runs"
    ends_ms = trial.ends_ms + days * DAY_MS
    tx.store.trials.update(trial_id, {"ends_ms": ends_ms})
    note(tx, viewer, "extend", NOUN, trial_id, _sides(trial.brand_id), {"ends_ms": ends_ms})
    tx.tell(SettingsChanged(NOUN))


def finish(tx: Transaction, *, viewer: Viewer, trial_id: int) -> None:
    """It is over, since its verdict is about to be given. One that is over already stays as it is."""
    trial = _in(tx, trial_id, "running", "ended")
    if trial.state == "running":
        _end(tx, trial, "concluded", viewer.account_id)


def conclude(
    tx: Transaction, *, viewer: Viewer, trial_id: int, verdict: Verdict, why: str, measured: list[Json]
) -> None:
    """Keeps the verdict with what was measured; one that still runs ends with it."""
    finish(tx, viewer=viewer, trial_id=trial_id)
    trial = _in(tx, trial_id, "ended")
    given = {"verdict": verdict, "verdict_ms": tx.now_ms, "verdict_by": viewer.account_id, "verdict_why": why}
    tx.store.trials.update(trial_id, {**given, "state": "concluded", "measured": measured})
    note(tx, viewer, "conclude", NOUN, trial_id, _sides(trial.brand_id), {"verdict": verdict, "reason": why})
    tx.tell(SettingsChanged(NOUN))


def foretell(tx: Transaction, *, viewer: Viewer, trial_id: int, forecast: Json) -> None:
    """Keeps what is foretold of its effect; before it starts, for a forecast after the fact is none."""
    trial = _in(tx, trial_id, "draft")
    tx.store.trials.update(trial_id, {"forecast": {**forecast, "at_ms": tx.now_ms}})
    note(tx, viewer, "forecast", NOUN, trial_id, _sides(trial.brand_id), forecast)
    tx.tell(SettingsChanged(NOUN))


def forecast_asked(tx: Transaction, *, viewer: Viewer, trial_id: int, run_id: int) -> None:
    """Keeps which run of the twin was asked; what it finds becomes the forecast only once somebody keeps it."""
    trial = _in(tx, trial_id, "draft")
    tx.store.trials.update(trial_id, {"forecast_run": run_id})
    note(tx, viewer, "update", NOUN, trial_id, _sides(trial.brand_id), {"forecast_run": run_id})
    tx.tell(SettingsChanged(NOUN))


def _in(tx: Transaction, trial_id: int, *states: str) -> Trial:
    """Raises `NotFound`, and `Refusal` for a trial that does not stand there."""
    trial = there(tx.store.trials.get(trial_id))
    if trial.state not in states:
        refuse_state(trial)
    return trial


def there(trial: Trial | None) -> Trial:
    """Raises `NotFound` when there is none."""
    if trial is None:
        raise NotFound("not_found")
    return trial


def refuse_state(trial: Trial) -> NoReturn:
    """What is asked cannot be done with a trial that stands where this one does."""
    raise Refusal(_ELSEWHERE[trial.state])


_ELSEWHERE = {
    "draft": "trial_not_started",
    "running": "trial_runs",
    "ended": "trial_over",
    "concluded": "trial_concluded",
}


def _end(
    tx: Transaction, trial: Trial, reason: EndReason, by_id: int | None, crossed: str | None = None
) -> None:
    ended = {"state": "ended", "arm": PRESENT, "ended_ms": tx.now_ms, "ended_by": by_id, "end_reason": reason}
    tx.store.trials.update(trial.id, {**ended, "crossed": crossed})
    tx.emit_trial(TrialEnded(tx.now_ms, trial.id, reason))
    _take_up(tx)


def _take_up(tx: Transaction) -> None:
    """What follows is done by the rules of now; the engine is built anew from them, and nobody loses their place."""
    tx.store.settings.forget()
    tx.policy_changed = True
    tx.tell(SettingsChanged(NOUN))


def _sides(brand_id: int | None) -> Sequence[int] | None:
    return None if brand_id is None else [brand_id]


_WORDS: dict[str, str] = {
    "end_date": "« {name} » : l’essai est arrivé à sa fin. · “{name}”: the trial has come to its end.",
    "guardrail": "« {name} » : l’essai s’est arrêté, un garde-fou est franchi."
    " · “{name}”: the trial stopped, a guardrail was crossed.",
}
"""In both languages, since a notice is one text for whoever reads it."""


def _tell_author(tx: Transaction, trial: Trial, reason: EndReason) -> None:
    if trial.started_by is None or reason not in _WORDS:
        return
    readers = tx.store.supervision.readers([trial.started_by], None, None)
    if not readers:
        return
    tx.store.supervision.add_notice(
        by_id=trial.started_by,
        now_ms=tx.now_ms,
        until_ms=tx.now_ms + TOLD_MS,
        text=_WORDS[reason].format(name=trial.name),
        team_id=None,
        brands=_sides(trial.brand_id),
        readers=readers,
    )
    tx.tell(NoticesChanged(tuple(readers)))
    tx.tell(BoardChanged("notices"))
