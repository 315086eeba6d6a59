"""Versions of the routing: each change of it is one, and any of them can be gone back to.

A version is an entry of the audit trail, which tells what was before it. So going back to a version undoes what came
after it, field by field, as changes that are checked and noted like any other: nothing is ever lost.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from affluent.centre.administration.administration import Administration, tried
from affluent.centre.administration.batch import VERSION, Batch
from affluent.centre.administration.ports import Row, SettingsUnit
from affluent.centre.refusals import NotFound, Refusal
from affluent.centre.wall import Right, Viewer

ROUTING: Mapping[str, Sequence[str] | None] = {
    "skills": None,
    "groups": None,
    "hours": None,
    "teams": None,
    "queues": None,
    "agents": ("team_id", "skills", "group_ids", "ranks", "capacity", "units", "kept_free"),
    "segments": None,
    "reserves": None,
    "media": None,
    "defaults": None,
}
"""What routing is made of, each after what it stands on: of agents only these fields."""
LISTED: Mapping[str, Sequence[str] | None] = {**ROUTING, VERSION: None}
ORDER = tuple(ROUTING)
PAGE = 50


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that going back changes: its fields now and then."""

    noun: str
    id: int
    name: str
    before: Row
    after: Row


class Versions:
    """The versions of the routing. `viewer` decides which are seen."""

    def __init__(self, administration: Administration) -> None:
        self._settings = administration.settings
        self._administration = administration

    def list_(self, viewer: Viewer, *, before_id: int | None = None) -> tuple[list[Row], int | None]:
        """A page of versions, latest first, and where the next begins."""
        viewer.require(Right.READ_AUDIT)
        with self._settings.unit() as unit:
            rows = unit.changes(
                LISTED, brands=viewer.brand_filter(), before_id=before_id, heads=True, limit=PAGE + 1
            )
            versions = [shown(unit, row) for row in rows[:PAGE]]
        return versions, rows[PAGE - 1]["id"] if len(rows) > PAGE else None

    def parts(self, viewer: Viewer, version: int) -> list[Row]:
        """What changed together in one version, in the order in which it was written.

        Raises `NotFound` for what is no version that the viewer sees.
        """
        viewer.require(Right.READ_AUDIT)
        with self._settings.unit() as unit:
            head = _head(unit, viewer, version)
            if head["noun"] != VERSION:
                return [shown(unit, head)]
            rows = unit.changes(ROUTING, brands=viewer.brand_filter(), batch=head["batch"])
            return [shown(unit, row) for row in reversed(rows)]

    def plan(self, viewer: Viewer, version: int) -> list[Step]:
        """What going back to a version would change, in the order in which it can be done.

        Raises `NotFound` for what is no version that the viewer sees.
        """
        viewer.require(Right.READ_AUDIT)
        brands = viewer.brand_filter()
        with self._settings.unit() as unit:
            _head(unit, viewer, version)
            later = unit.changes(ROUTING, brands=brands, after_id=version)
            steps: list[Step] = []
            for (noun, row_id), then in _undone(later).items():
                row = unit.row(noun, row_id)
                if row is None:
                    continue
                differs = {name: value for name, value in then.items() if row.get(name) != value}
                if differs:
                    now = {name: row.get(name) for name in differs}
                    steps.append(Step(noun, row_id, named(row), now, differs))
        return sorted(steps, key=_place)

    def go_back(
        self, viewer: Viewer, version: int, *, reason: str | None = None, only_try: bool = False
    ) -> list[Step]:
        """Makes the routing what it was right after a version, as one new version. All of it, or nothing.

        Raises `Refusal` with everything that keeps it from being so: a queue made since in which contacts wait.
        """
        viewer.require(Right.CHANGE_SETTINGS)
        steps = self.plan(viewer, version)
        if not steps:
            raise Refusal("nothing_to_go_back")
        clock = self._administration.clock
        with tried(only_try) as trial, self._settings.unit() as unit:
            if not only_try:
                unit.lock()
            batch = Batch(unit, viewer, clock.now_ms(), reason or f"→ {version}")
            for one in steps:
                batch.change(one.noun, one.id, one.after, f"{one.noun}/{one.id}")
            batch.check()
            if batch.complaints:
                raise _cannot(steps, batch)
            changed = batch.note()
            trial.leave(changed)
        if not only_try:
            self._administration.tell(trial.answer)
        return steps


def _head(unit: SettingsUnit, viewer: Viewer, version: int) -> Row:
    """The entry that is a version. Raises `NotFound` for what is none that the viewer sees."""
    found = unit.changes(
        LISTED, brands=viewer.brand_filter(), before_id=version + 1, after_id=version - 1, heads=True, limit=1
    )
    if not found:
        raise NotFound("not_found")
    return found[0]


def shown(unit: SettingsUnit, entry: Row) -> Row:
    """An entry with the fields of routing alone, and the name of what it changed as that is called now."""
    if entry["noun"] == VERSION:
        return {**entry, "name": "", "count": entry["after"]["count"]}
    row = unit.row(entry["noun"], entry["noun_id"])
    return {**_about_routing(entry), "name": named(row or entry["after"])}


def _cannot(steps: Sequence[Step], batch: Batch) -> Refusal:
    """Everything that cannot go back, each with its own reason; the first one's is the refusal's."""
    names = {f"{one.noun}/{one.id}": one for one in steps}
    errors = [
        {
            "code": one.refusal.code,
            "field": one.refusal.field,
            "params": {**one.refusal.params, "thing": names[one.at].name},
            "noun": one.noun,
            "name": names[one.at].name,
        }
        for one in batch.complaints
    ]
    first = batch.complaints[0]
    params = {**first.refusal.params, "errors": errors}
    return Refusal(first.refusal.code, names[first.at].name, **params)


def _undone(later: Sequence[Row]) -> dict[tuple[str, int], Row]:
    """Each thing as it was before the entries, which stand latest first: its fields that they changed."""
    then: dict[tuple[str, int], Row] = {}
    for entry in later:
        noun, key = entry["noun"], (entry["noun"], entry["noun_id"])
        if entry["before"] is None:
            # Made since then. People are never put away by it.
            then[key] = {} if noun == "agents" else {"archived": True}
            continue
        fields = ROUTING[noun]
        before: dict[str, Any] = {
            name: value for name, value in entry["before"].items() if fields is None or name in fields
        }
        then[key] = {**then.get(key, {}), **before}
    return {key: fields for key, fields in then.items() if fields}


def _place(step: Step) -> tuple[bool, int, int, int]:
    """What is brought back or changed first, what it stands on before it; what is put away last, and turned round."""
    away = step.after.get("archived") is True
    place = ORDER.index(step.noun)
    back = 0 if step.after.get("archived") is False else 1
    return away, -place if away else place, back, step.id


def _about_routing(entry: Row) -> Row:
    """An entry with the fields of routing alone."""
    fields = ROUTING[entry["noun"]]
    if fields is None:
        return entry
    kept = {
        side: None if entry[side] is None else {k: v for k, v in entry[side].items() if k in fields}
        for side in ("before", "after")
    }
    return {**entry, **kept}


def named(row: Row) -> str:
    """What one of a noun is called, whatever its noun calls that."""
    return str(row.get("name") or row.get("name_fr") or row.get("medium") or row.get("id", ""))
