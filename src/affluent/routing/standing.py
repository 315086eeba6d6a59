"""Where everybody stands in an engine, kept as bytes: what `Router.restore` takes, and back.

One line of JSON for the whole, one for each agent, one for each contact, packed as they come: half a million contacts
never stand in memory as records.
"""

import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from affluent.routing.decisions import LiveAgent, LiveContact, Place, Presence, Refusal
from affluent.routing.engine import Router
from affluent.routing.plain import as_plain, from_plain
from affluent.routing.policy import NO_DEMANDS, Demands, Policy

_LEVEL = 1  # of packing: the fastest; the lines are much alike


@dataclass(frozen=True, slots=True)
class Standing:
    """What `Router.restore` takes beside the policy. Contacts come by arrival."""

    now_ms: int
    closed: tuple[int, ...]
    agents: tuple[LiveAgent, ...]
    contacts: tuple[LiveContact, ...]


class Packing:
    """A standing being packed while an engine is restored from it."""

    def __init__(self, now_ms: int, closed: Iterable[int], agents: Iterable[LiveAgent]) -> None:
        self._packer = zlib.compressobj(_LEVEL)
        self._parts: list[bytes] = []
        people = [_agent_line(one) for one in agents]
        self._add({"now_ms": now_ms, "closed": list(closed), "agents": len(people)})
        for line in people:
            self._add(line)

    def passing(self, contacts: Iterable[LiveContact]) -> Iterator[LiveContact]:
        """The same contacts, each packed as it goes by."""
        for one in contacts:
            self._add(_contact_line(one))
            yield one

    def _add(self, line: Any) -> None:
        text = json.dumps(line, separators=(",", ":")) + "\n"
        self._parts.append(self._packer.compress(text.encode()))

    def packed(self) -> bytes:
        return b"".join((*self._parts, self._packer.flush()))


def packed_of(router: Router) -> bytes:
    """How an engine that runs stands now."""
    packing = Packing(router.now_ms, router.closed_queues(), router.live_agents())
    contacts = sorted(router.live_contacts(), key=lambda one: (one.arrived_ms, one.contact))
    for _ in packing.passing(contacts):
        pass
    return packing.packed()


def unpacked(packed: bytes) -> Standing:
    """Raises ValueError or zlib.error for what is no standing."""
    head, *lines = (json.loads(line) for line in zlib.decompress(packed).splitlines())
    people = head["agents"]
    return Standing(
        head["now_ms"],
        tuple(head["closed"]),
        tuple(_agent_of(line) for line in lines[:people]),
        tuple(_contact_of(line) for line in lines[people:]),
    )


def restored(
    kind: type[Router], policy: Policy, standing: Standing, most: int | None = None
) -> tuple[Router, list[Any]]:
    """An engine of class `kind` in that standing, and what it decides at once: so much as `most`."""
    return kind.restore(
        policy,
        standing.contacts,
        standing.agents,
        standing.now_ms,
        closed=standing.closed,
        by_arrival=True,
        most=most,
    )


def _agent_line(one: LiveAgent) -> list[Any]:
    return [
        one.agent,
        one.presence.value,
        one.idle_since_ms,
        one.set_aside_until_ms,
        dict(one.lifted),
        one.lifted_until_ms,
    ]


def _agent_of(line: list[Any]) -> LiveAgent:
    agent, presence, *rest = line
    return LiveAgent(agent, Presence(presence), *rest)


def _contact_line(one: LiveContact) -> list[Any]:
    return [
        one.contact,
        one.queue,
        one.arrived_ms,
        one.place.value,
        one.agent,
        one.expires_ms,
        one.kept_for,
        one.kept_until_ms,
        one.holds,
        [[held.agent, held.until_ms] for held in one.refusals],
        None if one.demands == NO_DEMANDS else as_plain(one.demands),
        one.entered_ms,
        list(one.participants),
    ]


def _contact_of(line: list[Any]) -> LiveContact:
    contact, queue, arrived_ms, place, agent, expires_ms, kept_for, until_ms, holds, *rest = line
    refusals, demands, entered_ms, participants = rest
    return LiveContact(
        contact,
        queue,
        arrived_ms,
        Place(place),
        agent,
        expires_ms,
        kept_for,
        until_ms,
        holds,
        tuple(Refusal(*held) for held in refusals),
        NO_DEMANDS if demands is None else from_plain(Demands, demands),
        entered_ms,
        tuple(participants),
    )
