"""What a document asks of the living centre: rows as administration keeps them, found by brand and name.

Skills, groups, hours, teams, queues, segments and reserves that are not there are made, or brought back when they
were put away; those that a section no longer names are put away. People, brands and media are never made here.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from affluent.centre.administration.batch import Batch
from affluent.centre.administration.ports import Row, SettingsUnit
from affluent.centre.administration.versions import named
from affluent.centre.policy_document.writing import Standing, brands_seen
from affluent.routing.document import PolicyDocument
from affluent.routing.document.problems import Path, pointer
from affluent.routing.document.reading import Noun as Named
from affluent.routing.document.reading import meant
from affluent.routing.policy import Policy

SECTIONS: Mapping[str, str] = {
    "skills": "skills",
    "groups": "bundles",
    "hours": "hours",
    "teams": "teams",
    "queues": "queues",
    "agents": "agents",
    "segments": "segments",
    "reserves": "agent_reserves",
    "media": "media",
}
"""Nouns of administration with their sections of the document."""
MADE = ("skills", "groups", "hours", "teams", "queues", "segments", "reserves")
"""What a document may make, each after what it stands on."""
_NOUNS: Mapping[Named, str] = {"skill": "skills", "bundle": "groups", "team": "teams", "queue": "queues"}
Rows = Callable[["Asking", str], Mapping[str, Callable[[bool], Row]]]
"""Makes the rows of a noun, by what the document calls each; True: for the first time."""


class _NotThere(Exception):
    """An entry speaks of what could not be made."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a document cannot be applied: a code with a sentence, where, and on which line."""

    code: str
    path: str
    line: int
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(slots=True)
class Asking:
    """A document read against what stands: who is meant by each name, and what it asks of each."""

    document: PolicyDocument
    standing: Standing
    unit: SettingsUnit
    troubles: list[Trouble] = field(default_factory=list[Trouble])
    ids: dict[str, dict[str, int]] = field(default_factory=dict[str, dict[str, int]])
    """By noun, what the document calls a thing, with its identifier in the centre."""
    names: dict[Named, dict[int, str]] = field(default_factory=dict[Named, dict[int, str]])
    """By noun, the document's numbers with what it calls each."""

    def __post_init__(self) -> None:
        for noun, numbers in self.document.ids.items():
            self.names[noun] = {number: name for name, number in numbers.items()}

    @property
    def policy(self) -> Policy:
        assert self.document.plain is not None, "read from a text"
        return self.document.plain

    def note(self, code: str, path: Path, **params: Any) -> None:
        known = path
        while known not in self.document.lines:
            known = known[:-1]
        self.troubles.append(Trouble(code, pointer(path), self.document.lines[known], params))

    def note_once(self, code: str, path: Path, **params: Any) -> None:
        if all((one.code, one.path) != (code, pointer(path)) for one in self.troubles):
            self.note(code, path, **params)

    def id(self, noun: str, name: str) -> int:
        """The identifier in the centre of what the document calls so."""
        found = self.ids[noun].get(name)
        if found is None:
            raise _NotThere
        return found

    def numbered(self, noun: Named, number: int) -> int:
        """The identifier in the centre of what has this number in the document."""
        return self.id(_NOUNS[noun], self.names[noun][number])

    # Who is meant

    def find(self) -> None:
        """Everything of the document that is there already, or was once."""
        self.ids["brands"] = self._given("brands", self.document.beside.brands, "brand_not_made_here")
        self.ids["media"] = self._given(
            "media", [one.medium for one in self.policy.media], "medium_not_offered"
        )
        self._find_agents()
        for noun in MADE:
            self._find(noun)

    def _given(self, noun: str, names: Iterable[str], code: str) -> dict[str, int]:
        there = self.standing.by_name(noun)
        found: dict[str, int] = {}
        for name in names:
            if name in there:
                found[name] = there[name]
            else:
                self.note(code, (noun, name), name=name, **meant(name, there))
        return found

    def _find_agents(self) -> None:
        there = self.standing.by_name("agents")
        emails = {row["email"].lower(): row_id for row_id, row in self.standing.rows["agents"].items()}
        self.ids["agents"] = {}
        for name, kept in self.document.beside.agents.items():
            found = there.get(name) if kept.email is None else emails.get(kept.email.lower())
            if found is None:
                self.note("person_not_made_here", ("agents", name), name=name, **meant(name, there))
                continue
            if found in self.ids["agents"].values():
                self.note("named_twice", ("agents", name), name=name)
                continue
            self.ids["agents"][name] = found
            serves = set(brands_seen(self.standing.rows["agents"][found], self.standing.called["brands"]))
            if set(kept.brands) != serves:
                self.note("brands_of_people", ("agents", name, "brands"), name=name)

    def _find(self, noun: str) -> None:
        there = {_identity(row): row["id"] for row in reversed(self.unit.rows(noun, archived=True))}
        there |= {_identity(row): row_id for row_id, row in self.standing.rows[noun].items()}
        self.ids[noun] = {}
        seen: set[tuple[int | None, str]] = set()
        for name, own, brand in self._named(noun):
            path = self.path(noun, name)
            if noun == "queues" and brand is None:
                self.note("queue_without_brand", path, name=name)
            if brand is not None and brand not in self.ids["brands"]:
                continue  # complained of where the brands stand
            identity = (None if brand is None else self.ids["brands"][brand], own.lower())
            if identity in seen:
                self.note("named_twice", path, name=own)
                continue
            seen.add(identity)
            if identity in there:
                self.ids[noun][name] = there[identity]

    def _named(self, noun: str) -> list[tuple[str, str, str | None]]:
        """What the document calls each, its name, and its brand."""
        kept = self.document.beside
        if noun == "skills":
            return [(name, name, None) for name in self.document.ids["skill"]]
        if noun == "reserves":
            named = [(one.name or f"#{place + 1}", one.brand) for place, one in enumerate(kept.reserves)]
            return [(str(place), name, brand) for place, (name, brand) in enumerate(named)]
        section: Mapping[str, Any] = getattr(kept, SECTIONS[noun])
        return [
            (name, one.name or name, getattr(one, "brand", None)) for name, one in section.items() if name
        ]

    def path(self, noun: str, name: str) -> Path:
        return (name,) if noun == "defaults" else (SECTIONS[noun], name)

    # What is asked of each

    def apply(self, batch: Batch, rows: Rows) -> None:
        """Writes everything that differs: what is new first, what is named no more last."""
        for noun in MADE:
            if SECTIONS[noun] in self.document.sections:
                for name, values in rows(self, noun).items():
                    if name not in self.ids[noun]:
                        self._make(batch, noun, name, values)
        for noun in ("defaults", *SECTIONS):
            if noun == "defaults" or SECTIONS[noun] in self.document.sections:
                for name, values in rows(self, noun).items():
                    self._change(batch, noun, name, values)
        for noun in reversed(MADE):
            if SECTIONS[noun] in self.document.sections:
                for row_id in self.standing.rows[noun].keys() - self.ids[noun].values():
                    batch.change(noun, row_id, {"archived": True}, pointer((SECTIONS[noun],)))

    def _make(self, batch: Batch, noun: str, name: str, values: Callable[[bool], Row]) -> None:
        told = self._told(values, first=True)
        if told is not None:
            made = batch.make(noun, told, pointer(self.path(noun, name)))
            if made is not None:
                self.ids[noun][name] = made

    def _change(self, batch: Batch, noun: str, name: str, values: Callable[[bool], Row]) -> None:
        if noun != "defaults" and name not in self.ids[noun]:
            return
        row_id = next(iter(self.standing.rows["defaults"])) if noun == "defaults" else self.id(noun, name)
        row, told = self.unit.row(noun, row_id), self._told(values, first=False)
        assert row is not None, "found in this transaction"
        if told is None:
            return
        differs: Row = {key: value for key, value in told.items() if row.get(key) != value}
        if row["archived"]:
            differs["archived"] = False
        if differs:
            batch.change(noun, row_id, differs, pointer(self.path(noun, name)))

    def _told(self, values: Callable[[bool], Row], *, first: bool) -> Row | None:
        """None: it speaks of something that could not be made, which was complained of there."""
        try:
            return values(first)
        except _NotThere:
            return None


def _identity(row: Row) -> tuple[int | None, str]:
    return row.get("brand_id"), str(row.get("key") or named(row)).lower()
