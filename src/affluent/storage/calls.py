"""Calls as the writer keeps them, and what their door reads."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, LiteralString

from affluent.centre.administration.channel_settings import VoiceSettings
from affluent.centre.calling.callback_rules import callback_rules
from affluent.centre.calling.mailbox import SOUND, SOUND_TYPE
from affluent.centre.calling.phones import DeskPhones, desk_phones
from affluent.centre.calling.quality import POOR_MOS, HeardHour, Quality, Side
from affluent.centre.calling.records import Call, VoiceLine, VoiceServer
from affluent.centre.menus.waiting import WaitingRules
from affluent.centre.recording.rules import recording_rules
from affluent.facts.call import EndedBy
from affluent.facts.instants import DAY_MS
from affluent.storage.database import Database
from affluent.storage.rows import storable_row
from affluent.storage.sealing import Sealer, voice_place
from affluent.storage.settings import CHANNEL, as_channel
from affluent.storage.writing import Writing

_SELECT: LiteralString = (
    "select contact_id, server_id, leg, from_number, to_number, direction, started_ms, answered_ms, ended_ms,"
    " ended_by, dial_number, dial_why, dials, attempts, mailbox, consent, purpose from call"
)

_HEARD: LiteralString = (
    "insert into call_quality (contact_id, side, loss_percent, jitter_ms, round_trip_ms, mos)"
    " values (%(contact_id)s, %(side)s, %(loss_percent)s, %(jitter_ms)s, %(round_trip_ms)s, %(mos)s)"
    " on conflict (contact_id, side) do update set loss_percent = excluded.loss_percent,"
    " jitter_ms = excluded.jitter_ms, round_trip_ms = excluded.round_trip_ms, mos = excluded.mos"
)
_MESSAGES: LiteralString = (
    "select distinct m.contact_id from file f join message_file x on x.file_id = f.id"
    " join message m on m.id = x.message_id join contact c on c.id = m.contact_id"
    " join channel h on h.id = c.channel_id where f.filename = %(name)s and f.content_type = %(type)s"
    " and c.medium = 'voice' and m.direction = 'in'"
)
_DROPPED: LiteralString = (
    "with gone as (delete from message_file x using message m, file f where m.id = x.message_id"
    " and m.contact_id = %(contact)s and m.direction = 'in' and f.id = x.file_id and f.filename = %(name)s"
    " and f.content_type = %(type)s returning x.file_id)"
    " delete from file where id in (select file_id from gone)"
)
_BY_HOUR: LiteralString = (
    "select hour_ms, server_id, s.name as server, count(*) as calls,"
    " count(*) filter (where mos < %(poor)s) as poor, avg(mos) as mos, avg(loss_percent) as loss_percent,"
    " avg(jitter_ms) as jitter_ms from (select l.id, l.server_id, l.started_ms / 3600000 * 3600000 as hour_ms,"
    " min(q.mos) as mos, max(q.loss_percent) as loss_percent, max(q.jitter_ms) as jitter_ms"
    " from call l join call_quality q on q.contact_id = l.id join contact c on c.id = l.id"
    " where l.started_ms >= %(from)s and l.started_ms < %(to)s"
    " and (%(brands)s::bigint[] is null or c.brand_id = any(%(brands)s)) group by l.id) one"
    " join voice_server s on s.id = one.server_id group by hour_ms, server_id, s.name order by hour_ms, server_id"
)


class PgCalls:
    def __init__(self, conn: Writing) -> None:
        self._conn = conn

    def open(self, call: Call) -> None:
        columns = asdict(call)
        columns["id"] = columns.pop("contact_id")
        self._conn.held.insert("call", call.contact_id, storable_row(columns))
        self._conn.held.see(("call", call.contact_id), call)

    def get(self, contact_id: int) -> Call | None:
        seen: Call | None = self._conn.held.saw(("call", contact_id))
        if seen is not None:
            return seen
        row = self._conn.look(_SELECT + " where id = %s", (contact_id,)).fetchone()
        return None if row is None else _call(row)

    def update(self, contact_id: int, columns: Mapping[str, Any]) -> None:
        before = self.get(contact_id)
        if before is None:
            return
        self._conn.held.update("call", contact_id, columns)
        known = {name: value for name, value in columns.items() if name in Call.__dataclass_fields__}
        if known.get("ended_by"):
            known["ended_by"] = EndedBy(known["ended_by"])
        self._conn.held.see(("call", contact_id), replace(before, **known))

    def heard(self, contact_id: int, quality: Quality) -> None:
        values = asdict(quality) | {"contact_id": contact_id, "side": quality.side.value}
        self._conn.execute(_HEARD, values)

    def up(self, server_id: int) -> Sequence[Call]:
        rows = self._conn.look(
            _SELECT + " where server_id = %s and ended_ms is null order by id", (server_id,), after=("call",)
        ).fetchall()
        return [_call(row) for row in rows]

    def to_dial(self) -> Sequence[Call]:
        rows = self._conn.look(_SELECT + " where dials order by id", (), after=("call",)).fetchall()
        return [_call(row) for row in rows]

    def has_mail(self, customer_id: int) -> bool:
        query = "select 1 from customer_address where customer_id = %s and kind = 'email' limit 1"
        return self._conn.execute(query, (customer_id,)).fetchone() is not None

    def messages_due(self, now_ms: int, most: int) -> Sequence[int]:
        over = (
            " and f.created_ms <= %(now)s - %(day)s * coalesce((h.settings ->> 'voicemail_days')::bigint, %(usual)s)"
            " order by m.contact_id limit %(most)s"
        )
        values = {"now": now_ms, "day": DAY_MS, "usual": VoiceSettings().voicemail_days, "most": most}
        return self._messages(over, values)

    def messages_of(self, customer_id: int) -> Sequence[int]:
        return self._messages(
            " and c.customer_id = %(customer)s order by m.contact_id", {"customer": customer_id}
        )

    def _messages(self, where: LiteralString, values: dict[str, Any]) -> Sequence[int]:
        about = {**values, "name": SOUND, "type": SOUND_TYPE}
        return [int(row["contact_id"]) for row in self._conn.execute(_MESSAGES + where, about).fetchall()]

    def drop_message(self, contact_id: int) -> None:
        about = {"contact": contact_id, "name": SOUND, "type": SOUND_TYPE}
        self._conn.execute(_DROPPED, about)


def _call(row: Mapping[str, Any]) -> Call:
    by = row["ended_by"]
    values: dict[str, Any] = {**row, "ended_by": None if by is None else EndedBy(by)}
    return Call(**values)


class PgVoice:
    """`VoiceStore` on PostgreSQL."""

    def __init__(self, database: Database, sealer: Sealer | None = None) -> None:
        self._database = database
        self._sealer = sealer or Sealer()

    def servers(self) -> Sequence[VoiceServer]:
        with self._database.transaction() as conn:
            rows = conn.execute(
                "select * from voice_server where active and not archived order by id"
            ).fetchall()
        return [self._server(row) for row in rows]

    def dials(self, contact_id: int) -> bool:
        with self._database.transaction() as conn:
            row = conn.execute("select dials from call where id = %s", (contact_id,)).fetchone()
        return row is not None and bool(row["dials"])

    def _server(self, row: Mapping[str, Any]) -> VoiceServer:
        opened = self._sealer.open_or_none(row["secrets"], voice_place(row["public_key"]))
        password = str(opened.get("ari", {}).get("password", ""))
        return VoiceServer(
            row["id"],
            row["name"],
            row["kind"],
            row["url"],
            row["username"],
            password,
            row["country"],
            tuple(row["ice_urls"]),
            row["phones_url"],
            row["relayed"],
        )

    def lines(self) -> Sequence[VoiceLine]:
        with self._database.transaction() as conn:
            rows = conn.execute(
                CHANNEL + " where medium = 'voice' and active and not archived order by id"
            ).fetchall()
        return [_line(row) for row in rows]


def _line(row: dict[str, Any]) -> VoiceLine:
    channel = as_channel(row, {})
    settings = channel.settings
    return VoiceLine(
        channel,
        settings.get("server_id"),
        tuple(settings.get("numbers") or ()),
        settings.get("menu_id"),
        str(settings.get("language") or "fr"),
        WaitingRules(
            announces=bool(settings.get("announces", True)),
            position=bool(settings.get("says_position", True)),
            country=str(settings.get("country") or ""),
            every_ms=int(settings.get("announce_every_ms") or WaitingRules().every_ms),
            callback=bool(settings.get("callback", False)),
        ),
        callback_rules(settings),
        recording_rules(settings),
    )


class PgCallViews:
    """`CallViews` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_contact(self, contact_id: int) -> Call | None:
        with self._database.transaction() as conn:
            row = conn.execute(_SELECT + " where id = %s", (contact_id,)).fetchone()
        return None if row is None else _call(row)

    def quality(self, contact_id: int) -> Sequence[Quality]:
        query = (
            "select side, loss_percent, jitter_ms, round_trip_ms, mos from call_quality where contact_id = %s"
            " order by side"
        )
        with self._database.transaction() as conn:
            rows = conn.execute(query, (contact_id,)).fetchall()
        return [_quality(row) for row in rows]

    def heard_by_hour(self, from_ms: int, to_ms: int, brands: Sequence[int] | None) -> Sequence[HeardHour]:
        of = None if brands is None else list(brands)
        with self._database.transaction() as conn:
            rows = conn.execute(
                _BY_HOUR, {"from": from_ms, "to": to_ms, "brands": of, "poor": POOR_MOS}
            ).fetchall()
        return [HeardHour(**row) for row in rows]


def _quality(row: Mapping[str, Any]) -> Quality:
    values: dict[str, Any] = {**row, "side": Side(row["side"])}
    return Quality(**values)


class PgPhones:
    """`PhoneViews` on PostgreSQL."""

    def __init__(self, voice: PgVoice) -> None:
        self._voice = voice

    def of_agent(self, agent_id: int, now_ms: int) -> DeskPhones:
        return desk_phones(self._voice.servers(), agent_id, now_ms)
