"""The demonstration left running: memory of the server over time, contacts that nobody will move, figures.

Method: `affluent demo` in a data folder of its own, its simulated people at the pace `soak` (an hour of simulated
handling a minute; the centre's own clocks, such as offers and targets, stay real). Once a minute: resident memory of
the server and of the simulated people, processor time of both, contacts by state, and the contacts that are stuck.
A contact is stuck when it has been waiting, offered or in hand for longer than `--stuck` minutes without a fact,
or asleep with its waking hour past. Memory is judged over the second half: the first fills caches. The history is
left out with `--days 0`.
"""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import DictRow, dict_row

from affluent.storage.server import running_dsn

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
Json = dict[str, Any]

STUCK = """
select c.id, c.medium, c.state, c.awaiting, c.chat_state, a.email, p.state as presence,
  (%(now)s - max(j.at_ms)) / 1000 as quiet_s
from contact c join journal j on j.contact_id = c.id
left join account a on a.id = c.agent_id left join presence p on p.account_id = c.agent_id
where c.state in ('received', 'waiting', 'offered', 'in_hand')
  or (c.state = 'sleeping' and c.wakes_ms < %(now)s - 60000)
group by c.id, a.email, p.state having max(j.at_ms) < %(now)s - %(stuck)s order by c.id"""
STATES = """
select count(*) filter (where state = 'waiting') as waiting, count(*) filter (where state = 'offered') as offered,
  count(*) filter (where state = 'in_hand') as in_hand, count(*) filter (where state = 'sleeping') as sleeping
from contact where state in ('received', 'waiting', 'offered', 'in_hand', 'sleeping')"""
FIGURES = """
select medium, count(*) as came, count(*) filter (where state = 'closed') as closed,
  count(*) filter (where outcome in ('abandoned', 'silent')) as abandoned,
  round(avg((answered_ms - arrived_ms) / 1000.0), 1) as waited_s,
  round(100.0 * count(*) filter (where answered_ms - arrived_ms <= target_ms)
    / nullif(count(*) filter (where answered_ms is not null or outcome in ('abandoned', 'silent')), 0), 1)
    as in_target_percent,
  round(avg((closed_ms - answered_ms) / 1000.0)) as handled_s
from contact where arrived_ms >= %(since)s group by medium order by medium"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def resident_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def processor_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def people_of(server: int) -> int | None:
    """The process of the simulated people: a child of the server."""
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == server and b"affluent.cli.demo.life" in (folder / "cmdline").read_bytes():
                return int(folder.name)
        except OSError:
            continue
    return None


def ready(address: str, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(3_000):
        if server.poll() is not None:
            raise SystemExit("the demonstration did not start")
        try:
            with urllib.request.urlopen(f"{address}/demo/now", timeout=2) as answer:
                if json.load(answer)["running"]:
                    return
        except OSError:
            pass
        time.sleep(0.2)
    raise SystemExit("the demonstration did not become alive")


def look(dsn: str, server: int, stuck_ms: int) -> Json:
    people, now_ms = people_of(server), time.time_ns() // 1_000_000
    with psycopg.Connection[DictRow].connect(dsn, row_factory=dict_row) as conn:
        states = conn.execute(STATES).fetchone()
        stuck = conn.execute(STUCK, {"now": now_ms, "stuck": stuck_ms}).fetchall()
        sizes = conn.execute("select pg_database_size(current_database()) / 1e6 as mb").fetchone()
    assert states is not None
    assert sizes is not None
    return {
        "server_mb": round(resident_mb(server), 1),
        "people_mb": round(resident_mb(people), 1) if people else 0.0,
        "server_cpu_s": processor_s(server),
        "people_cpu_s": processor_s(people) if people else 0.0,
        "database_mb": round(float(sizes["mb"]), 1),
        **states,
        "stuck": len(stuck),
        "stuck_contacts": [{key: _plain(value) for key, value in row.items()} for row in stuck[:5]],
    }


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | None) else float(value)


def show(minute: float, seen: Json) -> None:
    if minute == 0:
        print("  minute  server MB  people MB  server CPU s  people CPU s  waiting  in hand  asleep  stuck")
    print(
        f"  {minute:6.1f}{seen['server_mb']:11.1f}{seen['people_mb']:11.1f}{seen['server_cpu_s']:14.1f}"
        f"{seen['people_cpu_s']:14.1f}{seen['waiting']:9}{seen['in_hand']:9}{seen['sleeping']:8}{seen['stuck']:7}",
        flush=True,
    )
    for one in seen["stuck_contacts"]:
        print(f"          stuck: {one}", flush=True)


def soak(arguments: argparse.Namespace, folder: Path) -> Json:
    port, mail_port = free_port(), free_port()
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT / "src"), "AFFLUENT_DATA_DIR": str(folder), "AFFLUENT_PORT": str(port),
        "AFFLUENT_MAIL_PORT": str(mail_port),
    }  # fmt: skip
    (folder / "demo").mkdir(parents=True, exist_ok=True)
    run = (
        "import sys; from rich.console import Console; from affluent.cli.demo import demo; "
        "from affluent.cli.settings import Settings; "
        f"demo.run(Settings(), Console(stderr=True), days={arguments.days}, pace={arguments.pace!r})"
    )
    log = folder / "server.log"
    with log.open("wb") as told:
        server = subprocess.Popen([sys.executable, "-c", run], env=environment, stderr=told, stdout=told)
        try:
            ready(f"http://127.0.0.1:{port}", server)
            began, began_ms = time.monotonic(), time.time_ns() // 1_000_000
            dsn = running_dsn(folder)
            assert dsn is not None, "the demonstration runs on a database of its own"
            seen: list[Json] = []
            for minute in range(arguments.minutes + 1):
                time.sleep(max(0.0, began + 60 * minute - time.monotonic()))
                seen.append(look(dsn, server.pid, arguments.stuck * 60_000))
                if not arguments.json:
                    show(minute, seen[-1])
            with psycopg.Connection[DictRow].connect(dsn, row_factory=dict_row) as conn:
                figures = conn.execute(FIGURES, {"since": began_ms}).fetchall()
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(60)
    errors = [line for line in log.read_text().splitlines() if "error" in line or "demonstration," in line]
    half = seen[len(seen) // 2 :]
    return {
        "minutes": arguments.minutes,
        "pace": arguments.pace,
        "seen": seen,
        "growth_mb_second_half": round(half[-1]["server_mb"] - half[0]["server_mb"], 1),
        "figures": [{key: _plain(value) for key, value in row.items()} for row in figures],
        "error_lines": len(errors),
        "errors": errors[:10],
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--minutes", type=int, default=20)
    parser.add_argument("--pace", default="soak")
    parser.add_argument("--days", type=float, default=3, help="of history")
    parser.add_argument(
        "--stuck", type=int, default=6, help="minutes without a fact after which a contact is stuck"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="affluent-soak-") as folder:
        found = soak(arguments, Path(folder))
    if arguments.json:
        print(json.dumps(found))
        return
    print("\n  what came since the start")
    for row in found["figures"]:
        print("  " + "  ".join(f"{key} {value}" for key, value in row.items()))
    print(f"\n  memory of the server over the second half: {found['growth_mb_second_half']:+} MB")
    print(f"  error lines: {found['error_lines']}")
    for line in found["errors"]:
        print(f"    {line[:200]}")


if __name__ == "__main__":
    main()
