"""The one mechanism by which settings are listed, made, changed, put away and brought back.

Every change is one transaction with its entry in the audit trail; what runs is told after the commit. Works
without HTTP as well: `Administration.create(viewer, "queues", {...})`.
"""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from affluent.centre.administration.agents import ends_sessions
from affluent.centre.administration.changing import (
    completed,
    found,
    may_change,
    noted,
    refuse_in_use,
    row_of,
    seen_by,
    sees,
    told,
    validated,
)
from affluent.centre.administration.noun import Draft, Noun
from affluent.centre.administration.nouns import NOUNS
from affluent.centre.administration.ports import (
    Asked,
    ChannelTest,
    Nobody,
    NoTest,
    NoTrial,
    Row,
    RuleTrial,
    Settings,
    SettingsChanged,
    SettingsUnit,
    Step,
    TrialResult,
)
from affluent.centre.refusals import Invalid, Refusal
from affluent.centre.wall import Right, Viewer
from affluent.facts.instants import Clock

TRAIL_PAGE = 100
PAGE = 100
DATED = frozenset({"agents", "keys", "webhooks"})
"""Nouns that know when they were made."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some of a noun: where the next page begins, or None; how many there are on all pages."""

    rows: list[Row]
    next: int | None
    total: int


class Administration:
    """The use cases of administration. `viewer` decides what may be seen and changed."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        *,
        told: SettingsChanged | None = None,
        trial: RuleTrial | None = None,
        test: ChannelTest | None = None,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self._told = told or Nobody()
        self._trial = trial or NoTrial()
        self._test = test or NoTest()

    def list_(self, viewer: Viewer, noun: str, *, archived: bool = False) -> list[Row]:
        """What the viewer may see of a noun, by name."""
        viewer.require(Right.READ_SETTINGS)
        described = NOUNS[noun]
        with self.settings.unit() as unit:
            rows = unit.rows(noun, archived=archived)
        return [seen_by(viewer, row) for row in rows if sees(viewer, described, row)]

    def page(
        self,
        viewer: Viewer,
        noun: str,
        *,
        words: str = "",
        archived: bool = False,
        filters: Mapping[str, Any] | None = None,
        after: int | None = None,
        most: int = PAGE,
    ) -> Page:
        """A page of what the viewer may see of a noun, by name. `filters` are those that the noun has."""
        viewer.require(Right.READ_SETTINGS)
        described = NOUNS[noun]
        asked = Asked(words, archived, filters or {}, viewer.brand_filter(), after, most + 1)
        with self.settings.unit() as unit:
            rows, total = unit.page(noun, asked)
        seen = [seen_by(viewer, row) for row in rows[:most] if sees(viewer, described, row)]
        return Page(seen, rows[most - 1]["id"] if len(rows) > most else None, total)

    def read(self, viewer: Viewer, noun: str, row_id: int) -> Row:
        """One of a noun, with its warnings. Raises `NotFound`, also behind the wall."""
        viewer.require(Right.READ_SETTINGS)
        with self.settings.unit() as unit:
            row = found(viewer, NOUNS[noun], unit, row_id)
            return told(viewer, NOUNS[noun], unit, row)

    def create(
        self,
        viewer: Viewer,
        noun: str,
        values: Mapping[str, Any],
        *,
        right: Right = Right.CHANGE_SETTINGS,
        reason: str | None = None,
        only_try: bool = False,
    ) -> Row:
        """Makes one; `right` is what the caller needs.

        Raises `Invalid` with the field at fault, `Forbidden` beyond the viewer's brands.
        `only_try`: says what would become of it, with its warnings, and makes nothing.
        """
        viewer.require(right)
        described = NOUNS[noun]
        wanted = validated(described, values)
        with tried(only_try) as trial, self.settings.unit() as unit:
            if not only_try:
                unit.lock()
            after: Row = {**wanted, "archived": False}
            may_change(viewer, described, after)
            draft = Draft(viewer, None, after, unit)
            described.check(draft)
            stored = described.stored(draft, wanted)
            once = stored.pop("once", {})
            if noun in DATED:
                stored["created_ms"] = self.clock.now_ms()
            row_id = unit.insert(noun, stored)
            row = row_of(unit, noun, row_id)
            unit.note(noted(viewer, self.clock.now_ms(), described, "create", None, row, reason=reason))
            answer = told(viewer, described, unit, row)
            trial.leave(answer)
        if only_try:
            return trial.answer
        self._told.changed(noun, row_id)
        return {**answer, **once}

    def change(
        self,
        viewer: Viewer,
        noun: str,
        row_id: int,
        changes: Mapping[str, Any],
        *,
        right: Right = Right.CHANGE_SETTINGS,
        reason: str | None = None,
        only_try: bool = False,
    ) -> Row:
        """Changes the fields named; `archived` puts away or brings back. `right` is what the caller needs."""
        viewer.require(right)
        (answer,) = self.several(viewer, [(noun, row_id, changes)], reason=reason, only_try=only_try)
        return answer

    def several(
        self,
        viewer: Viewer,
        steps: Sequence[tuple[str, int, Mapping[str, Any]]],
        *,
        reason: str | None = None,
        only_try: bool = False,
    ) -> list[Row]:
        """Changes (noun, identifier, fields) one after the other, all of them or none."""
        answers: list[Row] = []
        with tried(only_try) as trial, self.settings.unit() as unit:
            if not only_try:
                unit.lock()
            for noun, row_id, changes in steps:
                described = NOUNS[noun]
                before = found(viewer, described, unit, row_id)
                may_change(viewer, described, before)
                answers.append(self._changed(viewer, described, unit, before, dict(changes), reason))
            trial.leave(answers)
        if not only_try:
            self.tell(list(dict.fromkeys((noun, row_id) for noun, row_id, _ in steps)))
        return answers

    def tell(self, changed: Sequence[tuple[str, int]]) -> None:
        """What runs takes these changes up, after the commit, as one."""
        if len(changed) == 1:
            self._told.changed(*changed[0])
        elif changed:
            self._told.together(changed)

    def _changed(
        self,
        viewer: Viewer,
        noun: Noun,
        unit: SettingsUnit,
        before: Row,
        changes: Row,
        reason: str | None = None,
    ) -> Row:
        archived = bool(changes.pop("archived", before["archived"]))
        for name in noun.fixed & changes.keys():
            if changes[name] != before[name]:
                raise Invalid("fixed", name)
        wanted = validated(noun, completed(noun, before, changes))
        sent = {name: wanted[name] for name in changes if name in wanted}
        after: Row = {**before, **wanted, "archived": archived}
        if noun.given and archived:
            raise Refusal("given")
        if before["archived"] and archived:
            raise Refusal("archived")
        may_change(viewer, noun, after)
        draft = Draft(viewer, before, after, unit)
        if archived:
            refuse_in_use(noun, unit, before["id"])
        if not archived or changes or noun.key == "agents":
            noun.check(draft)
        stored = noun.stored(draft, sent)
        unit.update(noun.key, before["id"], {**stored, "archived": archived})
        if noun.key == "agents" and ends_sessions(draft, sent):
            unit.revoke_sessions(before["id"])
        row = row_of(unit, noun.key, before["id"])
        action = "change" if archived == before["archived"] else "archive" if archived else "restore"
        secret = any(sent.get(name) for name in noun.write_only) or "secrets" in stored
        now_ms = self.clock.now_ms()
        unit.note(noted(viewer, now_ms, noun, action, before, row, secret=secret, reason=reason))
        return told(viewer, noun, unit, row)

    def archive(self, viewer: Viewer, noun: str, row_id: int, *, reason: str | None = None) -> Row:
        """Puts one away. Raises `Refusal` naming what still stands on it."""
        return self.change(viewer, noun, row_id, {"archived": True}, reason=reason)

    def try_rule(self, viewer: Viewer, rule: Mapping[str, Any], days: int) -> TrialResult:
        """What a rule would have done in the last `days` days; nothing is saved."""
        viewer.require(Right.READ_SETTINGS)
        noun = NOUNS["rules"]
        wanted = validated(noun, rule)
        with self.settings.unit() as unit:
            viewer.behind_wall(wanted["brand_id"])
            noun.check(Draft(viewer, None, {**wanted, "archived": False}, unit))
        return self._trial.try_rule(viewer, wanted, days)

    def test_channel(self, viewer: Viewer, row_id: int) -> list[Step]:
        """Tries a channel against the world, outside of any transaction."""
        viewer.require(Right.CHANGE_SETTINGS)
        with self.settings.unit() as unit:
            row = found(viewer, NOUNS["channels"], unit, row_id)
            secrets = unit.secrets(row_id)
        return self._test.test(row["medium"], row["settings"], secrets)

    def trail(
        self,
        viewer: Viewer,
        *,
        noun: str | None = None,
        noun_id: int | None = None,
        before_id: int | None = None,
    ) -> tuple[list[Row], int | None]:
        """A page of the audit trail, latest first, and where the next begins."""
        viewer.require(Right.READ_AUDIT)
        with self.settings.unit() as unit:
            rows = unit.trail(
                viewer.brand_filter(), noun=noun, noun_id=noun_id, before_id=before_id, limit=TRAIL_PAGE + 1
            )
        page = rows[:TRAIL_PAGE]
        return page, page[-1]["id"] if len(rows) > TRAIL_PAGE else None

    def noted(self, viewer: Viewer, noun: str, row_id: int, action: str) -> None:
        """Writes into the trail what was done to one of a noun beside its fields."""
        described = NOUNS[noun]
        with self.settings.unit() as unit:
            row = found(viewer, described, unit, row_id)
            unit.note(noted(viewer, self.clock.now_ms(), described, action, row, row, secret=True))


class _Left(Exception):
    """A trial was left: what it did is undone."""


@dataclass(slots=True)
class Trial:
    """Whether a change is only tried, and what it would have answered."""

    only_try: bool
    answer: Any = None

    def leave(self, answer: Any) -> None:
        self.answer = answer
        if self.only_try:
            raise _Left


@contextmanager
def tried(only_try: bool) -> Generator[Trial]:
    """Where a trial is left: nothing of it stays."""
    trial = Trial(only_try)
    try:
        yield trial
    except _Left:
        return
