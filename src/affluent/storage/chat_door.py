"""What the doors on customers' sites read: bound to one chat, and blind to all that is not its customer's."""

from collections.abc import Sequence
from typing import Any

from affluent.centre.doors import ChatFile, ChatMessage, Look, Site, Standing
from affluent.centre.records import Channel, Chat, NewFile
from affluent.facts.media import Medium
from affluent.facts.states import LIVE, ContactState
from affluent.storage.conversations import keep_file
from affluent.storage.database import Conn, Database
from affluent.storage.problem_rows import PROBLEM, as_problem

# A customer record may be shared by several chats once a person merged two of them: that this chat wrote
# in a contact is proved by the journal, where its deliveries carry its number.
_OWN_CONTACTS = """
    select c.id from chat h join contact c on c.customer_id = h.customer_id and c.channel_id = h.channel_id
    where h.id = %(chat)s and (c.id = h.contact_id or exists (
      select from journal j where j.contact_id = c.id and j.kind = 'MessageReceived'
      and starts_with(j.dedupe_key, %(prefix)s)))
"""
_SEEN_BY_CUSTOMER = "(m.direction in ('in', 'out') or m.event @> '{\"to_customer\": true}')"
_MESSAGES = f"""
    select m.id, m.author_kind, m.author_name, m.at_ms, m.text, m.direction, m.key, m.event, m.read_ms,
      coalesce((select json_agg(json_build_object('id', f.id, 'filename', f.filename,
        'content_type', f.content_type, 'size', f.size) order by f.id)
        from message_file x join file f on f.id = x.file_id where x.message_id = m.id), '[]') as files
    from message m where m.contact_id in ({_OWN_CONTACTS}) and {_SEEN_BY_CUSTOMER}
"""
_FILE = f"""
    select f.id, f.filename, f.content_type, f.size, f.content from file f where f.id = %(file)s
      and (f.chat_id = %(chat)s or exists (select from message_file x join message m on m.id = x.message_id
        where x.file_id = f.id and m.contact_id in ({_OWN_CONTACTS}) and {_SEEN_BY_CUSTOMER}))
"""


class PgSites:
    """`Sites` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def site(self, medium: str, public_key: str) -> Site | None:
        with self._database.transaction() as conn:
            row = conn.execute(
                "select c.id, c.brand_id, c.medium, c.name, c.queue_id, c.active, c.settings, c.public_key,"
                " b.name as brand_name, b.colour as brand_colour, q.hours_id,"
                " h.timezone, h.weekly, h.holidays, h.exceptions,"
                " x.until_ms, x.message_fr, x.message_en,"
                " coalesce(nullif(q.closing_fr, ''), b.closing_fr) as closing_fr,"
                " coalesce(nullif(q.closing_en, ''), b.closing_en) as closing_en"
                " from channel c join brand b on b.id = c.brand_id"
                " left join queue q on q.id = c.queue_id and not q.archived"
                " left join hours h on h.id = q.hours_id"
                " left join channel_closure x on x.channel_id = c.id and x.opened_ms is null"
                " where c.public_key = %s and c.medium = %s"
                " and c.active and not c.archived and not b.archived",
                (public_key, medium),
            ).fetchone()
            if row is None:
                return None
            problems = conn.execute(
                PROBLEM + " where not archived and (brand_id is null or brand_id = %s)"
                " and (from_queue_ids = '[]' or from_queue_ids @> to_jsonb(%s::bigint)) order by id",
                (row["brand_id"], row["queue_id"]),
            ).fetchall()
        channel = Channel(
            id=row["id"],
            brand_id=row["brand_id"],
            medium=Medium(row["medium"]),
            name=row["name"],
            queue_id=row["queue_id"],
            active=row["active"],
            settings=row["settings"],
            secrets={},
            public_key=row["public_key"],
        )
        kept = ("timezone", "weekly", "holidays", "exceptions")
        hours = {name: row[name] for name in kept} if row["hours_id"] is not None else None
        said = {"fr": row["message_fr"] or "", "en": row["message_en"] or ""}
        return Site(
            channel,
            row["brand_name"],
            row["brand_colour"],
            hours,
            row["until_ms"],
            said,
            tuple(map(as_problem, problems)),
            {"fr": row["closing_fr"], "en": row["closing_en"]},
        )


class PgChatDoor(PgSites):
    """`ChatDoorStore` on PostgreSQL."""

    def chat(self, token_hash: bytes) -> Chat | None:
        with self._database.transaction() as conn:
            row = conn.execute(
                "select id, channel_id, customer_id, contact_id, language, connected from chat"
                " where token_hash = %s",
                (token_hash,),
            ).fetchone()
        return None if row is None else Chat(**row)

    def chat_with_hash(self, chat_id: int) -> tuple[Chat, bytes] | None:
        with self._database.transaction() as conn:
            row = conn.execute(
                "select id, channel_id, customer_id, contact_id, language, connected, token_hash from chat"
                " where id = %s",
                (chat_id,),
            ).fetchone()
        if row is None:
            return None
        token_hash = bytes(row.pop("token_hash"))
        return Chat(**row), token_hash

    def look(self, chat_id: int, after: int) -> Look:
        # One snapshot: a state that is newer than the messages beside it would tell a story out of order.
        with self._database.transaction() as conn:
            conn.execute("set transaction isolation level repeatable read, read only")
            standing = _standing(conn, chat_id)
            if standing.contact_id is None:
                return Look(standing, ())
            rows = conn.execute(
                _MESSAGES + " and m.id > %(after)s order by m.id", {**_of(chat_id), "after": after}
            ).fetchall()
        return Look(standing, tuple(_message(row) for row in rows))

    def keep_file(self, chat: Chat, brand_id: int, file: NewFile, now_ms: int) -> ChatFile:
        with self._database.transaction() as conn:
            file_id = keep_file(conn, brand_id, file, now_ms, chat_id=chat.id)
            row = conn.execute(
                "select id, filename, content_type, size from file where id = %s", (file_id,)
            ).fetchone()
        assert row is not None, "the file was just written"
        return ChatFile(**row)

    def file(self, chat: Chat, file_id: int) -> tuple[ChatFile, bytes] | None:
        with self._database.transaction() as conn:
            row = conn.execute(_FILE, {**_of(chat.id), "file": file_id}).fetchone()
        if row is None:
            return None
        return ChatFile(row["id"], row["filename"], row["content_type"], row["size"]), bytes(row["content"])

    def left_connected(self) -> Sequence[int]:
        with self._database.transaction() as conn:
            rows = conn.execute(
                "select h.id from contact c join chat h on h.contact_id = c.id"
                " where c.state = any(%s) and h.connected order by h.id",
                (sorted(state.value for state in LIVE),),
            ).fetchall()
        return [row["id"] for row in rows]


def _of(chat_id: int) -> dict[str, Any]:
    return {"chat": chat_id, "prefix": f"chat:{chat_id}:"}


def _standing(conn: Conn, chat_id: int) -> Standing:
    row = conn.execute(
        """
        select h.contact_id, n.brand_id, c.state, c.chat_state, a.name as agent_name,
          exists (select from message e where e.contact_id = c.id and e.event ->> 'code' = 'customer_left'
            and e.id > (select max(m.id) from message m
              where m.contact_id = c.id and m.direction = 'in')) as left_it,
          coalesce((select max(m.id) from message m where m.contact_id = c.id and m.direction = 'in'
            and m.read_ms is not null), 0) as agent_read
        from chat h join channel n on n.id = h.channel_id left join contact c on c.id = h.contact_id
        left join account a on a.id = c.agent_id and c.state in ('in_hand', 'sleeping') where h.id = %s
        """,
        (chat_id,),
    ).fetchone()
    assert row is not None, "a chat is never deleted while its door looks at it"
    return Standing(
        contact_id=row["contact_id"],
        brand_id=row["brand_id"],
        state=ContactState(row["state"]) if row["state"] is not None else None,
        chat_state=row["chat_state"],
        agent_name=row["agent_name"],
        left=row["left_it"],
        agent_read=row["agent_read"],
    )


def _message(row: dict[str, Any]) -> ChatMessage:
    own = row["direction"] == "in"
    return ChatMessage(
        id=row["id"],
        author=row["author_kind"],
        name=row["author_name"],
        at_ms=row["at_ms"],
        text=row["text"],
        # An agent's key is nobody else's: with it one could answer for a delivery that was never made.
        key=row["key"] if own else None,
        event=row["event"],
        read=row["read_ms"] is not None,
        files=tuple(ChatFile(**one) for one in row["files"]),
    )
