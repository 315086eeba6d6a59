"""Many changes of settings as one: written first, checked when all are written, told and noted together.

So the order in which they stand does not matter: two overflows can turn round, a team can rank a queue that the
same batch makes. What is wrong is gathered, all of it, and then nothing of the batch stays.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from affluent.centre.administration.changing import (
    completed,
    may_change,
    noted,
    refuse_in_use,
    row_of,
    validated,
)
from affluent.centre.administration.noun import Draft
from affluent.centre.administration.nouns import NOUNS
from affluent.centre.administration.ports import AuditEntry, Row, SettingsUnit
from affluent.centre.refusals import Invalid, Refusal
from affluent.centre.wall import Viewer

VERSION = "policy"
"""The noun of the entry that stands for a whole batch."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """What keeps a batch from being done: `at` is whatever the caller called the thing, `refusal` says why."""

    at: str
    noun: str
    refusal: Refusal


@dataclass(slots=True)
class _Touched:
    at: str
    before: Row | None


@dataclass(slots=True)
class Batch:
    """One batch within one transaction, by one person."""

    unit: SettingsUnit
    viewer: Viewer
    at_ms: int
    reason: str | None = None
    complaints: list[Complaint] = field(default_factory=list[Complaint])
    _touched: dict[tuple[str, int], _Touched] = field(default_factory=dict[tuple[str, int], _Touched])

    def make(self, noun: str, values: Mapping[str, object], at: str) -> int | None:
        """A new one; its identifier, or None when its fields cannot be."""
        try:
            wanted = validated(NOUNS[noun], values)
            may_change(self.viewer, NOUNS[noun], {**wanted, "archived": False})
        except Refusal as refusal:
            self.complaints.append(Complaint(at, noun, refusal))
            return None
        row_id = self.unit.insert(noun, wanted)
        self._touched[noun, row_id] = _Touched(at, None)
        return row_id

    def change(self, noun: str, row_id: int, changes: Mapping[str, object], at: str) -> None:
        """Changes the fields that are named; `archived` puts away or brings back."""
        before = self.unit.row(noun, row_id)
        assert before is not None, "the caller read it in this transaction"
        described = NOUNS[noun]
        fields = {name: value for name, value in changes.items() if name != "archived"}
        try:
            may_change(self.viewer, described, before)
            for name in described.fixed & fields.keys():
                if fields[name] != before[name]:
                    raise Invalid("fixed", name)
            wanted = validated(described, completed(described, before, fields))
            archived = bool(changes.get("archived", before["archived"]))
            after = {**before, **wanted, "archived": archived}
            may_change(self.viewer, described, after)
        except Refusal as refusal:
            self.complaints.append(Complaint(at, noun, refusal))
            return
        sent = {name: wanted[name] for name in fields if name in wanted}
        stored = described.stored(Draft(self.viewer, before, after, self.unit), sent)
        self.unit.update(noun, row_id, {**stored, "archived": archived})
        self._touched.setdefault((noun, row_id), _Touched(at, before))

    def check(self) -> None:
        """What was written, as it stands now beside everything else; complaints are gathered."""
        for (noun, row_id), touched in self._touched.items():
            described = NOUNS[noun]
            row = row_of(self.unit, noun, row_id)
            try:
                if row["archived"]:
                    refuse_in_use(described, self.unit, row_id)
                else:
                    described.check(Draft(self.viewer, touched.before or row, row, self.unit))
            except Refusal as refusal:
                self.complaints.append(Complaint(touched.at, noun, refusal))

    def note(self) -> list[tuple[str, int]]:
        """Writes the entries of the trail, and the one that stands for all; returns what differs."""
        number = self.unit.batch()
        changed: list[tuple[str, int]] = []
        for (noun, row_id), touched in self._touched.items():
            row = row_of(self.unit, noun, row_id)
            if row == touched.before:
                continue
            action = _action(touched.before, row)
            entry = noted(
                self.viewer,
                self.at_ms,
                NOUNS[noun],
                action,
                touched.before,
                row,
                reason=self.reason,
                batch=number,
            )
            self.unit.note(entry)
            changed.append((noun, row_id))
        if changed:
            self.unit.note(self._version(number, len(changed)))
        return changed

    def _version(self, number: int, count: int) -> AuditEntry:
        return AuditEntry(
            at_ms=self.at_ms,
            account_id=self.viewer.account_id,
            key_id=self.viewer.key_id,
            action="change",
            noun=VERSION,
            noun_id=number,
            brands=None,
            before=None,
            after={"count": count},
            reason=(self.reason or "").strip() or None,
            batch=number,
        )


def _action(before: Row | None, after: Row) -> str:
    if before is None:
        return "create"
    if before["archived"] == after["archived"]:
        return "change"
    return "archive" if after["archived"] else "restore"
