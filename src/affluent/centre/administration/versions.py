"""Versions of the routing: each change of it is one, and any of them can be gone back to.

A version is an entry of the audit trail, which tells what was before it. So going back to a version undoes what came
after it, field by field, as changes that are checked and noted like any other: nothing is ever lost.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from affluent.centre.administration.administration import Administration
from affluent.centre.administration.ports import Row
from affluent.centre.refusals import NotFound, Refusal
from affluent.centre.wall import Right, Viewer

ROUTING: Mapping[str, Sequence[str] | None] = {
    "skills": None,
    "groups": None,
    "hours": None,
    "teams": None,
    "queues": None,
    "agents": ("team_id", "skills", "group_ids", "ranks", "capacity"),
    "segments": None,
    "reserves": None,
}
"""What routing is made of, each after what it stands on: of agents only these fields."""
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
            rows = unit.changes(ROUTING, brands=viewer.brand_filter(), before_id=before_id, limit=PAGE + 1)
            names = {key: unit.row(*key) for key in {(row["noun"], row["noun_id"]) for row in rows[:PAGE]}}
        shown = [
            {**_about_routing(row), "name": _named(names[row["noun"], row["noun_id"]] or row["after"])}
            for row in rows[:PAGE]
        ]
        return shown, rows[PAGE - 1]["id"] if len(rows) > PAGE else None

    def plan(self, viewer: Viewer, version: int) -> list[Step]:
        """What going back to a version would change, in the order in which it can be done.

        Raises `NotFound` for what is no version that the viewer sees.
        """
        viewer.require(Right.READ_AUDIT)
        brands = viewer.brand_filter()
        with self._settings.unit() as unit:
            if not unit.changes(ROUTING, brands=brands, before_id=version + 1, after_id=version - 1, limit=1):
                raise NotFound("not_found")
            later = unit.changes(ROUTING, brands=brands, after_id=version)
            steps: list[Step] = []
            for (noun, row_id), then in _undone(later).items():
                row = unit.row(noun, row_id)
                if row is None:
                    continue
                differs = {name: value for name, value in then.items() if row.get(name) != value}
                if differs:
                    now = {name: row.get(name) for name in differs}
                    steps.append(Step(noun, row_id, _named(row), now, differs))
        return sorted(steps, key=_place)

    def go_back(
        self, viewer: Viewer, version: int, *, reason: str | None = None, only_try: bool = False
    ) -> list[Step]:
        """Makes the routing what it was right after a version. All of it, or nothing.

        Raises `Refusal` naming what keeps it from being so: a queue made since in which contacts wait.
        """
        viewer.require(Right.CHANGE_SETTINGS)
        steps = self.plan(viewer, version)
        if not steps:
            raise Refusal("nothing_to_go_back")
        why = reason or f"→ {version}"
        self._administration.several(
            viewer, [(one.noun, one.id, one.after) for one in steps], reason=why, only_try=only_try
        )
        return steps


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


def _named(row: Row) -> str:
    return str(row.get("name") or row.get("name_fr") or row.get("id", ""))
