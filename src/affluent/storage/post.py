"""What the mail door and its postman read."""

import hashlib
from collections.abc import Sequence
from typing import Any

from affluent.centre.mailing import OutgoingReply
from affluent.centre.records import Channel, NewFile
from affluent.storage.database import Conn, Database
from affluent.storage.outbound import HELD
from affluent.storage.sealing import Sealer, place_of
from affluent.storage.settings import CHANNEL, as_channel

POSTMAN_LOCK = 0x_0FF1_0E19

_DUE = (
    """
select o.id as outbox_id, o.message_id, o.attempts, m.contact_id, m.request_id, c.brand_id, c.channel_id,
  m.text, m.author_name, m.author_kind, c.language, coalesce(c.reply_address,
    (select jsonb_build_object('to', min(a.value)) from customer_address a where c.medium = 'voice'
      and a.customer_id = c.customer_id and a.kind = 'email')) as reply_address, cu.name as customer_name, c.subject,
  case when c.language = 'en' then b.signature_en else b.signature_fr end as signature,
  i.author_name as original_name, i.at_ms as original_at_ms, i.new_text as original_text, i.mail as original_mail
from outbox o join message m on m.id = o.message_id join contact c on c.id = m.contact_id
join customer cu on cu.id = c.customer_id join brand b on b.id = c.brand_id
left join lateral (select * from message i where i.request_id = m.request_id and i.direction = 'in' and i.id < m.id
  order by i.id desc limit 1) i on true
where o.kind = 'mail' and o.state = 'due' and o.due_ms <= %(now)s and not """
    + HELD
    + """
order by o.due_ms, o.id limit %(most)s"""
)


class PgPost:
    """`Post` on PostgreSQL."""

    def __init__(self, database: Database, sealer: Sealer | None = None) -> None:
        self._database = database
        self._sealer = sealer or Sealer()

    def _channel(self, row: dict[str, Any]) -> Channel:
        return as_channel(row, self._sealer.open_or_none(row["secrets"], place_of(row["public_key"])))

    def channels(self) -> Sequence[Channel]:
        with self._database.transaction() as conn:
            rows = conn.execute(
                CHANNEL + " where medium = 'email' and active and not archived order by id"
            ).fetchall()
        return [self._channel(row) for row in rows]

    def sender_of(self, channel_id: int) -> Channel | None:
        with self._database.transaction() as conn:
            row = conn.execute(CHANNEL + " where id = %s", (channel_id,)).fetchone()
            if row is not None and row["medium"] == "form":
                named = row["settings"].get("reply_from_channel_id")
                row = conn.execute(CHANNEL + " where id = %s", (named,)).fetchone() if named else None
            if row is not None and row["medium"] == "voice":
                of_brand = " where brand_id = %s and medium = 'email' and active and not archived order by id limit 1"
                row = conn.execute(CHANNEL + of_brand, (row["brand_id"],)).fetchone()
        return None if row is None or row["medium"] != "email" else self._channel(row)

    def position(self, channel_id: int, mailbox: str) -> tuple[int, int] | None:
        with self._database.transaction() as conn:
            row = conn.execute(
                "select uidvalidity, last_uid from mailbox_position where channel_id = %s and folder = %s",
                (channel_id, mailbox),
            ).fetchone()
        return None if row is None else (row["uidvalidity"], row["last_uid"])

    def set_position(self, channel_id: int, mailbox: str, uidvalidity: int, last_uid: int) -> None:
        with self._database.transaction() as conn:
            conn.execute(
                "insert into mailbox_position (channel_id, folder, uidvalidity, last_uid) values (%s, %s, %s, %s)"
                " on conflict (channel_id, folder) do update set uidvalidity = excluded.uidvalidity,"
                " last_uid = excluded.last_uid",
                (channel_id, mailbox, uidvalidity, last_uid),
            )

    def due(self, now_ms: int, most: int) -> Sequence[OutgoingReply]:
        with self._database.transaction() as conn:
            rows = conn.execute(_DUE, {"now": now_ms, "most": most}).fetchall()
            return [_reply(conn, row) for row in rows]

    def next_due_ms(self) -> int | None:
        with self._database.transaction() as conn:
            row = conn.execute(
                "select min(due_ms) as at from outbox where kind = 'mail' and state = 'due' and not " + HELD
            ).fetchone()
        return None if row is None else row["at"]

    def interrupted(self) -> Sequence[int]:
        with self._database.transaction() as conn:
            rows = conn.execute(
                "select id from outbox where kind = 'mail' and state = 'sending' order by id"
            ).fetchall()
        return [row["id"] for row in rows]

    def installation(self) -> str:
        with self._database.transaction() as conn:
            row = conn.execute("select system_identifier::text as id from pg_control_system()").fetchone()
            name = conn.execute("select current_database() as name").fetchone()
            again = conn.execute(
                "select value ->> 'at_ms' as at from setting where key = 'restored'"
            ).fetchone()
        assert row is not None
        assert name is not None
        # A restored database is another one: mails went out since the backup under the numbers it goes on from.
        restored = f"/{again['at']}" if again is not None else ""
        return hashlib.sha256(f"{row['id']}/{name['name']}{restored}".encode()).hexdigest()[:16]

    def hold_lock(self) -> Any:
        conn = self._database.connect()
        conn.autocommit = True
        row = conn.execute("select pg_try_advisory_lock(%s) as held", (POSTMAN_LOCK,)).fetchone()
        if row is not None and row["held"]:
            return conn
        conn.close()
        return None


def _reply(conn: Conn, row: dict[str, Any]) -> OutgoingReply:
    files = conn.execute(
        "select f.filename, f.content_type, f.content from message_file mf join file f on f.id = mf.file_id"
        " where mf.message_id = %s order by f.id",
        (row["message_id"],),
    ).fetchall()
    thread = conn.execute(
        "select mail ->> 'message_id' as id from message where request_id = %s and mail ->> 'message_id' is not null"
        " and id < %s order by id desc limit 20",
        (row["request_id"], row["message_id"]),
    ).fetchall()
    address: dict[str, Any] = row["reply_address"] or {}
    original: dict[str, Any] = row["original_mail"] or {}
    return OutgoingReply(
        outbox_id=row["outbox_id"],
        message_id=row["message_id"],
        contact_id=row["contact_id"],
        request_id=row["request_id"],
        brand_id=row["brand_id"],
        channel_id=row["channel_id"],
        attempts=row["attempts"],
        to=str(address.get("to") or ""),
        customer_name=row["customer_name"],
        subject=str(address.get("subject") or row["subject"]),
        text=row["text"],
        language=row["language"],
        agent_name=row["author_name"],
        signature=row["signature"],
        in_reply_to=address.get("in_reply_to"),
        references=tuple(one["id"] for one in reversed(thread)),
        original_name=row["original_name"] or "",
        original_address=str(original.get("from") or address.get("to") or ""),
        original_at_ms=row["original_at_ms"],
        original_text=row["original_text"] or "",
        files=tuple(NewFile(one["filename"], one["content_type"], bytes(one["content"])) for one in files),
        automatic=row["author_kind"] != "agent",
    )
