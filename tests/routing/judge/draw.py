"""Policies and days drawn at random: widely, with all the rules at once, extremes and nonsense among them."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

from .lines import LAST_INSTANT

Document = dict[str, Any]
STRANGE_NAMES = [
    "no",
    "12",
    "Zoë d'Été",
    "客服",
    "a" * 200,
    "true",
    "-",
    "~",
    "a b",
    "é",
    "é",
    "null",
    "A",
    "<&>",
]
WAITS = ["0", "1ms", "1s", "2s", "3s", "5s", "10s", "1m", "1h30m", "2d"]


def names(rng: Random, kind: str, most: int, least: int = 0) -> list[str]:
    wild = rng.sample(STRANGE_NAMES, 3) if rng.random() < 0.3 else []
    return [*wild, *(f"{kind}{n}" for n in range(most))][: rng.randint(least, most)]


def some(rng: Random, among: list[str], most: int = 3) -> list[str]:
    return rng.sample(among, rng.randint(0, min(most, len(among))))


def wait(rng: Random, least: str = "0") -> str:
    return rng.choice(WAITS[WAITS.index(least) :])


def maybe(rng: Random, entry: Document, key: str, chance: float, value: Any) -> None:
    if rng.random() < chance:
        entry[key] = value


def needs(rng: Random, skills: list[str]) -> Document:
    found: Document = {}
    for skill in some(rng, skills, 2):
        level = rng.randint(1, 5)
        match rng.randrange(4):
            case 0:
                found[skill] = rng.randint(1, 3)
            case 1:
                asked: Document = {"required": level, "floor": rng.randint(1, level)}
                asked["relax_after"] = wait(rng, "1ms")
                found[skill] = asked
            case _:
                found[skill] = {"preferred": level}
                maybe(rng, found[skill], "weight", 0.5, rng.choice([0, 1, 2, 100]))
                maybe(rng, found[skill], "relax_after", 0.6, wait(rng))
    return found


def circles(rng: Random, teams: list[str]) -> list[Document]:
    """Each within the later ones, as the page asks."""
    inner = rng.sample(teams, rng.randint(1, len(teams)))
    waits = sorted(rng.sample(range(1, 9), rng.randint(1, 3)))
    found: list[Document] = []
    for place, after in enumerate(waits):
        inner = [*inner, *(team for team in teams if team not in inner and rng.random() < 0.5)]
        entry: Document = {"teams": list(inner), "relax_after": f"{after}s"}
        if place == len(waits) - 1 and rng.random() < 0.2:
            del entry["relax_after"]
        found.append(entry)
    return found


def demands(rng: Random, skills: list[str], teams: list[str]) -> Document:
    entry: Document = {}
    maybe(rng, entry, "skills", 0.4, needs(rng, skills))
    if teams:
        maybe(rng, entry, "team_needs", 0.2, circles(rng, teams))
    maybe(rng, entry, "tier", 0.3, rng.randint(0, 9))
    maybe(rng, entry, "target", 0.3, wait(rng, "1ms"))
    return entry


def queue(rng: Random, media: list[str], skills: list[str], teams: list[str], later: list[str]) -> Document:
    entry: Document = {"medium": rng.choice(media)}
    maybe(rng, entry, "tier", 0.3, rng.randint(0, 9))
    maybe(rng, entry, "target", 0.7, wait(rng, "1ms"))
    maybe(rng, entry, "skills", 0.5, needs(rng, skills))
    maybe(rng, entry, "order", 0.5, rng.choice(["least_busy", "longest_idle", "least_versatile"]))
    if teams and rng.random() < 0.2:
        entry |= {"order": "teams", "teams": some(rng, teams) or teams[:1]}
    if teams:
        maybe(rng, entry, "team_needs", 0.2, circles(rng, teams))
    if rng.random() < 0.3:
        steps = sorted(rng.sample(range(1, 10), rng.randint(1, 3)))
        after = sorted(rng.choices([0, 1, 2, 3, 5, 8, 50], k=len(steps)))
        if rng.random() < 0.5:
            entry["tier_steps"] = [{"tier": t, "after": f"{a}s"} for t, a in zip(steps, after, strict=True)]
        else:
            entry["tier_steps"] = [{"tier": t, "share": 10 * a} for t, a in zip(steps, after, strict=True)]
    maybe(rng, entry, "max_wait", 0.2, wait(rng, "1ms"))
    maybe(rng, entry, "offer", 0.5, wait(rng, "1s"))
    maybe(rng, entry, "set_aside", 0.5, wait(rng))
    maybe(rng, entry, "keep", 0.5, wait(rng))
    maybe(rng, entry, "max_length", 0.2, rng.randint(1, 3))
    if rng.random() < 0.4:
        overflow: Document = {}
        if later:
            maybe(rng, overflow, "queue", 0.7, rng.choice(later))
        maybe(rng, overflow, "after", 0.6, wait(rng))
        maybe(rng, overflow, "when_closed", 0.5, True)
        entry["overflow"] = overflow
    maybe(rng, entry, "by_hand", 0.3, rng.random() < 0.5)
    return entry


def person(rng: Random, document: Document) -> Document:
    media, queues = list(document["media"]), list(document["queues"])
    entry: Document = {"limits": {m: rng.choice([0, 1, 1, 2, 3, 60]) for m in media if rng.random() < 0.85}}
    skills, teams = document["skills"], document["teams"]
    maybe(rng, entry, "skills", 0.8, {s: rng.randint(0, 5) for s in some(rng, skills, 4)})
    maybe(rng, entry, "bundles", 0.3, some(rng, list(document["bundles"])))
    if teams:
        maybe(rng, entry, "team", 0.7, rng.choice(teams))
    maybe(rng, entry, "ranks", 0.4, {q: rng.randint(1, 9) for q in some(rng, queues)})
    maybe(rng, entry, "units", 0.2, {m: rng.randint(1, 60) for m in some(rng, media, 1)})
    maybe(rng, entry, "kept_free", 0.2, {m: rng.randint(1, 50) for m in some(rng, media, 1)})
    return entry


def reserve(rng: Random, document: Document) -> Document:
    medium = rng.choice(list(document["media"]))
    queues = list(document["queues"])
    rng.shuffle(queues)
    cut = rng.randint(0, len(queues))
    entry: Document = {"medium": medium}
    mine = [q for q in queues[:cut] if document["queues"][q]["medium"] == medium]
    maybe(rng, entry, "queues", 0.7, mine)
    maybe(rng, entry, "tier", 0.4 if mine and "queues" in entry else 1.0, rng.randint(1, 9))
    maybe(rng, entry, "agents", 0.7, rng.randint(1, 3))
    if mine and "queues" in entry:
        maybe(rng, entry, "waiting", 0.5, rng.randint(0, 2))
    if document["teams"]:
        maybe(rng, entry, "team", 0.3, rng.choice(document["teams"]))
    if queues[cut:]:
        maybe(rng, entry, "against", 0.5, queues[cut:])
    return entry


def policy(rng: Random) -> Document:
    """A document with any of the rules; not every one of them can work."""
    media, skills = names(rng, "medium", 4, 1), names(rng, "skill", 5)
    teams, queues = names(rng, "team", 3), names(rng, "queue", 7, 1)
    document: Document = {"version": 1, "media": {}, "skills": skills, "teams": teams}
    for place, medium in enumerate(media):
        entry: Document = {"units": rng.choice([1, 10, 15, 20, 30, 60])}
        maybe(rng, entry, "interrupts", 0.3, some(rng, media[place + 1 :]))
        maybe(rng, entry, "pulls_back", 0.4, some(rng, media[place + 1 :]))
        maybe(rng, entry, "exclusive", 0.15, True)
        document["media"][medium] = entry
    document["bundles"] = {
        name: {"skills": {s: rng.randint(0, 5) for s in some(rng, skills)}}
        for name in names(rng, "bundle", 2)
    }
    document["queues"] = {
        name: queue(rng, media, skills, teams, queues[n + 1 :]) for n, name in enumerate(queues)
    }
    document["agents"] = {name: person(rng, document) for name in names(rng, "agent", 6)}
    document["segments"] = {name: demands(rng, skills, teams) for name in names(rng, "segment", 3)}
    document["agent_reserves"] = [reserve(rng, document) for _ in range(rng.choice([0, 0, 1, 2, 3]))]
    maybe(rng, document, "order", 0.5, rng.choice(["least_busy", "longest_idle", "least_versatile", "teams"]))
    maybe(rng, document, "reserve", 0.5, rng.choice([0, 1, 2, 60]))
    return document


NONSENSE: list[bytes] = [
    b"", b"   ", b"\r", b"not JSON", b"[]", b"12", b"null", b"{}", b'{"event": 3}', b'{"event": "ariive"}', b"\xff\xfe",
    b'{"event": "clock", "at_ms": NaN}', b'{"event": "clock", "at_ms": Infinity}',
    b'{"event": "clock", "at_ms": 1e400}',
    b'{"event": "clock", "at_ms": 1.5}', b'{"event": "clock", "at_ms": true}', b'{"event": "clock", "at_ms": -1}',
    b'{"event": "clock", "at_ms": 4398046511104}', b'{"event": "clock", "event": "clock"}', b'{"event": "leave"}',
    b'{"event": "clock", "at": 3}', b'{"event": "leave", "contact": ""}', b'{"event": "leave", "contact": 7}',
    b'{"event": "clock", "at_ms": 99999999999999999999999999}', b'{"event": "ready", "agent": "nobody at all"}',
    b'{"event": "leave", "contact": "never came"}', b'{"event": "arrive", "contact": "x", "queue": "no such queue"}',
]  # fmt: skip


class DayOfLines:
    """Draws the next line, looking at nothing but names that were used before."""

    def __init__(self, rng: Random, document: Document, works: Callable[[Document], bool]) -> None:
        self.rng, self.document, self.works = rng, document, works
        self.at_ms, self.known, self.came = (
            rng.choice([0, 0, 10_000, 10**9, LAST_INSTANT - 10**9]),
            list[str](),
            0,
        )

    def line(self, busy: dict[str, list[str]]) -> bytes:
        """`busy`: contacts by state, so that most events can be."""
        rng = self.rng
        if rng.random() < 0.03:
            return rng.choice(NONSENSE)
        leaps = [60_000, 200_000] if rng.random() < 0.05 else []
        self.at_ms += rng.choice([0, 0, 0, 1, 500, 1000, 1000, 2000, 5000, *leaps])
        event: Document = {"at_ms": min(self.at_ms, LAST_INSTANT)} if rng.random() < 0.9 else {}
        if rng.random() < 0.01:
            event["at_ms"] = max(0, self.at_ms - rng.randint(1, 5000))
        event |= self._event(busy)
        ascii_only = rng.random() < 0.5
        return json.dumps(event, ensure_ascii=ascii_only).encode()

    def _contact(self, busy: dict[str, list[str]], *states: str) -> str:
        among = [name for state in states for name in busy.get(state, [])]
        return self.rng.choice(among if among and self.rng.random() < 0.93 else [*self.known, "nobody"])

    def _kept(self, event: Document, agents: list[str], chance: float) -> Document:
        maybe(self.rng, event, "kept_for", chance, self.rng.choice(agents))
        if "kept_for" in event:
            maybe(self.rng, event, "kept_until_ms", 0.7, self._near())
        return event

    def _near(self) -> int:
        return min(
            LAST_INSTANT, max(0, self.at_ms + self.rng.choice([-2000, 0, 1, 1000, 3000, 3000, 10_000]))
        )

    def _event(self, busy: dict[str, list[str]]) -> Document:
        rng, document = self.rng, self.document
        agents, queues = list(document["agents"]) or ["nobody"], list(document["queues"])
        agent, queue = rng.choice(agents), rng.choice(queues)
        kinds = (
            ["arrive"] * 18 + ["accept"] * 10 + ["release"] * 8 + ["ready"] * 10 + ["clock"] * 4 + ["leave"] * 3
            + ["decline", "time_out", "return", "transfer", "take", "sleep", "wake", "wake", "join", "part"] * 2
            + ["away", "offline", "reopen", "hand_over", "hand_over", "merge", "lift", "change_agent", "close"]
            + ["open", "open", "policy"]
        )  # fmt: skip
        kind = rng.choice(kinds)
        event: Document = {"event": kind}
        match kind:
            case "arrive":
                self.came += 1
                name = f"c{self.came}" if rng.random() < 0.98 else rng.choice([*self.known, "c1"])
                self.known.append(name)
                event |= {"contact": name, "queue": queue}
                maybe(rng, event, "arrived_ms", 0.3, self._near())
                maybe(rng, event, "not_before_ms", 0.1, self._near())
                if document["segments"]:
                    maybe(rng, event, "segment", 0.2, rng.choice(list(document["segments"])))
                if rng.random() < 0.2:
                    event |= demands(rng, document["skills"], document["teams"])
                return self._kept(event, agents, 0.2)
            case "accept" | "decline" | "time_out":
                event["contact"] = self._contact(busy, "offered")
                maybe(rng, event, "agent", 0.1, agent)
            case "release":
                event["contact"] = self._contact(busy, "held", "held", "wrap_up")
                maybe(rng, event, "wrap_up_ms", 0.4, rng.choice([0, 1000, 5000]))
            case "return":
                event["contact"] = self._contact(busy, "held", "offered")
                return self._kept(event, agents, 0.3)
            case "transfer":
                event["contact"] = self._contact(busy, "held", "held", "offered", "waiting")
                maybe(rng, event, "queue", 0.7, queue)
                maybe(rng, event, "arrived_ms", 0.2, self._near())
                return self._kept(event, agents, 0.4)
            case "take":
                event |= {"contact": self._contact(busy, "waiting", "offered"), "agent": agent}
                maybe(rng, event, "allowed", 0.3, rng.random() < 0.7)
            case "reopen":
                self.came += 1
                self.known.append(f"c{self.came}")
                event |= {"contact": f"c{self.came}", "queue": queue, "agent": agent}
                maybe(rng, event, "arrived_ms", 0.5, self._near())
            case "sleep":
                event["contact"] = self._contact(busy, "held")
                maybe(rng, event, "frees", 0.5, rng.random() < 0.5)
            case "wake":
                event["contact"] = self._contact(busy, "asleep")
                maybe(rng, event, "agent", 0.2, agent)
            case "join" | "part" | "hand_over":
                event |= {"contact": self._contact(busy, "held"), "agent": agent}
            case "leave":
                event["contact"] = self._contact(busy, "waiting", "offered", "held", "asleep", "wrap_up")
            case "merge":
                states = ("waiting", "offered", "held", "asleep", "wrap_up")
                event |= {"contact": self._contact(busy, *states), "into": self._contact(busy, *states)}
            case "ready" | "away" | "offline":
                event["agent"] = agent
            case "lift":
                extra = {medium: rng.randint(0, 3) for medium in some(rng, list(document["media"]), 2)}
                event |= {"agent": agent, "extra": extra, "until_ms": self._near()}
            case "change_agent":
                event |= {"agent": agent, "rule": person(rng, document)}
            case "close" | "open":
                event["queue"] = queue
            case "policy":
                event["policy"] = next(p for p in iter(self.another, None) if self.works(p))
            case _:
                pass
        return event

    def another(self) -> Document:
        """The same policy with some things anew, or without somebody."""
        rng, changed = self.rng, json.loads(json.dumps(self.document))
        names_ = list(changed["queues"])
        for place, name in enumerate(names_):
            if rng.random() < 0.3:
                later = names_[place + 1 :]
                changed["queues"][name] = queue(
                    rng, list(changed["media"]), changed["skills"], changed["teams"], later
                )
        for name in list(changed["agents"]):
            if rng.random() < 0.3:
                changed["agents"][name] = person(rng, changed)
            elif rng.random() < 0.1:
                del changed["agents"][name]
        if rng.random() < 0.2 and len(changed["queues"]) > 1:
            changed["agent_reserves"] = []
        return changed
