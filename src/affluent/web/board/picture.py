"""The centre as it stands, kept in memory: it begins with one read and then follows what commits tell.

Not safe for use by several threads at once: its one thread is `live.BoardLive`'s.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

from affluent.centre.hub import AgentMoved, ContactMoved
from affluent.centre.parts import joined
from affluent.centre.records import Contact
from affluent.centre.supervising.ports import BoardFacts, PersonFacts, PresenceFacts, QueueFacts, Standing
from affluent.facts.instants import MINUTE_MS
from affluent.facts.states import LIVE

Json = dict[str, Any]
Wall = frozenset[int] | None
"""The brands a viewer sees, None for all: boards with the same wall share their frames."""

PACE_MS = 15 * MINUTE_MS
"""How far back the pace at which a queue is served looks."""
NOT_IN_HAND = frozenset({"received", "waiting", "offered"})
NOBODY = PresenceFacts("offline", None, 0)


def sees(wall: Wall, brand_id: int) -> bool:
    return wall is None or brand_id in wall


def standing_of(contact: Contact) -> Standing:
    return Standing(
        id=contact.id,
        brand_id=contact.brand_id,
        queue_id=contact.queue_id,
        medium=contact.medium.value,
        state=contact.state.value,
        agent_id=contact.agent_id,
        arrived_ms=contact.arrived_ms,
        due_ms=contact.due_ms,
        owed_ms=contact.owed_ms,
        target_ms=contact.target_ms,
        awaiting=contact.awaiting,
        version=contact.version,
        beside=tuple(one.agent_id for one in joined(contact)) if contact.parts else (),
        promised_ms=contact.not_before_ms,
    )


class Picture:
    """Contacts that have not ended, the people, the queues; and at which pace each queue was served lately."""

    def __init__(self) -> None:
        self.facts = BoardFacts((), (), (), (), (), {}, (), {})
        self.queues: dict[int, QueueFacts] = {}
        self.people: dict[int, PersonFacts] = {}
        self.contacts: dict[int, Standing] = {}
        self.presences: dict[int, PresenceFacts] = {}
        self.served: dict[int, deque[int]] = {}
        self.since_ms = 0

    def begin(self, facts: BoardFacts, now_ms: int) -> None:
        """Replaces all but the pace. What moved after the read is applied after, by its version."""
        self.since_ms = self.since_ms or now_ms
        self.facts = facts
        self.queues = {one.id: one for one in facts.queues}
        self.people = {one.id: one for one in facts.people}
        self.contacts = {one.id: one for one in facts.contacts}
        self.presences = dict(facts.presences)

    def move(self, moved: ContactMoved) -> Standing | None:
        """Applies a move. Returns the contact as it stood before when the picture changed, else None."""
        after = standing_of(moved.contact)
        before = self.contacts.get(after.id)
        if before is not None and after.version < before.version:
            return None
        taken = after.state == "in_hand" and (before is None or before.state in NOT_IN_HAND)
        if taken and after.queue_id is not None:
            self.served.setdefault(after.queue_id, deque()).append(moved.at_ms)
        if moved.contact.state in LIVE:
            self.contacts[after.id] = after
        elif before is None:
            return None
        else:
            del self.contacts[after.id]
        return before or after

    def presence(self, moved: AgentMoved) -> None:
        one = moved.presence
        self.presences[one.account_id] = PresenceFacts(
            one.state.value, one.reason, one.since_ms, one.lifted, one.lifted_until_ms
        )

    def served_lately(self, queue_id: int, now_ms: int) -> tuple[int, int]:
        """How many were taken in hand from a queue, and within how many ms: at most `PACE_MS`."""
        found = self.served.get(queue_id)
        window_ms = min(PACE_MS, now_ms - self.since_ms)
        if not found:
            return 0, window_ms
        while found and found[0] < now_ms - PACE_MS:
            found.popleft()
        return len(found), window_ms

    def in_hand(self) -> dict[tuple[int, str], int]:
        """How many contacts each person holds, by medium; offers count, sleeping ones do not."""
        held: dict[tuple[int, str], int] = {}
        for one in self.contacts.values():
            if one.agent_id is not None and one.state in ("in_hand", "offered"):
                key = one.agent_id, one.medium
                held[key] = held.get(key, 0) + 1
            for agent_id in one.beside:
                held[agent_id, one.medium] = held.get((agent_id, one.medium), 0) + 1
        return held

    def snapshot(self, wall: Wall, now_ms: int) -> Json:
        """All that a board behind this wall begins with."""
        facts = self.facts
        mine = {one.id for one in facts.people if wall is None or one.brands & wall}
        return {
            "now_ms": now_ms,
            "brands": [one for one in facts.brands if sees(wall, one["id"])],
            "teams": [
                {"id": one["id"], "name": one["name"]}
                for one in facts.teams
                if one["brand_id"] is None or sees(wall, one["brand_id"])
            ],
            "queues": [_queue(one, mine) for one in facts.queues if sees(wall, one.brand_id)],
            "people": [self._person(one, wall) for one in facts.people if one.id in mine],
            "contacts": [as_dot(one) for one in self.contacts.values() if sees(wall, one.brand_id)],
            "channels": [_channel(one, now_ms) for one in facts.channels if sees(wall, one["brand_id"])],
        }

    def _person(self, person: PersonFacts, wall: Wall) -> Json:
        return {
            "id": person.id,
            "name": person.name,
            "team_id": person.team_id,
            "brand_ids": sorted(person.brands if wall is None else person.brands & wall),
            "limits": dict(person.limits),
            **self._there(person.id),
        }

    def _there(self, person_id: int) -> Json:
        one = self.presences.get(person_id, NOBODY)
        return {
            "state": one.state,
            "reason": one.reason,
            "since_ms": one.since_ms,
            "lifted": dict(one.lifted or {}),
            "lifted_until_ms": one.lifted_until_ms,
        }

    def delta(
        self, wall: Wall, changed: Mapping[int, int], people: Iterable[int], now_ms: int
    ) -> Json | None:
        """What changed for one wall. `changed` are contacts with their brands, those that ended included."""
        mine = [one for one, brand_id in changed.items() if sees(wall, brand_id)]
        there = [
            {"id": one, **self._there(one)}
            for one in people
            if one in self.people and (wall is None or self.people[one].brands & wall)
        ]
        if not mine and not there:
            return None
        return {
            "now_ms": now_ms,
            "contacts": [as_dot(self.contacts[one]) for one in mine if one in self.contacts],
            "gone": [one for one in mine if one not in self.contacts],
            "people": there,
        }


def as_dot(one: Standing) -> Json:
    """A contact as the board draws it."""
    return {
        "id": one.id,
        "brand_id": one.brand_id,
        "queue_id": one.queue_id,
        "medium": one.medium,
        "state": one.state,
        "agent_id": one.agent_id,
        "arrived_ms": one.arrived_ms,
        "due_ms": one.due_ms,
        "owed_ms": one.owed_ms,
        "target_ms": one.target_ms,
        "awaiting": one.awaiting,
        "beside": list(one.beside),
        "promised_ms": one.promised_ms,
    }


def _queue(one: QueueFacts, people: set[int]) -> Json:
    raised = one.raised
    return {
        "id": one.id,
        "brand_id": one.brand_id,
        "name": one.name,
        "medium": one.medium,
        "tier": one.tier,
        "raised": None if raised is None else {"tier": raised.tier, "until_ms": raised.until_ms},
        "target_share": one.target_share,
        "target_ms": one.target_ms,
        "able": sorted(one.able & people),
    }


def _channel(one: Json, now_ms: int) -> Json:
    until_ms = one["closed_until_ms"]
    kept = {name: one[name] for name in ("id", "brand_id", "medium", "name", "queue_id")}
    return kept | {"closed_until_ms": until_ms if until_ms is not None and until_ms > now_ms else None}
