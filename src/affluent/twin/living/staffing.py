"""Who works: groups grow and shrink by the schedule; who has a contact finishes it."""

from affluent.routing import events
from affluent.routing.state import OFFLINE, READY
from affluent.twin.living.compiled import compiled
from affluent.twin.living.world import LATER, World


@compiled
def note_presence(w: World, now_ms: int, agent: int, presence: int) -> None:
    row = w.clock.presence[0]
    w.clock.presence[0] = row + 1
    table = w.notes.presence
    table[row, 0], table[row, 1], table[row, 2] = now_ms, agent, presence


@compiled
def comes(w: World, now_ms: int, agent: int) -> None:
    w.staff.working[w.staff.group[agent]] += 1
    note_presence(w, now_ms, agent, READY)
    events.agent_ready(w.k, now_ms, agent)


@compiled
def goes(w: World, now_ms: int, agent: int) -> None:
    w.staff.working[w.staff.group[agent]] -= 1
    note_presence(w, now_ms, agent, OFFLINE)
    events.agent_leaves(w.k, now_ms, agent, OFFLINE)


@compiled
def is_idle(w: World, agent: int) -> bool:
    held = 0
    for medium in range(len(w.k.media.exclusive)):
        held += w.k.agents.in_hand[agent, medium]
    return held == 0


@compiled
def freed(w: World, now_ms: int, agent: int) -> None:
    """A contact has left an agent's hand: whoever should have gone by now does."""
    group = w.staff.group[agent]
    if w.staff.surplus[group] > 0 and w.k.agents.presence[agent] == READY:
        w.staff.surplus[group] -= 1
        goes(w, now_ms, agent)


@compiled
def shrink(w: World, now_ms: int, group: int, fewer: int) -> None:
    staff = w.staff
    for place in range(staff.last[group] - 1, staff.first[group] - 1, -1):
        agent = staff.agents[place]
        if fewer > 0 and w.k.agents.presence[agent] == READY and is_idle(w, agent):
            goes(w, now_ms, agent)
            fewer -= 1
    staff.surplus[group] += fewer


@compiled
def grow(w: World, now_ms: int, group: int, more: int) -> None:
    staff = w.staff
    stay = min(more, staff.surplus[group])
    staff.surplus[group] -= stay
    more -= stay
    for place in range(staff.first[group], staff.last[group]):
        agent = staff.agents[place]
        if more > 0 and w.k.agents.presence[agent] == OFFLINE:
            comes(w, now_ms, agent)
            more -= 1


@compiled
def next_ms(w: World) -> int:
    at = w.clock.next_staff[0]
    return w.staff.at_ms[at] if at < len(w.staff.at_ms) else LATER


@compiled
def changes(w: World, now_ms: int) -> None:
    """All that the schedule has for this instant."""
    while next_ms(w) <= now_ms:
        at = w.clock.next_staff[0]
        w.clock.next_staff[0] = at + 1
        group, count = w.staff.of[at], w.staff.many[at]
        there = w.staff.working[group] - w.staff.surplus[group]
        if count < there:
            shrink(w, now_ms, group, there - count)
        elif count > there:
            grow(w, now_ms, group, count - there)


@compiled
def everybody_goes(w: World, now_ms: int) -> None:
    for agent in range(len(w.staff.group)):
        if w.k.agents.presence[agent] != OFFLINE:
            goes(w, now_ms, agent)
