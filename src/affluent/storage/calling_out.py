"""Calls that agents make, on PostgreSQL: what people said about them, lists, and the proof of each."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, LiteralString

from psycopg.types.json import Jsonb

from affluent.centre.administration.ports import AuditEntry
from affluent.centre.outbound_calls.law import Known, Purpose, Said
from affluent.centre.outbound_calls.records import CallList, Proof, digest_of
from affluent.centre.refusals import NotFound
from affluent.centre.wall import Viewer
from affluent.storage import audit
from affluent.storage.database import Database
from affluent.storage.outbound import HELD
from affluent.storage.writing import Writing

NOUN = "call_lists"
_ROWS_AT_ONCE = 5_000


class PgCallingOut:
    """`CallingOut` on the writer's connection."""

    def __init__(self, conn: Writing) -> None:
        self._conn = conn

    def known(self, brand_id: int, number: str, purpose: Purpose, since_ms: int) -> Known:
        about = {"brand": brand_id, "number": number, "purpose": purpose.value, "since": since_ms}
        word = self._conn.act(
            "select id, said, at_ms from call_word where brand_id = %(brand)s and number = %(number)s"
            " and purpose = %(purpose)s order by id desc limit 1",
            about,
        ).fetchone()
        listed = self._conn.act(
            "select 1 from call_list_number where digest = %s limit 1", (digest_of(number),)
        ).fetchone()
        called = self._conn.act(
            "select at_ms from call_proof where brand_id = %(brand)s and number = %(number)s"
            " and purpose = %(purpose)s and at_ms >= %(since)s order by at_ms",
            about,
        ).fetchall()
        return Known(
            None if word is None else Said(word["said"]),
            0 if word is None else word["at_ms"],
            None if word is None else word["id"],
            listed is not None,
            [row["at_ms"] for row in called],
        )

    def prove(self, proof: Proof) -> None:
        self._conn.act(
            "insert into call_proof (contact_id, brand_id, account_id, number, shown, purpose, at_ms, law, said,"
            " said_id, listed) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (
                proof.contact_id, proof.brand_id, proof.account_id, proof.number, proof.shown, proof.purpose.value,
                proof.at_ms, Jsonb(proof.law), None if proof.said is None else proof.said.value, proof.said_id,
                proof.listed,
            ),
        )  # fmt: skip

    def say(
        self,
        brand_id: int,
        number: str,
        purpose: Purpose,
        said: Said,
        source: str,
        account_id: int,
        at_ms: int,
    ) -> None:
        self._conn.act(
            "insert into call_word (brand_id, number, purpose, said, source, account_id, at_ms)"
            " values (%s, %s, %s, %s, %s, %s, %s)",
            (brand_id, number, purpose.value, said.value, source, account_id, at_ms),
        )

    def held(self) -> bool:
        row = self._conn.act("select " + HELD + " as held", ()).fetchone()
        return row is not None and bool(row["held"])

    def is_theirs(self, customer_id: int, number: str) -> bool:
        row = self._conn.act(
            "select 1 from customer_address where customer_id = %s and kind = 'phone' and value = %s"
            " union all select 1 from call l join contact c on c.id = l.id"
            " where c.customer_id = %s and l.from_number = %s limit 1",
            (customer_id, number, customer_id, number),
        ).fetchone()
        return row is not None

    def a_server(self) -> int | None:
        row = self._conn.act(
            "select id from voice_server where active and not archived and kind = 'asterisk' order by id limit 1",
            (),
        ).fetchone()
        return None if row is None else int(row["id"])


class PgCallLists:
    """`CallLists` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def lists(self) -> Sequence[CallList]:
        with self._database.transaction() as conn:
            rows = conn.execute("select id, name, numbers, uploaded_ms from call_list order by id").fetchall()
        return [CallList(**row) for row in rows]

    def keep(self, viewer: Viewer, name: str, digests: Iterable[bytes], now_ms: int) -> CallList:
        """A new list, or the one of this name made anew."""
        each = sorted(set(digests))
        with self._database.transaction() as conn:
            conn.execute("delete from call_list where name = %s", (name,))
            row = conn.execute(
                "insert into call_list (name, numbers, uploaded_ms, account_id) values (%s, %s, %s, %s) returning id",
                (name, len(each), now_ms, viewer.account_id),
            ).fetchone()
            assert row is not None, "it was inserted"
            for at in range(0, len(each), _ROWS_AT_ONCE):
                conn.execute(
                    "insert into call_list_number select %s, unnest(%s::bytea[])",
                    (row["id"], each[at : at + _ROWS_AT_ONCE]),
                )
            self._note(conn, viewer, "create", row["id"], {"name": name, "numbers": len(each)}, now_ms)
        return CallList(row["id"], name, len(each), now_ms)

    def drop(self, viewer: Viewer, list_id: int, now_ms: int) -> None:
        with self._database.transaction() as conn:
            row = conn.execute(
                "delete from call_list where id = %s returning name, numbers", (list_id,)
            ).fetchone()
            if row is None:
                raise NotFound("not_found")
            self._note(conn, viewer, "archive", list_id, dict(row), now_ms)

    def _note(
        self, conn: Any, viewer: Viewer, action: str, number: int, after: dict[str, Any], now_ms: int
    ) -> None:
        entry = AuditEntry(now_ms, viewer.account_id, action, NOUN, number, None, None, after, viewer.key_id)
        audit.note(conn, entry)

    def words(self, viewer: Viewer, customer_id: int) -> Sequence[dict[str, Any]]:
        """What a customer said about being called at each of their numbers, the latest first."""
        with self._database.transaction() as conn:
            row = conn.execute("select brand_id from customer where id = %s", (customer_id,)).fetchone()
            if row is None:
                raise NotFound("not_found")
            viewer.behind_wall(row["brand_id"])
            rows = conn.execute(
                "select w.id, w.number, w.purpose, w.said, w.source, w.at_ms, a.name as by_name from call_word w"
                " left join account a on a.id = w.account_id where w.brand_id = %(brand)s and w.number in"
                " (select value from customer_address where customer_id = %(customer)s and kind = 'phone')"
                " order by w.id desc limit 200",
                {"brand": row["brand_id"], "customer": customer_id},
            ).fetchall()
        return [dict(one) for one in rows]

    def journal(
        self, viewer: Viewer, from_ms: int, to_ms: int, most: int, *, latest_first: bool = False
    ) -> Iterator[dict[str, Any]]:
        """The calls that were made in a time, in order, of the brands that who asks may see."""
        asked = {"from": from_ms, "to": to_ms, "brands": viewer.brand_filter(), "most": most}
        with self._database.transaction() as conn:
            rows = conn.execute(_JOURNAL_BACK if latest_first else _JOURNAL, asked).fetchall()
        yield from (dict(row) for row in rows)


_MADE: LiteralString = (
    "select p.id, p.at_ms, p.contact_id, b.name as brand, a.name as agent, p.number, p.shown, p.purpose, p.law,"
    " p.said, w.at_ms as said_ms, w.source, p.listed"
    " from call_proof p join brand b on b.id = p.brand_id join account a on a.id = p.account_id"
    " left join call_word w on w.id = p.said_id"
    " where p.at_ms >= %(from)s and p.at_ms < %(to)s"
    " and (%(brands)s::bigint[] is null or p.brand_id = any(%(brands)s))"
)
_JOURNAL: LiteralString = f"{_MADE} order by p.at_ms, p.id limit %(most)s"
_JOURNAL_BACK: LiteralString = f"{_MADE} order by p.at_ms desc, p.id desc limit %(most)s"
