"""The audit trail: who changed what, and how it was before."""

from collections.abc import Mapping, Sequence

from psycopg.types.json import Jsonb

from affluent.centre.administration.ports import AuditEntry, Row
from affluent.storage.database import Conn

_NAMES = ("account_id", "name", "key_id", "key_name")


def note(conn: Conn, entry: AuditEntry) -> None:
    """Writes one entry, within the transaction of the change itself."""
    conn.execute(
        "insert into audit (at_ms, account_id, action, noun, noun_id, brand_ids, before, after,"
        " key_id, reason, batch) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            entry.at_ms,
            entry.account_id,
            entry.action,
            entry.noun,
            entry.noun_id,
            None if entry.brands is None else list(entry.brands),
            None if entry.before is None else Jsonb(entry.before),
            None if entry.after is None else Jsonb(entry.after),
            entry.key_id,
            entry.reason,
            entry.batch,
        ],
    )


def trail(
    conn: Conn,
    brands: Sequence[int] | None,
    *,
    noun: str | None,
    noun_id: int | None,
    before_id: int | None,
    limit: int,
    nouns: Mapping[str, Sequence[str] | None] | None = None,
    after_id: int = 0,
    batch: int | None = None,
    heads: bool = False,
) -> list[Row]:
    """The latest entries first. With `brands`, only those that concerned these brands and no other.

    With `nouns` only those about them, and where fields are named only those that touched one of these. `heads`: of
    those made together only the one that stands for all; whoever is bound to brands does not see that one.
    """
    whole = None if nouns is None else [noun for noun, fields in nouns.items() if fields is None]
    parts = {noun: fields for noun, fields in (nouns or {}).items() if fields is not None}
    rows = conn.execute(
        "select u.id, u.at_ms, u.action, u.noun, u.noun_id, u.before, u.after, u.reason, u.batch,"
        " a.id as account_id, a.name,"
        " k.id as key_id, k.name as key_name from audit u left join account a on a.id = u.account_id"
        " left join api_key k on k.id = u.key_id"
        " where (%(brands)s::bigint[] is null"
        " or (u.brand_ids <@ %(brands)s::bigint[] and u.brand_ids <> '{}'))"
        " and (%(noun)s::text is null or u.noun = %(noun)s)"
        " and (%(noun_id)s::bigint is null or u.noun_id = %(noun_id)s)"
        " and (%(before)s::bigint is null or u.id < %(before)s) and u.id > %(after)s"
        " and (%(whole)s::text[] is null or u.noun = any(%(whole)s) or exists (select from"
        " jsonb_each(%(parts)s) p where p.key = u.noun"
        " and u.after ?| array(select jsonb_array_elements_text(p.value))))"
        " and (%(batch)s::bigint is null or u.batch = %(batch)s)"
        " and (not %(heads)s or %(brands)s::bigint[] is not null or u.batch is null or u.noun = 'policy')"
        " order by u.id desc limit %(limit)s",
        {
            "brands": None if brands is None else list(brands),
            "noun": noun,
            "noun_id": noun_id,
            "before": before_id,
            "after": after_id,
            "batch": batch,
            "heads": heads,
            "whole": whole,
            "parts": Jsonb({noun: list(fields) for noun, fields in parts.items()}),
            "limit": limit,
        },
    ).fetchall()
    return [
        {
            **{name: value for name, value in row.items() if name not in _NAMES},
            "account": None if row["account_id"] is None else {"id": row["account_id"], "name": row["name"]},
            "key": None if row["key_id"] is None else {"id": row["key_id"], "name": row["key_name"]},
        }
        for row in rows
    ]
