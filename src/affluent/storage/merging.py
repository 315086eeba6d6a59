"""Merges on PostgreSQL: what was brought together, and what may belong together."""

from collections.abc import Sequence
from typing import Any

from psycopg.types.json import Jsonb

from affluent.centre.likeness import LIKELY, evidence, without_namesakes
from affluent.centre.merging_ports import Json, Merge, Written
from affluent.centre.refusals import NotFound
from affluent.centre.wall import Viewer
from affluent.storage.database import Conn, Database
from affluent.storage.rows import indexed, insert_returning
from affluent.storage.writing import Writing

COMPARED_MAX = 200
SHOWN_MAX = 5
_CARD = "select id, brand_id, name, language, segment, note, named_agent_id, merged_into from customer where id = %s"


class PgMerges:
    """`Merges` on the writer's connection."""

    def __init__(self, conn: Writing) -> None:
        self._conn = conn

    def record(
        self, kind: str, brand_id: int, from_id: int, into_id: int, at_ms: int, account_id: int,
        evidence: Sequence[Json], moved: Json,
    ) -> int:  # fmt: skip
        columns: dict[str, Any] = {
            "kind": kind,
            "brand_id": brand_id,
            "from_id": from_id,
            "into_id": into_id,
            "at_ms": at_ms,
            "account_id": account_id,
            "evidence": Jsonb(list(evidence)),
            "moved": moved,
        }
        merge_id = insert_returning(self._conn, "merge", columns)
        self._audit(
            f"merge_{kind}", merge_id, brand_id, at_ms, account_id, {"from": from_id, "into": into_id}
        )
        return merge_id

    def _audit(
        self, action: str, merge_id: int, brand_id: int, at_ms: int, account_id: int, after: Json
    ) -> None:
        self._conn.execute(
            "insert into audit (at_ms, account_id, action, noun, noun_id, brand_ids, after)"
            " values (%s, %s, %s, 'merges', %s, %s, %s)",
            (at_ms, account_id, action, merge_id, [brand_id], Jsonb(after)),
        )

    def get(self, merge_id: int) -> Merge | None:
        row = self._conn.execute(
            "select id, kind, brand_id, from_id, into_id, account_id, moved, undone_ms from merge where id = %s",
            (merge_id,),
        ).fetchone()
        return None if row is None else Merge(**row)

    def undone(self, merge_id: int, at_ms: int, account_id: int) -> None:
        row = self._conn.execute(
            "update merge set undone_ms = %s, undone_by = %s where id = %s returning kind, brand_id, from_id, into_id",
            (at_ms, account_id, merge_id),
        ).fetchone()
        assert row is not None
        after = {"from": row["from_id"], "into": row["into_id"]}
        self._audit(f"undo_merge_{row['kind']}", merge_id, row["brand_id"], at_ms, account_id, after)

    def request_state(self, request_id: int) -> Json:
        row = self._conn.execute(
            "select state, closed_ms, customer_id, merged_into from request where id = %s", (request_id,)
        ).fetchone()
        if row is None:
            raise NotFound("not_found")
        return row

    def request_of_contacts(self, contact_ids: Sequence[int], request_id: int) -> None:
        params = (request_id, list(contact_ids))
        self._conn.execute("update message set request_id = %s where contact_id = any(%s)", params)
        self._conn.execute("update mail_thread set request_id = %s where contact_id = any(%s)", params)

    def card(self, customer_id: int) -> Json:
        row = self._conn.execute(_CARD, (customer_id,)).fetchone()
        if row is None:
            raise NotFound("not_found")
        return row

    def wishes(self, customer_id: int) -> list[int]:
        rows = self._conn.execute(
            "select skill_id from customer_wish where customer_id = %s order by 1", (customer_id,)
        ).fetchall()
        return [row["skill_id"] for row in rows]

    def set_wishes(self, customer_id: int, skill_ids: Sequence[int]) -> None:
        self._conn.execute("delete from customer_wish where customer_id = %s", (customer_id,))
        self._conn.execute(
            "insert into customer_wish (customer_id, skill_id) select %s, unnest(%s::bigint[])",
            (customer_id, list(skill_ids)),
        )

    def belongings(self, customer_id: int) -> Json:
        def ids(table: str) -> list[int]:
            query = f"select id from {table} where customer_id = %s order by id"
            return [row["id"] for row in self._conn.execute(query.encode(), (customer_id,)).fetchall()]

        addresses = self._conn.execute(
            "select kind, value from customer_address where customer_id = %s order by kind, value",
            (customer_id,),
        ).fetchall()
        return {
            "contacts": ids("contact"),
            "requests": ids("request"),
            "chats": ids("chat"),
            "addresses": [[row["kind"], row["value"]] for row in addresses],
        }

    def give(self, belongings: Json, to_customer_id: int) -> None:
        for table in ("request", "chat"):
            query = f"update {table} set customer_id = %s where id = any(%s)"
            self._conn.execute(query.encode(), (to_customer_id, belongings[f"{table}s"]))
        addresses: list[list[str]] = belongings["addresses"]
        self._conn.execute(
            "update customer_address set customer_id = %s where (brand_id, kind, value) in (select c.brand_id, t.*"
            " from customer c, unnest(%s::text[], %s::text[]) as t (kind, value) where c.id = %s)",
            (to_customer_id, [one[0] for one in addresses], [one[1] for one in addresses], to_customer_id),
        )

    def messages(self, message_ids: Sequence[int]) -> list[Written]:
        rows = self._conn.execute(
            "select id, contact_id, direction, at_ms, new_text as text, mail ->> 'message_id' as mail_id,"
            " mail ->> 'subject' as subject from message where id = any(%s) and direction <> 'event' order by id",
            (list(message_ids),),
        ).fetchall()
        return [Written(**row) for row in rows]

    def others(self, contact_id: int, message_ids: Sequence[int]) -> int:
        row = self._conn.execute(
            "select count(*) as n from message where contact_id = %s and direction = 'in' and id <> all(%s)",
            (contact_id, list(message_ids)),
        ).fetchone()
        assert row is not None
        return int(row["n"])

    def move_messages(self, messages: Sequence[Written], contact_id: int, request_id: int) -> None:
        ids = [one.id for one in messages]
        # A key is unique within its contact, and belongs to who sent it there.
        self._conn.execute(
            "update message set contact_id = %s, request_id = %s, key = null where id = any(%s)",
            (contact_id, request_id, ids),
        )
        self._conn.execute("update outbox set contact_id = %s where message_id = any(%s)", (contact_id, ids))
        mails = [indexed(one.mail_id) for one in messages if one.mail_id]
        self._conn.execute(
            "update mail_thread set request_id = %s, contact_id = %s where message_id = any(%s)"
            " and brand_id = (select brand_id from contact where id = %s)",
            (request_id, contact_id, mails, contact_id),
        )


_STANDING = """
select m.id, m.kind, m.from_id, m.into_id, m.at_ms, m.account_id, a.name, m.evidence, r.subject, u.name as customer
from merge m join contact c on c.id = %(contact)s join account a on a.id = m.account_id
left join request r on m.kind = 'request' and r.id = m.from_id
left join customer u on m.kind = 'customer' and u.id = m.from_id
where m.undone_ms is null and m.into_id = case m.kind when 'request' then c.request_id else c.customer_id end
order by m.id desc limit 20"""

_NEAR = """
select c.id, c.brand_id, c.name, c.language, c.segment, c.note from customer c
where c.brand_id = %(brand)s and c.id <> %(id)s and c.merged_into is null and (
  affluent_name_words(c.name) && %(words)s
  or exists (select from customer_address a where a.customer_id = c.id and a.value = any(%(claimed)s))
  or (%(emails)s <> '{}' and c.note like '%%@%%' and exists
    (select from unnest(%(emails)s::text[]) as e where position(e in lower(c.note)) > 0)))
order by c.id desc limit %(most)s"""


class PgMergeViews:
    """`MergeViews` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_contact(self, viewer: Viewer, contact_id: int) -> list[Json]:
        with self._database.transaction() as conn:
            row = conn.execute("select brand_id from contact where id = %s", (contact_id,)).fetchone()
            if row is None:
                raise NotFound("not_found")
            viewer.behind_wall(row["brand_id"])
            rows = conn.execute(_STANDING, {"contact": contact_id}).fetchall()
        return [
            {
                **{name: row[name] for name in ("id", "kind", "from_id", "at_ms", "evidence")},
                "name": row["subject"] if row["kind"] == "request" else row["customer"],
                "by": {"id": row["account_id"], "name": row["name"]},
            }
            for row in rows
        ]

    def likely(self, viewer: Viewer, customer_id: int) -> list[Json]:
        with self._database.transaction() as conn:
            one = conn.execute(_CARD, (customer_id,)).fetchone()
            if one is None:
                raise NotFound("not_found")
            viewer.behind_wall(one["brand_id"])
            card = _with_addresses(conn, [one])[0]
            near = _with_addresses(conn, _near(conn, card))
        found: list[tuple[int, Json, Sequence[Json]]] = []
        for other in near:
            score, why = evidence(card, other)
            if score >= LIKELY:
                shown = {name: other[name] for name in ("id", "name", "language", "addresses")}
                found.append((score, {"customer": shown, "score": score, "evidence": list(why)}, why))
        likeliest = sorted(without_namesakes(found), key=lambda one: (-one[0], one[1]["customer"]["id"]))
        return [one for _, one in likeliest[:SHOWN_MAX]]


def _near(conn: Conn, card: Json) -> list[Json]:
    words = conn.execute(
        "select array(select word from unnest(affluent_name_words(%s)) as word where length(word) > 2) as words",
        (card["name"],),
    ).fetchone()
    assert words is not None
    emails = [one["value"].casefold() for one in card["addresses"] if one["kind"] == "email"]
    claimed = [word.strip("<>,;()").casefold() for word in (card["note"] or "").split() if "@" in word]
    params = {
        "brand": card["brand_id"], "id": card["id"], "words": words["words"], "emails": emails,
        "claimed": claimed, "most": COMPARED_MAX,
    }  # fmt: skip
    return conn.execute(_NEAR, params).fetchall()


def _with_addresses(conn: Conn, cards: list[Json]) -> list[Json]:
    rows = conn.execute(
        "select customer_id, kind, value from customer_address where customer_id = any(%s) and kind <> 'chat'"
        " order by kind, value",
        ([one["id"] for one in cards],),
    ).fetchall()
    return [
        {
            **card,
            "addresses": [
                {"kind": row["kind"], "value": row["value"]}
                for row in rows
                if row["customer_id"] == card["id"]
            ],
        }
        for card in cards
    ]
