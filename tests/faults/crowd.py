"""Customers and agents who carry on whatever happens to the server, and write down what they were told."""

import json
import random
import smtplib
import socket
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect
from websockets.typing import Origin

CHAT_ORIGIN = Origin("https://shop.example")
_json = httpx.Response.json


@dataclass
class Records:
    """What the server acknowledged. Written by many threads, each to keys of its own."""

    mails: set[str] = field(default_factory=set[str])
    words: set[str] = field(default_factory=set[str])
    replies: dict[str, int] = field(default_factory=dict[str, int])
    accepted: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])
    closed: set[int] = field(default_factory=set[int])
    wrong: list[str] = field(default_factory=list[str])
    stop: threading.Event = field(default_factory=threading.Event)
    drain: threading.Event = field(default_factory=threading.Event)


def post_mails(records: Records, port: int, names: list[str], peer: str) -> None:
    """Hands each mail to the listener until it is acknowledged; the same Message-ID each time."""
    for name in names:
        mail = (
            f"From: {name}@customer.example\r\nTo: help@north.example\r\nSubject: {name}\r\n"
            f"Message-ID: <{name}@customer.example>\r\nDate: Mon, 2 Nov 2026 10:00:00 +0000\r\n\r\nWord of {name}\r\n"
        )
        while not records.stop.is_set():
            try:
                with smtplib.SMTP("127.0.0.1", port, timeout=10, source_address=(peer, 0)) as smtp:
                    smtp.sendmail(f"{name}@customer.example", ["help@north.example"], mail)
                records.mails.add(name)
                break
            except (OSError, smtplib.SMTPException):
                time.sleep(0.2)


def chat(records: Records, port: int, number: int) -> None:
    """One customer at one browser: unacknowledged words are said again with their key."""
    chance = random.Random(number)
    token, seen, said = None, 0, 0
    texts: dict[int, str] = {}
    while not records.stop.is_set():
        try:
            peer = socket.create_connection(
                ("127.0.0.1", port), timeout=5, source_address=(f"127.0.2.{number % 250 + 1}", 0)
            )
            with connect(
                f"ws://127.0.0.1:{port}/chat/v1/socket?site=chat_door",
                sock=peer,
                origin=CHAT_ORIGIN,
                open_timeout=10,
            ) as ws:
                ws.send(_text({"t": "hello", "token": token, "since": seen, "page": "", "lang": "en"}))
                while not records.stop.is_set():
                    frame = _frame(ws.recv(timeout=30))
                    if frame["t"] == "welcome":
                        token = frame["token"]
                        news = frame["messages"]
                    elif frame["t"] == "message":
                        news = [frame["message"]]
                    elif frame["t"] == "ack":
                        records.words.add(frame["key"])
                        said += 1
                        news = []
                        time.sleep(chance.uniform(0.5, 2.0))
                    else:
                        continue
                    for one in news:
                        seen = max(seen, one["seq"])
                        if (
                            one["from"] == "agent"
                            and one["text"] in texts.values()
                            and one["seq"] not in texts
                        ):
                            records.wrong.append(f"doubled at the customer: {one['text']}")
                        texts[one["seq"]] = one["text"]
                    key = f"chat-{number:03d}-{said:03d}-word"
                    if frame["t"] in ("welcome", "ack") and not records.drain.is_set():
                        ws.send(_text({"t": "say", "key": key, "text": f"Text of {key}"}))
        except (OSError, WebSocketException, TimeoutError, EOFError):
            time.sleep(chance.uniform(0.5, 1.5))


def _text(frame: dict[str, Any]) -> str:
    return json.dumps(frame)


def _frame(text: str | bytes) -> dict[str, Any]:
    return json.loads(text)


class Agent:
    """One agent at one desk: accepts, answers under a key that survives the server, closes."""

    def __init__(self, records: Records, port: int, account: int, email: str, password: str) -> None:
        self.records, self.account = records, account
        self.client = httpx.Client(
            base_url=f"http://127.0.0.1:{port}/api/v1",
            headers={"X-Affluent": "1"},
            timeout=15,
            trust_env=False,
        )
        self.client.post("/session", json={"email": email, "password": password}).raise_for_status()
        self.pending: dict[int, str] = {}
        self.replied: Counter[int] = Counter()
        self.chance = random.Random(account)

    def run(self) -> None:
        while not self.records.stop.is_set():
            try:
                self.look()
            except (httpx.HTTPError, OSError):
                time.sleep(0.2)
            time.sleep(0.05)

    def look(self) -> None:
        answer = self.client.get("/desk")
        if answer.status_code != 200:
            time.sleep(0.2)
            return
        desk = _json(answer)
        if desk["presence"]["state"] != "ready":
            self.client.put("/desk/presence", json={"state": "ready"})
        for row in desk["offers"]:
            if self.client.post(f"/contacts/{row['id']}/accept").status_code == 200:
                self.records.accepted.add((row["id"], self.account))
        for row in desk["in_hand"]:
            self.serve(row)
        for row in desk["sleeping"]:
            if self.records.drain.is_set():
                self.close(row["id"])

    def serve(self, row: dict[str, Any]) -> None:
        contact = row["id"]
        if contact in self.pending or row["awaiting"] == "us":
            key = self.pending.setdefault(contact, f"reply-{self.account}-{contact}-{self.replied[contact]}")
            answer = self.client.post(
                f"/contacts/{contact}/messages", json={"key": key, "kind": "reply", "text": f"Answer {key}"}
            )
            if answer.status_code == 200:
                self.records.replies[key] = _json(answer)["id"]
                self.replied[contact] += 1
                del self.pending[contact]
            elif answer.status_code != 503:
                del self.pending[contact]
        elif self.records.drain.is_set() or (row["medium"] == "email" and self.chance.random() < 0.2):
            self.close(contact)

    def close(self, contact: int) -> None:
        if self.client.post(f"/contacts/{contact}/close", json={"outcome": "resolved"}).status_code == 200:
            self.records.closed.add(contact)
