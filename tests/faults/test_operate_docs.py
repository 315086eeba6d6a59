"""The commands of docs/operate.md, run in their order on a centre with a PostgreSQL of its own."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import httpx
import psycopg
import pytest

from affluent.storage.server import running_dsn
from tests.centre.stage import furnish
from tests.faults.server import Server

pytestmark = [pytest.mark.faults, pytest.mark.timeout(400)]
PAGE = Path(__file__).parents[2] / "docs" / "operate.md"


def documented() -> list[list[str]]:
    """Every line that begins with `affluent`, in the shell's blocks."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    return [shlex.split(line)[1:] for line in lines if line.startswith("affluent ")]


def run(arguments: list[str], server: Server, data: Path, **also: str) -> subprocess.CompletedProcess[str]:
    environment = {**server.environment, "AFFLUENT_DATA_DIR": str(data), "COLUMNS": "400", **also}
    return subprocess.run(
        [sys.executable, "-c", "from affluent.cli import main; main()", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )


def test_the_commands_of_the_guide_do_what_it_says(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "data", tmp_path / "elsewhere"
    server = Server(tmp_path, None, folder)
    commands = documented()
    assert commands == [
        ["doctor", "--no-network"],
        ["backup", "--keep", "14"],
        ["restore", "FILE"],
        ["outbound", "status"],
        ["outbound", "release"],
        ["backup"],
    ]
    try:
        server.start()
        dsn = running_dsn(folder)
        assert dsn is not None
        furnish(dsn)
        ready = httpx.get(f"http://127.0.0.1:{server.port}/ready", trust_env=False)
        assert ready.status_code == 200, ready.text
        assert {one["name"] for one in ready.json()["checks"]} >= {"writer", "mail", "postman"}
        examined(server, folder)
        saved = run(commands[1], server, folder)
        assert saved.returncode == 0, saved.stderr
        (file,) = (folder / "backups").glob("*.backup")
        assert str(file) in saved.stdout.replace("\n", "")
        running = run(["restore", str(file)], server, folder)
        assert running.returncode == 1
        assert "Another Affluent server" in running.stderr
        server.stop()
        refused = run(["restore", str(file)], server, folder)
        assert refused.returncode == 1
        assert "--replace" in refused.stderr
        restored = run(["restore", str(file)], server, elsewhere)
        assert restored.returncode == 0, restored.stderr
        assert "affluent outbound release" in restored.stdout
        for command in commands[3:5]:
            done = run(command, server, elsewhere)
            assert done.returncode == 0, done.stderr
        with_key = run(["backup", str(tmp_path / "by hand"), "--with-key"], server, folder)
        assert with_key.returncode == 0, with_key.stderr
        replaced = run(
            ["restore", str(tmp_path / "by hand"), "--replace"], server, elsewhere, AFFLUENT_LOCALE="fr"
        )
        assert replaced.returncode == 0, replaced.stderr
        assert "Restauré" in replaced.stdout
        key = (folder / "secret.key").read_text()
        assert key in (elsewhere / "secret.key").read_text()
        assert key.strip() not in replaced.stdout + with_key.stdout
        goes_on(server, elsewhere)
    finally:
        server.stop()


def examined(server: Server, folder: Path) -> None:
    """The doctor sees the running centre, and tells neither its key nor an address of the database."""
    done = run(["doctor", "--json", "--no-network"], server, folder)
    found = {one["code"]: one for one in json.loads(done.stdout)["findings"]}
    assert {"centre_answers", "leader", "postgres_runs", "schema", "key", "backup_never"} <= found.keys()
    assert (folder / "secret.key").read_text().strip() not in done.stdout + done.stderr


def goes_on(server: Server, folder: Path) -> None:
    """The restored centre starts, with what was in it."""
    again = Server(folder.parent, None, folder)
    again.environment = {**os.environ, **server.environment, "AFFLUENT_DATA_DIR": str(folder)}
    again.port, again.mail_port = server.port, server.mail_port
    try:
        again.start()
        dsn = running_dsn(folder)
        assert dsn is not None
        with psycopg.connect(dsn) as conn:
            assert conn.execute("select count(*) from queue").fetchone() == (5,)
            held = conn.execute(
                "select value ? 'held_ms' from setting where key = 'outbound_held'"
            ).fetchone()
            assert held == (True,)
    finally:
        again.stop()
