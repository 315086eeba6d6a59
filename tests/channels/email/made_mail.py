"""Mails made for the tests, and doubles of what the door asks of the house."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

MAILS = Path(__file__).parent / "mails"


def mail(
    text: str = "Bonjour, où est mon colis ?",
    *,
    subject: str = "Mon colis",
    message_id: str = "<one@customer.example>",
    sender: str = "Ana <ana@customer.example>",
    to: str = "help@brand.example",
    more: str = "",
) -> bytes:
    """A plain UTF-8 mail."""
    head = (
        f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: {message_id}\r\n"
        "Date: Mon, 3 Mar 2025 10:12:00 +0100\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n{more}\r\n"
    )
    return (head + text.replace("\n", "\r\n") + "\r\n").encode()


class Wall:
    """The machine's clock."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000


class SetClock:
    """A clock that stands where it is put."""

    def __init__(self, now_ms: int = 1_700_000_000_000) -> None:
        self.at_ms = now_ms

    def now_ms(self) -> int:
        return self.at_ms


class Store:
    """Takes deliveries the way the centre does: a known key changes nothing; can be told to fail."""

    def __init__(self) -> None:
        self.mails: dict[str, bytes] = {}
        self.calls: list[str] = []
        self.received_ms: dict[str, int] = {}
        self.failing = False
        self._lock = threading.Lock()

    def deliver(self, raw: bytes, key: str, received_ms: int) -> None:
        with self._lock:
            self.calls.append(key)
            if self.failing:
                raise RuntimeError("the database is away")
            self.mails.setdefault(key, raw)
            self.received_ms.setdefault(key, received_ms)


def until(fact: Callable[[], bool], timeout_s: float = 20.0) -> bool:
    """Waits until `fact` holds; False if it did not in time."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        if fact():
            return True
        time.sleep(0.02)
    return fact()
