"""API keys in PostgreSQL, as requests are checked against them."""

from affluent.centre.integration.keys import KeyRow
from affluent.centre.wall import Role
from affluent.storage.database import Database


class PgKeys:
    """`Keys` on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def live(self, hashed: bytes, *, now_ms: int) -> KeyRow | None:
        with self._database.transaction() as conn:
            row = conn.execute(
                "select k.id, k.rights, k.brand_ids, k.last_used_ms, a.id as account_id, a.name, a.role, a.locale,"
                " array(select g.brand_id from account_brand g where g.account_id = a.id) as granted"
                " from api_key k join account a on a.id = k.account_id"
                " where k.secret_hash = %s and not k.archived and (k.expires_ms is null or k.expires_ms > %s)"
                " and a.active and not a.archived",
                (hashed, now_ms),
            ).fetchone()
        if row is None:
            return None
        return KeyRow(
            id=row["id"],
            rights=row["rights"],
            brand_ids=row["brand_ids"],
            last_used_ms=row["last_used_ms"],
            account_id=row["account_id"],
            account_name=row["name"],
            role=Role(row["role"]),
            locale=row["locale"],
            granted=tuple(row["granted"]),
        )

    def used(self, key_id: int, ip: str, *, now_ms: int) -> None:
        with self._database.transaction() as conn:
            conn.execute(
                "update api_key set last_used_ms = greatest(last_used_ms, %s), last_used_ip = %s where id = %s",
                (now_ms, ip[:100], key_id),
            )
