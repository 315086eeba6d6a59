"""What a customer's page reads of the offer of another channel."""

from psycopg.types.json import Jsonb

from affluent.centre.doors import OtherDoor
from affluent.centre.refusals import NotFound
from affluent.storage.database import Database
from affluent.storage.rows import indexed


def tell_public_url(database: Database, url: str) -> None:
    """Writes where customers' browsers find our pages: mails name it."""
    with database.transaction() as conn:
        conn.execute(
            "insert into setting (key, value) values ('public_url', %s)"
            " on conflict (key) do update set value = excluded.value",
            (Jsonb(url),),
        )


class PgOtherDoors:
    """`OtherDoors` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def offered(self, token: str) -> OtherDoor | None:
        with self._database.reading() as conn:
            row = conn.execute(
                "select b.name, m.steer_fr, m.steer_en, h.medium, c.steered, c.state from steering s"
                " join contact c on c.id = s.contact_id join brand b on b.id = c.brand_id"
                " join channel h on h.id = s.channel_id left join motive m on m.id = c.motive_id"
                " where s.token = %s",
                (indexed(token),),
            ).fetchone()
        if row is None:
            raise NotFound("not_found")
        if row["steered"] != "offered" or row["state"] not in ("received", "waiting"):
            return None
        return OtherDoor(row["name"], row["steer_fr"] or "", row["steer_en"] or "", row["medium"])
