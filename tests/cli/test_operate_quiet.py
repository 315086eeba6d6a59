"""A reply that went out after the backup does not go out again when the backup is restored."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from aiosmtpd.controller import Controller
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from affluent.centre import answering
from affluent.channels.email import postman
from affluent.cli.compose import Centre, compose, open_mail
from affluent.storage import outbound
from affluent.storage.backup import back_up
from affluent.storage.restore import restore
from tests.centre.stage import staged
from tests.faults.server import free_port
from tests.support.postgres import Databases


class Sink:
    def __init__(self) -> None:
        self.texts: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.texts.append(envelope.content.decode())
        return "250 OK"


def eventually(holds: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.1)


def states(centre: Centre) -> list[str]:
    with centre.database.transaction() as conn:
        return [row["state"] for row in conn.execute("select state from outbox order by id").fetchall()]


def answered_mail(dsn: str, port: int) -> None:
    """A mail with an answer that is due."""
    with staged(dsn) as stage:
        smtp = {"host": "127.0.0.1", "port": port, "tls": "none"}
        given = Jsonb({"address": "help@north.example", "smtp": smtp})
        stage.change("update channel set settings = %s where id = %s", given, stage.ids.mail_door)
        contact = stage.mail(reply_to="zoe@customer.example")
        stage.ready(stage.ids.ada)
        stage.in_hand_of(stage.ids.ada, contact)
        stage.do(
            answering.reply, contact_id=contact, agent_id=stage.ids.ada, key="reply-key-1", text="The answer"
        )


def test_what_went_since_the_backup_goes_once(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postman, "LOOK_EVERY_S", 0.2)
    sink, port, path = Sink(), free_port(), tmp_path / "one.backup"
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        with databases.fresh() as dsn:
            answered_mail(dsn, port)
            back_up(dsn, path, version="1", now_ms=2_000_000_000_000, extras={})
            centre = opened(dsn)
            eventually(lambda: states(centre) == ["done"], "the reply goes after the backup")
            centre.stop()
            restore(dsn, path, now_ms=2_000_000_000_001, replace=True)
            centre = opened(dsn)
            time.sleep(1.5)
            assert states(centre) == ["due"]
            with psycopg.Connection[dict[str, Any]].connect(dsn, row_factory=dict_row) as conn:
                released = outbound.release(conn, send_all=False)
            assert released is not None and released.in_doubt == 1
            eventually(lambda: states(centre) == ["unconfirmed"], "the agent is asked")
            with centre.database.transaction() as conn:
                out = conn.execute("select delivery from message where direction = 'out'").fetchall()
            assert [one["delivery"] for one in out] == ["unconfirmed"]
            centre.stop()
        assert len(sink.texts) == 1
    finally:
        controller.stop()


def opened(dsn: str) -> Centre:
    centre = compose(dsn)
    assert centre.runner.wait_until_leading(30)
    open_mail(centre)
    return centre
