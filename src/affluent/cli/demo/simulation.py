"""The simulated people as the server sees them: a process beside it, told what to do and asked how things stand."""

import contextlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

from affluent.cli.compose import Centre
from affluent.cli.demo.doors import STANDARD
from affluent.cli.demo.life.pace import PACES
from affluent.cli.demo.people import AGENTS
from affluent.cli.relays import relay_installed

USUAL = "usual"
LOOK_S = 1.0
SETTLES_S = 3.0
"""A second stream at a desk is a visitor's when it stays this long."""
COMES_S = 60.0
"""How long a seat is kept for a visitor who has clicked on it."""
LEAVES_S = 20.0
"""How long a visitor's desk may be gone, say for a reload, before its agent comes back."""
AGAIN_S = 5.0
log = structlog.get_logger("affluent.demo")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """What the simulated people need to know of the centre."""

    web: str
    mail_port: int
    keys: Mapping[str, Mapping[str, str]]
    folder: Path


@dataclass
class _Seat:
    taken_s: float
    seen_s: float
    seen: bool = False


@dataclass
class Status:
    """How the simulated people say that things stand."""

    running: bool = False
    pace: str = USUAL
    chats: int = 0
    counts: dict[str, int] = field(default_factory=dict[str, int])
    desks: frozenset[str] = frozenset()
    """Simulated agents whose stream is open or about to be."""


def _nothing(seats: frozenset[str]) -> None:
    """Nobody asked to be told."""


class Simulation:
    """Starts the simulated people, and starts them anew should they fail."""

    def __init__(self, centre: Centre, place: Place, *, pace: str | None = None) -> None:
        self._centre = centre
        self._place = place
        self._remembered = place.folder / "pace"
        self._pace = pace if pace in PACES else self._last_pace()
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        self._telling = threading.Lock()
        self._stopping = threading.Event()
        self.on_seats: Callable[[frozenset[str]], None] = _nothing
        """Told which desks visitors have, by address, whenever that changes."""
        self._seats: dict[str, _Seat] = {}
        self._foreign_s: dict[str, float] = {}
        self._told: frozenset[str] = frozenset()
        self._accounts: dict[str, int] = {}
        self._threads = [
            threading.Thread(target=work, name=f"demo-{name}", daemon=True)
            for name, work in (("people", self._live), ("seats", self._look))
        ]
        self.status = Status(pace=self._pace)

    @property
    def telephones(self) -> bool:
        """Whether simulated people can call and be called."""
        return relay_installed() and any(STANDARD in keys for keys in self._place.keys.values())

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Sends everybody away; their presence and what is in hand stay for the next start."""
        self._stopping.set()
        with self._lock:
            process = self._process
        if process is not None:
            self._end(process)
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout=5)

    @property
    def pace(self) -> str:
        return self._pace

    def set_pace(self, name: str) -> None:
        """Changes the pace; the next start keeps it. Raises KeyError for one that does not exist."""
        assert name in PACES, "pages offer what there is"
        self._pace = name
        self._remembered.write_text(name)
        self._order({"pace": name})

    def letter(self, name: str, to: str) -> None:
        """A mail of the centre has come to a customer's mailbox."""
        self._order({"letter": name, "to": to})

    def take_seat(self, email: str) -> None:
        """A visitor has signed in as this agent: the simulated one steps aside."""
        if email in self._known():
            now_s = time.monotonic()
            with self._lock:
                self._seats[email] = _Seat(now_s, now_s)
            self._tell_seats()

    def seats(self) -> frozenset[str]:
        """The seats that visitors have, by address."""
        with self._lock:
            return frozenset(self._seats)

    def _last_pace(self) -> str:
        with contextlib.suppress(OSError):
            name = self._remembered.read_text().strip()
            if name in PACES and name != "soak":
                return name
        return USUAL

    def _known(self) -> dict[str, int]:
        if not self._accounts:
            with self._centre.database.transaction() as conn:
                rows = conn.execute("select id, email from account where not archived").fetchall()
            simulated = {one.email for one in AGENTS}
            self._accounts = {row["email"]: row["id"] for row in rows if row["email"] in simulated}
        return self._accounts

    def _order(self, order: Json) -> None:
        with self._lock:
            process = self._process
            if process is None or process.stdin is None:
                return
            with contextlib.suppress(OSError, ValueError):
                process.stdin.write(json.dumps(order) + "\n")
                process.stdin.flush()

    def _live(self) -> None:
        while not self._stopping.is_set():
            process = self._begin()
            assert process.stdout is not None
            for line in process.stdout:
                self._hear(line)
            self.status = Status(pace=self._pace)
            self._end(process)
            if not self._stopping.is_set():
                log.warning("demo_people_gone", code=process.returncode)
                self._stopping.wait(AGAIN_S)

    def _begin(self) -> "subprocess.Popen[str]":
        first: Json = {
            "web": self._place.web,
            "mail_port": self._place.mail_port,
            "mail_folder": str(self._place.folder / "mail"),
            "folder": str(self._place.folder),
            "keys": {brand: dict(keys) for brand, keys in self._place.keys.items()},
            "telephones": self.telephones,
            "pace": self._pace,
            "seed": time.time_ns() % 1_000_000_007,
        }
        process = subprocess.Popen(  # noqa: S603 -- ourselves
            [sys.executable, "-m", "affluent.cli.demo.life", json.dumps(first)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            # Ctrl-C is for the server, which then says good-bye to them.
            start_new_session=True,
        )  # fmt: skip
        with self._lock:
            self._process = process
            self._told = frozenset()
        if self._stopping.is_set():
            self._end(process)
        self._tell_seats()
        return process

    @staticmethod
    def _end(process: "subprocess.Popen[str]") -> None:
        with contextlib.suppress(OSError):
            if process.stdin is not None:
                process.stdin.close()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _hear(self, line: str) -> None:
        try:
            told: Json = json.loads(line)
        except ValueError:
            return
        self.status = Status(
            True, told["pace"], told["chats"], dict(told["counts"]), frozenset(told["desks"])
        )

    def _look(self) -> None:
        """Who sits where: visitors are found by their streams."""
        while not self._stopping.wait(LOOK_S):
            try:
                self._count_visitors(time.monotonic())
            except Exception:
                log.exception("demo_seats_failed")

    def _count_visitors(self, now_s: float) -> None:
        streams = self._centre.watch.streams()
        own = self.status.desks
        for email, account_id in self._known().items():
            foreign = streams.get(account_id, 0) > (1 if email in own else 0)
            with self._lock:
                seat = self._seats.get(email)
                if seat is None:
                    since_s = self._foreign_s.setdefault(email, now_s) if foreign else None
                    if since_s is None:
                        self._foreign_s.pop(email, None)
                    elif now_s - since_s >= SETTLES_S:
                        self._seats[email] = _Seat(now_s, now_s, True)
                elif foreign:
                    seat.seen, seat.seen_s = True, now_s
                elif now_s - (seat.seen_s if seat.seen else seat.taken_s) > (
                    LEAVES_S if seat.seen else COMES_S
                ):
                    del self._seats[email]
                    self._foreign_s.pop(email, None)
        self._tell_seats()

    def _tell_seats(self) -> None:
        # One at a time: what is told last must be what holds.
        with self._telling:
            seats = self.seats()
            if seats != self._told:
                self._told = seats
                self.on_seats(seats)
                self._order({"seats": sorted(seats)})
