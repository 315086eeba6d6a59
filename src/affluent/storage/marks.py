"""The rules that the engine followed, and how it stood, in the database."""

from hashlib import sha256

from affluent.storage.writing import Writing


class PgMarks:
    """`Marks` on PostgreSQL."""

    def __init__(self, conn: Writing) -> None:
        self._conn = conn

    def version(self, rules: bytes, now_ms: int) -> int:
        digest = sha256(rules).digest()
        row = self._conn.act("select id from routing_version where digest = %s", (digest,)).fetchone()
        if row is None:
            row = self._conn.act(
                "insert into routing_version (digest, made_ms, rules) values (%s, %s, %s) returning id",
                (digest, now_ms, rules),
            ).fetchone()
        assert row is not None, "found or made"
        return int(row["id"])

    def keep(self, at_ms: int, version_id: int, standing: bytes) -> int:
        row = self._conn.act(
            "insert into routing_mark (at_ms, version_id, standing) values (%s, %s, %s) returning id",
            (at_ms, version_id, standing),
        ).fetchone()
        assert row is not None, "made"
        return int(row["id"])
