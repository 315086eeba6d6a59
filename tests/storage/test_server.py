"""The server behind the data folder: started, adopted after a crash, held by one, refused with what to do."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path

import psycopg
import pytest

from affluent.storage import account, cluster
from affluent.storage.errors import MESSAGES, StorageError
from affluent.storage.server import (
    EmbeddedPostgres,
    External,
    LocalPostgres,
    SystemPostgres,
    choose,
    default_data_dir,
    embedded_binaries,
    running_dsn,
    system_binaries,
)

KINDS = ["embedded", "debian"]


@pytest.fixture
def data_dir(tmp_path: Path) -> Generator[Path, None, None]:
    yield tmp_path / "data dir's"
    for left in tmp_path.glob("**/postmaster.pid"):
        os.kill(abs(int(left.read_text().splitlines()[0])), signal.SIGQUIT)


def provider(kind: str, data_dir: Path, *, durable: bool = False) -> LocalPostgres:
    if kind == "embedded":
        return EmbeddedPostgres(data_dir, durable=durable)
    if system_binaries(15) is None and "CI" not in os.environ:
        pytest.skip("PostgreSQL 15 is not installed")
    return SystemPostgres(data_dir, major=15, durable=durable)


def rows(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        found = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert found is not None
    return int(found[0])


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_committed_is_there_after_a_stop_and_a_start(kind: str, data_dir: Path) -> None:
    server = provider(kind, data_dir)
    with psycopg.connect(server.start()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
    server.stop()
    assert not server.cluster.answers()
    assert rows(server.start()) == 1
    server.stop()


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_left_by_a_killed_process_is_adopted(kind: str, data_dir: Path) -> None:
    provider(kind, data_dir)  # skips here when it is not installed
    choice = (
        "EmbeddedPostgres(folder, durable=False)"
        if kind == "embedded"
        else "SystemPostgres(folder, major=15)"
    )
    script = (
        "import os, signal, sys; from pathlib import Path; from affluent.storage.server import *;"
        f"folder = Path(sys.argv[1]); server = {choice}; server.start();"
        "print(server.cluster.postmaster_pid(), flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run(
        [sys.executable, "-c", script, data_dir], capture_output=True, text=True, check=False
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    server = provider(kind, data_dir)
    server.start()
    assert server.cluster.postmaster_pid() == int(killed.stdout)
    server.stop()
    assert server.cluster.postmaster_pid() is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_killed_postgresql_starts_again_with_its_data(kind: str, data_dir: Path) -> None:
    server = provider(kind, data_dir, durable=True)
    dsn = server.start()
    with psycopg.connect(dsn) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
    busy = psycopg.connect(dsn)
    pid = server.cluster.postmaster_pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert rows(server.start()) == 1
    busy.close()
    server.stop()


def test_a_pid_that_now_belongs_to_another_program_does_not_hold_up_the_start(data_dir: Path) -> None:
    server = provider("embedded", data_dir)
    server.start()
    server.stop()
    other = subprocess.Popen(["sleep", "60"])
    lock = data_dir / "postgres" / "postmaster.pid"
    lock.write_text(f"{other.pid}\n{data_dir}\n0\n5432\n\n\n\n")
    # Not always in the data folder: the path of a test on several processes is too long for a socket.
    (server.cluster.socket_folder / ".s.PGSQL.5432.lock").write_text(f"{other.pid}\n")
    try:
        server.start()
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()
    server.stop()


def test_two_servers_on_one_folder_refuse(data_dir: Path) -> None:
    first, second = provider("embedded", data_dir), provider("embedded", data_dir)
    dsn = first.start()
    with pytest.raises(StorageError) as refused:
        second.start()
    assert refused.value.code == "data_dir_in_use"
    assert str(os.getpid()) in str(refused.value)
    second.stop()
    psycopg.connect(dsn).close()
    first.stop()
    second.start()
    second.stop()


def test_a_crash_while_the_cluster_is_made_leaves_nothing_in_the_way(data_dir: Path) -> None:
    half = data_dir / "postgres.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    server = provider("embedded", data_dir)
    server.start()
    server.stop()
    assert not half.exists()


def test_a_second_command_finds_the_running_server(data_dir: Path) -> None:
    assert running_dsn(data_dir) is None
    server = provider("embedded", data_dir)
    assert server.start() == running_dsn(data_dir)
    server.stop()


def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    server = provider("embedded", tmp_path / ("long" * 25))
    psycopg.connect(server.start()).close()
    server.stop()
    shutil.rmtree(server.cluster.socket_folder)


def test_a_folder_closed_to_other_accounts_works(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    server = provider("embedded", closed / "data")
    psycopg.connect(server.start()).close()
    server.stop()
    assert closed.stat().st_mode & 0o777 == 0o700


def test_the_socket_is_closed_to_other_accounts(data_dir: Path) -> None:
    server = provider("embedded", data_dir)
    server.start()
    assert server.cluster.socket_folder.stat().st_mode & 0o077 == 0
    server.stop()


def test_an_acknowledged_commit_is_on_disk(data_dir: Path) -> None:
    server = EmbeddedPostgres(data_dir)
    with psycopg.connect(server.start()) as connection:
        names = ("fsync", "synchronous_commit", "full_page_writes", "data_checksums")
        values = {name: connection.execute(f"SHOW {name}").fetchone() for name in names}
    server.stop()
    assert values == dict.fromkeys(names, ("on",))


@pytest.mark.parametrize("kind", KINDS)
def test_names_match_in_either_case_with_their_accents(kind: str, data_dir: Path) -> None:
    server = provider(kind, data_dir)
    with psycopg.connect(server.start()) as connection:
        assert connection.execute("SELECT 'ÉLODIE' ILIKE 'élodie'").fetchone() == (True,)
    server.stop()


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(StorageError) as refused:
        EmbeddedPostgres(tmp_path / "data").start()
    assert refused.value.code == "data_dir_not_writable"


def test_a_full_disk_is_named(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "FREE_MB_MIN", 10**12)
    with pytest.raises(StorageError) as refused:
        EmbeddedPostgres(data_dir).start()
    assert refused.value.code == "disk_full"
    assert not (data_dir / "postgres").exists()
    monkeypatch.undo()
    server = provider("embedded", data_dir)
    server.start()
    server.stop()


def test_what_postgresql_says_of_the_disk_becomes_the_typed_error(data_dir: Path) -> None:
    made = cluster.Cluster(root=data_dir, binaries=Path())
    full = made.refusal('FATAL:  could not write to file "pg_wal/xlogtemp": No space left on device')
    assert full.code == "disk_full"
    assert made.refusal('FATAL:  data directory "d" has wrong ownership').code == "data_dir_not_writable"
    assert made.refusal("FATAL:  something else").code == "server_failed"


def test_data_of_another_major_version_is_refused_and_left_alone(data_dir: Path) -> None:
    (data_dir / "postgres").mkdir(parents=True, mode=0o700)
    (data_dir / "postgres" / "PG_VERSION").write_text("16\n")
    with pytest.raises(StorageError) as refused:
        EmbeddedPostgres(data_dir).start()
    assert refused.value.code == "wrong_major"
    assert (data_dir / "postgres" / "PG_VERSION").read_text() == "16\n"


def test_a_server_that_cannot_start_shows_its_log(data_dir: Path) -> None:
    server = provider("embedded", data_dir)
    server.cluster.settings = {"shared_buffers": "nonsense"}
    with pytest.raises(StorageError) as refused:
        server.start()
    assert refused.value.code == "server_failed"
    assert "shared_buffers" in str(refused.value)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server under another account")
def test_root_without_an_ordinary_account_is_told_so(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account, "CANDIDATES", ("no-such-account",))
    with pytest.raises(StorageError) as refused:
        EmbeddedPostgres(data_dir).start()
    assert refused.value.code == "no_account"


def test_an_external_database_is_used_and_never_stopped(dsn: str) -> None:
    chosen = choose(Path("unused"), url=dsn)
    assert isinstance(chosen, External)
    assert chosen.start() == dsn
    chosen.stop()
    psycopg.connect(dsn).close()


@pytest.mark.parametrize("url", ["postgresql://127.0.0.1:1/none", "not an address"])
def test_an_external_database_that_does_not_answer_says_so(url: str) -> None:
    with pytest.raises(StorageError) as refused:
        External(url).start()
    assert refused.value.code == "database_unreachable"


def test_the_embedded_server_is_the_first_choice(tmp_path: Path) -> None:
    assert embedded_binaries() is not None
    assert isinstance(choose(tmp_path), EmbeddedPostgres)


def test_a_checkout_keeps_its_data_in_var(tmp_path: Path) -> None:
    (tmp_path / "src" / "affluent").mkdir(parents=True)
    (tmp_path / "pyproject.toml").touch()
    below = tmp_path / "docs"
    below.mkdir()
    assert default_data_dir(below) == tmp_path / "var"
    assert default_data_dir(Path("/")).name == "affluent"


@pytest.mark.parametrize("code", MESSAGES)
def test_every_refusal_says_the_same_in_both_languages(code: str) -> None:
    fields = {part.split("}")[0] for part in MESSAGES[code][0].split("{")[1:]}
    error = StorageError(code, **{name: f"<{name}>" for name in fields})
    for name in fields:
        assert f"<{name}>" in error.text("en")
        assert f"<{name}>" in error.text("fr")


def test_a_start_takes_seconds_not_minutes(data_dir: Path) -> None:
    server = provider("embedded", data_dir)
    began = time.monotonic()
    server.start()
    assert time.monotonic() - began < 20
    server.stop()
