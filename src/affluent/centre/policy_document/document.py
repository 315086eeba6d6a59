"""The routing of the living centre as one document: read, tried, and applied as one version in one transaction.

Nothing of a document that cannot be is applied. Who waits keeps their place: the engine is built anew from the
settings as after any change, with everybody where they stood.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from affluent.centre.administration.administration import Administration, tried
from affluent.centre.administration.batch import Batch, Complaint
from affluent.centre.administration.ports import Row, SettingsUnit
from affluent.centre.administration.versions import LISTED, shown
from affluent.centre.policy_document.effect import Effect, effect_of
from affluent.centre.policy_document.reading import SECTIONS, Asking, Trouble
from affluent.centre.policy_document.rows import rows_of
from affluent.centre.policy_document.writing import Standing, standing
from affluent.centre.refusals import Forbidden, Invalid, Refusal
from affluent.centre.wall import Right, Viewer
from affluent.routing.document import DocumentError, DocumentProblem, PolicyDocument, as_text, read_policy
from affluent.routing.document.problems import pointer

SINCE_TOLD = 20
_HEADER = re.compile(r"#[^\n]*?, version ([0-9]{1,15})\s*(\n|$)")


@dataclass(frozen=True, slots=True)
class Difference:
    """One entry of the document that differs: `before` None for a new one, `after` None for one put away.

    Values are those of the document; `noun` is its section, `policy` for what stands above all sections.
    """

    section: str
    name: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Written:
    """The document that stands, and the version it is."""

    text: str
    version: int
    at_ms: int | None
    by: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Tried:
    """What a document would do, or did. With problems, nothing else is told."""

    problems: Sequence[DocumentProblem] = ()
    troubles: Sequence[Trouble] = ()
    warnings: Sequence[DocumentProblem] = ()
    differences: Sequence[Difference] = ()
    effect: Effect | None = None
    version: int = 0
    changed: Sequence[tuple[str, int]] = field(default=())

    @property
    def refused(self) -> bool:
        return bool(self.problems or self.troubles)


class PolicyText:
    """The use cases of the document. Only who sees the whole centre may read or change all of its routing."""

    def __init__(self, administration: Administration) -> None:
        self._administration = administration
        self._settings = administration.settings

    def read(self, viewer: Viewer) -> Written:
        """The routing as it stands. Raises `Forbidden` for whoever is bound to brands."""
        _whole_centre(viewer, Right.READ_SETTINGS)
        with self._settings.unit() as unit:
            latest = _latest(unit)
            found = standing(unit)
        by = None if latest is None or latest["account"] is None else latest["account"]["name"]
        version, at_ms, reason = (
            (0, None, None) if latest is None else (latest["id"], latest["at_ms"], latest["reason"])
        )
        return Written(_header(version, at_ms, by, reason) + _text(found.written), version, at_ms, by, reason)

    def put(
        self,
        viewer: Viewer,
        text: str,
        *,
        version: int | None = None,
        reason: str | None = None,
        only_try: bool = False,
    ) -> Tried:
        """Makes the routing what the document says, or says what would become of it.

        `version` is the one it was edited from, else the one its first line tells. Raises `Refusal`
        (`changed_meanwhile`) when the routing has changed since that one, `Forbidden` as `read`.
        """
        _whole_centre(viewer, Right.CHANGE_SETTINGS)
        if not only_try and not (reason or "").strip():
            raise Invalid("say_why", "reason")
        try:
            document = read_policy(text)
        except DocumentError as error:
            return Tried(problems=error.problems)
        edited_from = edited_version(text) if version is None else version
        with tried(only_try) as trial, self._settings.unit() as unit:
            if not only_try:
                unit.lock()
            _check_version(unit, edited_from)
            stood = _latest(unit)
            done = self._put(viewer, unit, document, reason)
            if done.refused:
                raise _Refused(done)
            stands = 0 if stood is None else stood["id"]
            trial.leave(replace(done, version=stands) if only_try else done)
        if not only_try:
            self._administration.tell(trial.answer.changed)
        return trial.answer

    def try_or_put(self, viewer: Viewer, text: str, **named: Any) -> Tried:
        """As `put`, with problems as an answer in place of an exception that undoes the transaction."""
        try:
            return self.put(viewer, text, **named)
        except _Refused as refused:
            return refused.tried

    def _put(self, viewer: Viewer, unit: SettingsUnit, document: PolicyDocument, reason: str | None) -> Tried:
        before, policy_before = standing(unit), unit.policy()
        asking = Asking(document, before, unit)
        asking.find()
        batch = Batch(unit, viewer, self._administration.clock.now_ms(), reason)
        if not asking.troubles:
            asking.apply(batch, rows_of)
            batch.check()
        troubles = [*asking.troubles, *(_trouble(asking, one) for one in batch.complaints)]
        if troubles:
            return Tried(troubles=sorted(troubles, key=lambda one: (one.line, one.path, one.code)))
        changed = batch.note()
        after = standing(unit)
        latest = _latest(unit)
        return Tried(
            warnings=document.warnings,
            differences=differences(before, after),
            effect=effect_of(unit, policy_before, unit.policy(), after),
            version=0 if latest is None else latest["id"],
            changed=changed,
        )


class _Refused(Exception):
    """What was written of a document that cannot be applied is undone."""

    def __init__(self, tried: Tried) -> None:
        super().__init__("refused")
        self.tried = tried


def edited_version(text: str) -> int | None:
    """The version that the first line of an exported document tells; None for any other text."""
    found = _HEADER.match(text.lstrip("\ufeff"))
    return None if found is None else int(found[1])


def _whole_centre(viewer: Viewer, right: Right) -> None:
    viewer.require(right)
    if viewer.brands is not None:
        raise Forbidden("whole_centre_only")


def _latest(unit: SettingsUnit) -> Row | None:
    found = unit.changes(LISTED, heads=True, limit=1)
    return found[0] if found else None


def _check_version(unit: SettingsUnit, edited_from: int | None) -> None:
    """Nobody overwrites unseen what another has changed meanwhile."""
    if edited_from is None:
        return
    since = unit.changes(LISTED, heads=True, after_id=edited_from, limit=SINCE_TOLD)
    if since:
        told = [shown(unit, one) for one in since]
        raise Refusal("changed_meanwhile", version=since[0]["id"], since=told, count=len(since))


def _header(version: int, at_ms: int | None, by: str | None, reason: str | None) -> str:
    lines = [f"# Affluent routing, version {version}"]
    if at_ms is not None:
        moment = datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
        lines.append(f"# {moment}" + (f", {_on_a_line(by)}" if by else ""))
    if reason:
        lines.append(f"# {_on_a_line(reason)}")
    return "\n".join(lines) + "\n"


def _on_a_line(text: str) -> str:
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _text(written: Mapping[str, Any]) -> str:
    """Section by section, with a line between those that have entries of their own."""
    parts: list[str] = []
    for section, value in written.items():
        gap = "\n" if isinstance(value, dict | list) and value else ""
        told = as_text({section: value}) if isinstance(value, dict | list) else f"{section}: {value}\n"
        parts.append(gap + told)
    return "".join(parts)


def _trouble(asking: Asking, complaint: Complaint) -> Trouble:
    """A complaint of administration, on the line of the document where it stands."""
    refusal = complaint.refusal
    path = tuple(part.replace("~1", "/").replace("~0", "~") for part in complaint.at.split("/")[1:])
    if len(path) == 1 and complaint.noun != "defaults":
        params = {**refusal.params, "section": SECTIONS.get(complaint.noun, "")}
        code = "named_no_more" if refusal.code == "in_use" else refusal.code
        return Trouble(code, complaint.at, _line(asking, path), params)
    key = _KEYS.get(_field_of(refusal), _field_of(refusal).removesuffix("_ms").removesuffix("_id"))
    told = (*path, key) if key else path
    return Trouble(refusal.code, pointer(told), _line(asking, told), dict(refusal.params))


def _field_of(refusal: Refusal) -> str:
    return (refusal.field or "").split(".")[0]


_KEYS: Mapping[str, str] = {
    "agent_order": "order",
    "team_ids": "teams",
    "group_ids": "bundles",
    "queue_ids": "queues",
    "against_ids": "against",
    "capacity": "limits",
    "overflow_queue_id": "overflow",
    "overflow_after_ms": "overflow",
    "overflow_when_closed": "overflow",
    "wake_reserve": "reserve",
}


def _line(asking: Asking, path: tuple[str, ...]) -> int:
    lines = asking.document.lines
    while path not in lines:
        path = path[:-1]
    return lines[path]


def differences(before: Standing, after: Standing) -> list[Difference]:
    """What differs between two situations of the same centre, thing by thing, in the words of the document."""
    found: list[Difference] = []
    top = [{key: one.written[key] for key in ("order", "reserve")} for one in (before, after)]
    if top[0] != top[1]:
        found.append(Difference("policy", "", *_differing(*top)))
    for noun, section in SECTIONS.items():
        for row_id in sorted(before.called[noun].keys() | after.called[noun].keys()):
            then, now = _entry(before, noun, section, row_id), _entry(after, noun, section, row_id)
            name = after.called[noun].get(row_id) or before.called[noun][row_id]
            if then is None or now is None:
                found.append(Difference(section, name, then, now))
            elif then != now:
                found.append(Difference(section, name, *_differing(then, now)))
    return found


def _entry(standing: Standing, noun: str, section: str, row_id: int) -> Mapping[str, Any] | None:
    name = standing.called[noun].get(row_id)
    if name is None:
        return None
    if noun == "skills":
        return {}
    if noun == "reserves":
        return standing.written[section][list(standing.called[noun]).index(row_id)]
    return standing.written[section][name]


def _differing(then: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Row, Row]:
    keys = [key for key in {**then, **now} if then.get(key) != now.get(key) and key != "name"]
    return {key: then.get(key) for key in keys}, {key: now.get(key) for key in keys}
