"""The one mechanism by which settings are listed, made, changed, put away and brought back.

Every change is one transaction with its entry in the audit trail; what runs is told after the commit. Works
without HTTP as well: `Administration.create(viewer, "queues", {...})`.
"""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from affluent.centre.administration.agents import ends_sessions
from affluent.centre.administration.noun import HIDDEN, Draft, Noun, merge
from affluent.centre.administration.nouns import NOUNS
from affluent.centre.administration.ports import (
    Asked,
    AuditEntry,
    Caution,
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
from affluent.centre.complaints import invalid
from affluent.centre.refusals import Forbidden, Invalid, NotFound, Refusal
from affluent.centre.wall import Right, Viewer
from affluent.facts.instants import Clock

USES_TOLD = 5
TRAIL_PAGE = 100
PAGE = 100
OF_SEVERAL = frozenset({"agents", "keys"})
"""Nouns that belong to several brands; without one they are the whole centre's alone to see."""
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
        self._clock = clock
        self._told = told or Nobody()
        self._trial = trial or NoTrial()
        self._test = test or NoTest()

    def list_(self, viewer: Viewer, noun: str, *, archived: bool = False) -> list[Row]:
        """What the viewer may see of a noun, by name."""
        viewer.require(Right.READ_SETTINGS)
        described = NOUNS[noun]
        with self.settings.unit() as unit:
            rows = unit.rows(noun, archived=archived)
        return [_seen_by(viewer, row) for row in rows if _sees(viewer, described, row)]

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
        seen = [_seen_by(viewer, row) for row in rows[:most] if _sees(viewer, described, row)]
        return Page(seen, rows[most - 1]["id"] if len(rows) > most else None, total)

    def read(self, viewer: Viewer, noun: str, row_id: int) -> Row:
        """One of a noun, with its warnings. Raises `NotFound`, also behind the wall."""
        viewer.require(Right.READ_SETTINGS)
        with self.settings.unit() as unit:
            row = _found(viewer, NOUNS[noun], unit, row_id)
            return _told(viewer, NOUNS[noun], unit, row)

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
        wanted = _validated(described, values)
        with _tried(only_try) as tried, self.settings.unit() as unit:
            if not only_try:
                unit.lock()
            after: Row = {**wanted, "archived": False}
            _may_change(viewer, described, after)
            draft = Draft(viewer, None, after, unit)
            described.check(draft)
            stored = described.stored(draft, wanted)
            once = stored.pop("once", {})
            if noun in DATED:
                stored["created_ms"] = self._clock.now_ms()
            row_id = unit.insert(noun, stored)
            row = _row(unit, noun, row_id)
            self._note(viewer, described, unit, "create", before=None, after=row, reason=reason)
            answer = _told(viewer, described, unit, row)
            tried.leave(answer)
        if only_try:
            return tried.answer
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
        with _tried(only_try) as tried, self.settings.unit() as unit:
            if not only_try:
                unit.lock()
            for noun, row_id, changes in steps:
                described = NOUNS[noun]
                before = _found(viewer, described, unit, row_id)
                _may_change(viewer, described, before)
                answers.append(self._changed(viewer, described, unit, before, dict(changes), reason))
            tried.leave(answers)
        if not only_try:
            for noun, row_id in dict.fromkeys((noun, row_id) for noun, row_id, _ in steps):
                self._told.changed(noun, row_id)
        return answers

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
        wanted = _validated(noun, _completed(noun, before, changes))
        sent = {name: wanted[name] for name in changes if name in wanted}
        after: Row = {**before, **wanted, "archived": archived}
        if before["archived"] and archived:
            raise Refusal("archived")
        _may_change(viewer, noun, after)
        draft = Draft(viewer, before, after, unit)
        if archived:
            _refuse_in_use(noun, unit, before["id"])
        if not archived or changes or noun.key == "agents":
            noun.check(draft)
        stored = noun.stored(draft, sent)
        unit.update(noun.key, before["id"], {**stored, "archived": archived})
        if noun.key == "agents" and ends_sessions(draft, sent):
            unit.revoke_sessions(before["id"])
        row = _row(unit, noun.key, before["id"])
        action = "change" if archived == before["archived"] else "archive" if archived else "restore"
        secret = any(sent.get(name) for name in noun.write_only) or "secrets" in stored
        self._note(viewer, noun, unit, action, before=before, after=row, secret=secret, reason=reason)
        return _told(viewer, noun, unit, row)

    def archive(self, viewer: Viewer, noun: str, row_id: int, *, reason: str | None = None) -> Row:
        """Puts one away. Raises `Refusal` naming what still stands on it."""
        return self.change(viewer, noun, row_id, {"archived": True}, reason=reason)

    def try_rule(self, viewer: Viewer, rule: Mapping[str, Any], days: int) -> TrialResult:
        """What a rule would have done in the last `days` days; nothing is saved."""
        viewer.require(Right.READ_SETTINGS)
        noun = NOUNS["rules"]
        wanted = _validated(noun, rule)
        with self.settings.unit() as unit:
            viewer.behind_wall(wanted["brand_id"])
            noun.check(Draft(viewer, None, {**wanted, "archived": False}, unit))
        return self._trial.try_rule(viewer, wanted, days)

    def test_channel(self, viewer: Viewer, row_id: int) -> list[Step]:
        """Tries a channel against the world, outside of any transaction."""
        viewer.require(Right.CHANGE_SETTINGS)
        with self.settings.unit() as unit:
            row = _found(viewer, NOUNS["channels"], unit, row_id)
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
            row = _found(viewer, described, unit, row_id)
            self._note(viewer, described, unit, action, before=row, after=row, secret=True)

    def _note(
        self,
        viewer: Viewer,
        noun: Noun,
        unit: SettingsUnit,
        action: str,
        *,
        before: Row | None,
        after: Row,
        secret: bool = False,
        reason: str | None = None,
    ) -> None:
        differs = {name for name in after if before is None or before.get(name) != after[name]}
        shown_before = None if before is None else {name: before.get(name) for name in sorted(differs)}
        shown_after = {name: after[name] for name in sorted(differs)}
        if secret:
            shown_after["secrets"] = HIDDEN
        side = noun.side(after)
        sides = None if side is None else side | (noun.side(before) or frozenset() if before else frozenset())
        unit.note(
            AuditEntry(
                at_ms=self._clock.now_ms(),
                account_id=viewer.account_id,
                key_id=viewer.key_id,
                action=action,
                noun=noun.key,
                noun_id=after["id"],
                brands=None if sides is None else sorted(sides),
                before=shown_before,
                after=shown_after,
                reason=(reason or "").strip() or None,
            )
        )


class _Left(Exception):
    """A trial was left: what it did is undone."""


@dataclass(slots=True)
class _Trial:
    """Whether a change is only tried, and what it would have answered."""

    only_try: bool
    answer: Any = None

    def leave(self, answer: Any) -> None:
        self.answer = answer
        if self.only_try:
            raise _Left


@contextmanager
def _tried(only_try: bool) -> Generator[_Trial]:
    """Where a trial is left: nothing of it stays."""
    trial = _Trial(only_try)
    try:
        yield trial
    except _Left:
        return


def _validated(noun: Noun, values: Mapping[str, Any]) -> Row:
    try:
        return noun.validated(values).model_dump(mode="json")
    except ValidationError as error:
        raise invalid(error) from None


def _completed(noun: Noun, before: Row, changes: Row) -> Row:
    """The whole, as it would be sent anew."""
    whole = {name: before[name] for name in noun.fields.model_fields if name in before}
    for name, value in changes.items():
        whole[name] = merge(whole.get(name), value) if name in noun.merged else value
    return whole


def _sees(viewer: Viewer, noun: Noun, row: Row) -> bool:
    side = noun.side(row)
    return viewer.brands is None or side is None or bool(side & viewer.brands)


def _seen_by(viewer: Viewer, row: Row) -> Row:
    """Without the names of brands behind the wall."""
    if viewer.brands is None or "brand_ids" not in row:
        return row
    return {**row, "brand_ids": [brand_id for brand_id in row["brand_ids"] if brand_id in viewer.brands]}


def _found(viewer: Viewer, noun: Noun, unit: SettingsUnit, row_id: int) -> Row:
    row = unit.row(noun.key, row_id)
    if row is None or not _sees(viewer, noun, row):
        raise NotFound("not_found")
    return row


def _row(unit: SettingsUnit, noun: str, row_id: int) -> Row:
    row = unit.row(noun, row_id)
    assert row is not None, "just written"
    return row


def _may_change(viewer: Viewer, noun: Noun, row: Row) -> None:
    """A bound administrator changes only what belongs to their brands and to no other."""
    side = noun.side(row)
    if viewer.brands is None or (side and side <= viewer.brands):
        return
    if noun.key in OF_SEVERAL and not side:
        raise Invalid("brands_required", "brand_ids")
    if side is not None and not side & viewer.brands:
        raise Invalid("no_such_reference", "brand_ids" if noun.key in OF_SEVERAL else "brand_id")
    raise Forbidden("whole_centre_only")


def _refuse_in_use(noun: Noun, unit: SettingsUnit, row_id: int) -> None:
    uses = unit.uses(noun.key, row_id)
    if uses:
        told: Sequence[dict[str, Any]] = [
            {"noun": use.noun, "id": use.id, "name": use.name} for use in uses[:USES_TOLD]
        ]
        names = ", ".join(use.name for use in uses[:USES_TOLD])
        raise Refusal("in_use", names=names, count=len(uses), uses=told)


def _told(viewer: Viewer, noun: Noun, unit: SettingsUnit, row: Row) -> Row:
    cautions: list[Caution] = [] if row["archived"] else noun.cautions(row, unit)
    warnings = [{"code": caution.code, "params": caution.params} for caution in cautions]
    return {**_seen_by(viewer, row), "warnings": warnings}
