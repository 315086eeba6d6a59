"""The state of a router as plain records, and back: for a start from the database and a changed policy."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from affluent.routing import entries
from affluent.routing.core import Core
from affluent.routing.decisions import (
    LiveAgent,
    LiveContact,
    Place,
    Presence,
    QueueWaiting,
    Refusal,
    RoutingError,
    Waiting,
)
from affluent.routing.settle import OUT_OF_SPACE
from affluent.routing.state import (
    AWAY,
    HELD,
    IN_HAND,
    NOBODY,
    NOTHING,
    OFFERED,
    OFFLINE,
    READY,
    SLEEPING,
    WAITING,
    WRAPPING,
)

_PLACES = {
    Place.WAITING: WAITING,
    Place.OFFERED: OFFERED,
    Place.IN_HAND: IN_HAND,
    Place.SLEEPING: SLEEPING,
    Place.HELD: HELD,
    Place.WRAPPING: WRAPPING,
}
_PRESENCES = {Presence.OFFLINE: OFFLINE, Presence.AWAY: AWAY, Presence.READY: READY}


def load(
    router: Core,
    contacts: Iterable[LiveContact],
    agents: Iterable[LiveAgent],
    now_ms: int,
    most: int | None = None,
) -> None:
    """Puts everybody where they were, ends what is due, then offers: the most urgent contact first.

    With `most`, what is beyond so many decisions is left to `advance`.

    Contacts come by arrival, so that each stands behind all before it.
    """
    router.now_ms = now_ms
    for live in agents:
        _load_agent(router, live, now_ms)
    for live in contacts:
        _load_contact(router, live, now_ms)
    router.store.leave_room()
    router.most = most
    while not router.behind and entries.time_passes(router.store.at, now_ms) == OUT_OF_SPACE:
        router.note_outcomes()
        router.stop_if_full()
    router.overflow()
    entries.mark_everybody(router.store.at)
    router.settle()
    router.most = None


def _load_agent(router: Core, live: LiveAgent, now_ms: int) -> None:
    row = router.agent_row(live.agent)
    agents = router.store.state.agents
    agents.presence[row] = _PRESENCES[live.presence]
    agents.idle_since_ms[row] = live.idle_since_ms
    until_ms = live.set_aside_until_ms
    if until_ms is not None and until_ms > now_ms:
        agents.aside_until_ms[row] = until_ms
        router.store.make_space()
        entries.remind_agent(router.store.at, row, until_ms)
    until_ms = live.lifted_until_ms
    if until_ms is not None and until_ms > now_ms:
        router.lift(row, live.lifted)
        router.store.make_space()
        entries.limits_lifted(router.store.at, now_ms, row, until_ms)
    entries.note_room(router.store.at, row)


def _load_contact(router: Core, live: LiveContact, now_ms: int) -> None:
    if live.contact in router.row_of:
        raise RoutingError("known_contact", contact=live.contact)
    agent = NOBODY if live.agent is None else router.agent_row(live.agent)
    if agent == NOBODY and live.place not in {Place.WAITING, Place.HELD}:
        raise RoutingError("unknown_agent", agent=live.agent)
    router.store.make_space()
    queue = router.joining.line(live.queue, live.demands)
    row = router.enter(
        live.contact,
        queue,
        live.arrived_ms,
        live.arrived_ms if live.entered_ms is None else live.entered_ms,
        live.kept_for,
        live.kept_until_ms,
        live.demands,
    )
    for refusal in live.refusals:
        refused = router.rows.agent.get(refusal.agent)
        if refused is not None and refusal.until_ms > now_ms:
            router.store.make_space()
            entries.refuse(router.store.at, row, refused, refusal.until_ms)
    counted = live.place in {Place.OFFERED, Place.IN_HAND, Place.WRAPPING} or live.holds
    expires_ms = now_ms if live.expires_ms is None else live.expires_ms
    entries.contact_adopted(
        router.store.at, now_ms, row, agent, _PLACES[live.place], expires_ms, int(counted)
    )
    for other in live.participants:
        joining = router.rows.agent.get(other)
        if joining is not None:
            router.store.make_space()
            idle_since_ms = int(router.store.state.agents.idle_since_ms[joining])
            entries.agent_joins(router.store.at, idle_since_ms, row, joining)


def live_contacts(router: Core) -> list[LiveContact]:
    contacts = router.store.state.contacts
    agents = router.rows.agents
    found: list[LiveContact] = []
    for identity, row in sorted(router.row_of.items()):
        place, agent, kept_for = contacts.place[row], contacts.agent[row], contacts.kept_for[row]
        found.append(
            LiveContact(
                identity,
                router.rows.queues[contacts.queue[row]].id,
                int(contacts.arrived_ms[row]),
                next(name for name, number in _PLACES.items() if number == place),
                None if agent == NOBODY else agents[agent].id,
                int(contacts.deadline_ms[row]) if place in {OFFERED, HELD, WRAPPING} else None,
                None if kept_for == NOBODY else agents[kept_for].id,
                0 if kept_for == NOBODY else int(contacts.kept_until_ms[row]),
                bool(contacts.holds[row]),
                refusals_of(router, row),
                router.joining.demands_of(identity),
                int(contacts.entered_ms[row]),
                participants_of(router, row),
            )
        )
    return found


def refusals(router: Core) -> dict[int, tuple[Refusal, ...]]:
    contacts: Any = router.store.state.contacts
    rows = np.flatnonzero(contacts.refusals != NOTHING)
    return {int(contacts.identity[row]): refusals_of(router, int(row)) for row in rows}


def refusals_of(router: Core, row: int) -> tuple[Refusal, ...]:
    refusals = router.store.state.refusals
    found: list[Refusal] = []
    entry = router.store.state.contacts.refusals[row]
    while entry != NOTHING:
        if refusals.until_ms[entry] > router.now_ms:
            agent = router.rows.agents[refusals.agent[entry]].id
            found.append(Refusal(agent, int(refusals.until_ms[entry])))
        entry = refusals.following[entry]
    return tuple(sorted(found, key=lambda refusal: (refusal.agent, refusal.until_ms)))


def participants_of(router: Core, row: int) -> tuple[int, ...]:
    parts = router.store.state.parts
    found: list[int] = []
    entry = router.store.state.contacts.parts[row]
    while entry != NOTHING:
        found.append(router.rows.agents[parts.agent[entry]].id)
        entry = parts.following[entry]
    return tuple(sorted(found))


def live_agents(router: Core) -> list[LiveAgent]:
    agents = router.store.state.agents
    return [
        LiveAgent(
            rule.id,
            next(name for name, number in _PRESENCES.items() if number == agents.presence[row]),
            int(agents.idle_since_ms[row]),
            int(agents.aside_until_ms[row]) or None,
            {
                medium: int(agents.extra[row, place])
                for medium, place in router.rows.medium.items()
                if agents.extra[row, place]
            },
            int(agents.extra_until_ms[row]) or None,
        )
        for row, rule in enumerate(router.rows.agents)
    ]


def waiting(router: Core, now_ms: int) -> Waiting:
    """Heads and kept contacts tell the largest share: whoever stands behind a head came later."""
    state = router.store.state
    queues: Any = state.queues
    rows = np.flatnonzero(queues.length)
    counts = queues.length[rows].tolist()
    urgent: dict[int, float] = {}
    heads: Any = state.lines.head
    agents = len(state.agents.presence)
    standing = [int(head) for head in heads[2 * agents + rows] if head != NOTHING]
    for line in np.flatnonzero(heads[:agents] != NOTHING):
        kept = int(heads[int(line)])
        while kept != NOTHING:
            standing.append(kept)
            kept = int(state.contacts.behind[kept])
    for row in standing:
        queue = int(state.contacts.queue[row])
        wait_ms = max(0, now_ms - int(state.contacts.arrived_ms[row]))
        share = wait_ms / int(state.queues.target_ms[queue])
        base = int(state.queues.base[queue])
        urgent[base] = max(urgent.get(base, 0.0), share)
    by_queue: dict[int, int] = {}
    for row, count in zip(rows.tolist(), counts, strict=True):
        base = int(state.queues.base[row])
        by_queue[base] = by_queue.get(base, 0) + count
    found = tuple(
        QueueWaiting(router.rows.queues[row].id, count, urgent.get(row))
        for row, count in sorted(by_queue.items())
    )
    return Waiting(sum(counts), max(urgent.values(), default=None), found)
