"""A piece of the journal as a recording that can be decided again: from the database, or from a file of it.

The file is JSON by lines: a head, then the rules and standings that rows name, each before the first row that does.
"""

import json
from base64 import b64decode, b64encode
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any, LiteralString, TextIO, get_args

from affluent.centre.deciding_again import Line
from affluent.centre.marking import rules_of
from affluent.centre.policy_document.writing import called
from affluent.facts.agent import AgentFact, LimitsLifted
from affluent.facts.contact import ContactFact
from affluent.facts.queue import QueueFact
from affluent.routing.plain import as_plain, from_plain
from affluent.routing.policy import Policy
from affluent.routing.standing import Standing, unpacked
from affluent.storage.database import Database
from affluent.storage.journal_reading import told_of
from affluent.storage.routing_rules import brand_skill

FORMAT = "affluent-journal"
TOLD = tuple(
    one.__name__ for one in (*get_args(ContactFact), *get_args(AgentFact), LimitsLifted, *get_args(QueueFact))
)
"""Facts that the centre tells its engine, or would if it knew what they are about."""
MARKS = ("EngineBuilt", "EngineMarked")
BATCH = 5_000
_WORDS = {
    ("DeliveryChanged", "error"),
    ("ContactReassigned", "reason"),
    ("ColleagueInvited", "asked"),
    ("InvitationEnded", "reason"),
}
"""What people or foreign servers wrote; the engine knows nothing of it, and each has a default."""
Names = Mapping[str, Mapping[int, str]]

# As the partial index says it: the planner compares the words.
_LAST_MARK: LiteralString = """
select seq, at_ms, kind, data from journal
where kind in ('EngineBuilt', 'EngineMarked', 'RulesFollowed', 'AgentRuleFollowed')
  and kind in ('EngineBuilt', 'EngineMarked')
  and (%(before)s::bigint is null or seq < %(before)s) and (%(at_ms)s::bigint is null or at_ms <= %(at_ms)s)
order by seq desc limit 1"""
_FIRST_MARK: LiteralString = """
select seq, at_ms, kind, data from journal
where kind in ('EngineBuilt', 'EngineMarked', 'RulesFollowed', 'AgentRuleFollowed')
  and kind in ('EngineBuilt', 'EngineMarked')
order by seq limit 1"""
_BUILT: LiteralString = """
select seq, (data->>'untold')::bigint as untold from journal
where kind in ('EngineBuilt', 'EngineMarked', 'RulesFollowed', 'AgentRuleFollowed')
  and kind = 'EngineBuilt' and seq >= %s and (data->>'untold')::bigint > 0 order by seq"""
_NAMES: LiteralString = """
select 'queue' as noun, q.id, q.name, b.name as apart, q.archived from queue q join brand b on b.id = q.brand_id
union all select 'agent', id, name, email, archived from account
union all select 'skill', id, key, '', archived from skill
union all select 'team', id, name, '', archived from team
union all select 'brand', id, name, '', archived from brand
order by noun, archived, id"""


class NothingTold(LookupError):
    """The journal does not say which rules the engine followed: it is older than that, or a piece without a mark."""


class NoRecording(ValueError):
    """A file that holds no journal, or a broken one; `line` is where, from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


def line_of(row: Mapping[str, Any]) -> Line:
    return Line(
        row["seq"], row["at_ms"], row["kind"], row["contact_id"], row["agent_id"], row["data"], told_of(row)
    )


class PgRecording:
    """Rows of the database, from the last mark before `from_ms` (None: the first of all) to `to_ms`.

    `before_seq`: from the last mark before that row, up to and with it. Raises `NothingTold`.
    """

    def __init__(
        self,
        database: Database,
        *,
        from_ms: int | None = None,
        to_ms: int | None = None,
        before_seq: int | None = None,
    ) -> None:
        self._database = database
        self._to_ms = to_ms
        self._last_seq = before_seq
        with database.transaction() as conn:
            found = None
            if from_ms is not None or before_seq is not None:
                found = conn.execute(_LAST_MARK, {"before": before_seq, "at_ms": from_ms}).fetchone()
            if found is None and before_seq is None:
                found = conn.execute(_FIRST_MARK).fetchone()
        if found is None or (to_ms is not None and found["at_ms"] > to_ms):
            raise NothingTold
        self.first_seq: int = found["seq"]
        self._rules: dict[int, Policy] = {}

    def rows(self) -> Iterator[dict[str, Any]]:
        after = self.first_seq - 1
        while True:
            with self._database.reading() as conn:
                rows = conn.execute(
                    "select seq, at_ms, kind, contact_id, agent_id, data from journal"
                    " where seq > %s and (%s::bigint is null or seq <= %s) order by seq limit %s",
                    (after, self._last_seq, self._last_seq, BATCH),
                ).fetchall()
            for row in rows:
                if self._to_ms is not None and row["at_ms"] > self._to_ms:
                    return
                yield row
            if not rows:
                return
            after = rows[-1]["seq"]

    def lines(self) -> Iterator[Line]:
        return map(line_of, self.rows())

    def untold(self) -> Sequence[range]:
        found: list[range] = []
        with self._database.transaction() as conn:
            for row in conn.execute(_BUILT, (self.first_seq,)).fetchall():
                first = conn.execute(
                    "select min(seq) as seq from (select seq from journal where seq < %s and kind = any(%s)"
                    " order by seq desc limit %s) as told",
                    (row["seq"], list(TOLD), row["untold"]),
                ).fetchone()
                if first is not None and first["seq"] is not None:
                    found.append(range(first["seq"], row["seq"]))
        return found

    def rules(self, version_id: int) -> Policy:
        if version_id not in self._rules:
            packed = self._one("select rules as packed from routing_version where id = %s", version_id)
            self._rules[version_id] = rules_of(packed)
        return self._rules[version_id]

    def packed(self, mark_id: int) -> bytes:
        return self._one("select standing as packed from routing_mark where id = %s", mark_id)

    def standing(self, mark_id: int) -> Standing:
        return unpacked(self.packed(mark_id))

    def _one(self, query: LiteralString, number: int) -> bytes:
        with self._database.reading() as conn:
            row = conn.execute(query, (number,)).fetchone()
        if row is None:
            raise NothingTold
        return bytes(row["packed"])

    def names(self) -> dict[str, dict[int, str]]:
        """The names of today, by noun, as the policy document has them; a brand has the number of its wall."""
        rows: dict[str, list[dict[str, Any]]] = {}
        with self._database.reading() as conn:
            for row in conn.execute(_NAMES).fetchall():
                rows.setdefault(row["noun"], []).append(row)
        names: dict[str, dict[int, str]] = {}
        for noun, found in rows.items():
            live = called(
                [one for one in found if not one["archived"]], itemgetter("name"), itemgetter("apart")
            )
            gone = {one["id"]: f"{one['name']} #{one['id']}" for one in found if one["archived"]}
            names[noun] = {**gone, **live}
        names["brand"] = {brand_skill(number): name for number, name in names.get("brand", {}).items()}
        return names


def write_recording(recording: PgRecording, out: TextIO) -> int:
    """Writes a file that `FileRecording` reads; returns how many rows."""
    _write(
        out,
        {"format": FORMAT, "names": {n: list(map(list, v.items())) for n, v in recording.names().items()}},
    )
    known: set[tuple[str, int]] = set()
    count = 0
    for row in recording.rows():
        version, mark = row["data"].get("version_id"), row["data"].get("mark_id")
        if row["kind"] in (*MARKS, "RulesFollowed") and ("rules", version) not in known:
            known.add(("rules", version))
            _write(out, {"rules": version, "policy": as_plain(recording.rules(version))})
        if row["kind"] in MARKS:
            _write(out, {"mark": mark, "standing": b64encode(recording.packed(mark)).decode()})
        _write(out, _without_words(row))
        count += 1
    return count


def _without_words(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row without what somebody wrote freely: a recording may leave the house."""
    kept = {name: value for name, value in row["data"].items() if (row["kind"], name) not in _WORDS}
    return {**row, "data": kept}


def _write(out: TextIO, line: Mapping[str, Any]) -> None:
    out.write(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n")


class FileRecording:
    """Rows of a file that `write_recording` wrote. Raises `NoRecording`, `NothingTold`, OSError."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._names: dict[str, dict[int, str]] = {}
        self._rules: dict[int, Policy] = {}
        self._standings: dict[int, bytes] = {}
        self._untold: list[range] = []
        self._read()

    def _read(self) -> None:
        told: deque[int] = deque()
        marked = False
        for place, line in enumerate(self._parsed(), 1):
            try:
                if "rules" in line:
                    self._rules[line["rules"]] = from_plain(Policy, line["policy"])
                elif "mark" in line:
                    self._standings[line["mark"]] = b64decode(line["standing"])
                elif "format" in line:
                    self._names = {noun: dict(pairs) for noun, pairs in line["names"].items()}
                else:
                    marked = self._row(line, told) or marked
            except (KeyError, TypeError, ValueError, AttributeError):
                raise NoRecording(place) from None
        if not marked:
            raise NothingTold

    def _row(self, row: Mapping[str, Any], told: deque[int]) -> bool:
        """Counts what was told; whether the row is a mark."""
        if row["kind"] in TOLD:
            told.append(row["seq"])
        if row["kind"] == "EngineBuilt" and 0 < row["data"]["untold"] <= len(told):
            self._untold.append(range(told[-row["data"]["untold"]], row["seq"]))
        return row["kind"] in MARKS

    def _parsed(self) -> Iterator[dict[str, Any]]:
        with self._path.open(encoding="utf-8") as lines:
            for place, text in enumerate(lines, 1):
                try:
                    line = json.loads(text)
                except ValueError:
                    raise NoRecording(place) from None
                if not isinstance(line, dict):
                    raise NoRecording(place)
                yield line

    def lines(self) -> Iterable[Line]:
        return (line_of(row) for row in self._parsed() if "seq" in row)

    def untold(self) -> Sequence[range]:
        return self._untold

    def rules(self, version_id: int) -> Policy:
        return self._rules[version_id]

    def standing(self, mark_id: int) -> Standing:
        return unpacked(self._standings[mark_id])

    def names(self) -> Names:
        return self._names
