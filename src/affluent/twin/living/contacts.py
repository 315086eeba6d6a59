"""What contacts do: they wait, leave, are taken, end, come again. Who serves whom is the engine's to say."""

from affluent.facts.media import Outcome
from affluent.measure.outcomes import OUTCOMES
from affluent.routing import events
from affluent.routing.alone import (
    comes_alone,
    is_alone,
    is_settled,
    is_swift,
    taken_next,
    taken_on_arrival,
)
from affluent.routing.settle import DONE, settle
from affluent.routing.state import (
    EXPIRED_NOW,
    IN_HAND,
    NOBODY,
    NOTHING,
    OFFERED,
    OFFERED_NOW,
    OVERFLOWS_NOW,
    PULLED_NOW,
    WAITING,
    WRAPPED_NOW,
)
from affluent.twin.living.agenda import enter
from affluent.twin.living.compiled import compiled, inlined
from affluent.twin.living.draws import chance, draw_ms, uniform
from affluent.twin.living.following import UNKNOWN_YET, comes_again, derived, free_row, handed_on, new_row
from affluent.twin.living.notes import (
    ABANDONED,
    ARRIVAL,
    CLOSED,
    OVERFLOW,
    OVERFLOWED,
    TRANSFER,
    TRANSFERRED,
    note_end,
    note_next_stay,
    note_stay,
)
from affluent.twin.living.queueing import REFUSED, admitting, line_for, open_queue
from affluent.twin.living.staffing import freed
from affluent.twin.living.world import (
    AGAIN,
    CALLBACK,
    COMING,
    GONE,
    HANDLING,
    IN_LINE,
    LATER,
    O_AGENT,
    O_ENTERED,
    O_LEFT,
    O_LINE,
    O_OFFERED,
    O_OFFERS,
    O_REQUEST,
    O_TAKEN,
    PATIENCE,
    PICK_UP,
    RETRY,
    RINGING,
    SELF_CARE,
    SELF_CARE_TIME,
    TALKING,
    WRAP_UP,
    World,
)

LEFT_UNANSWERED = OUTCOMES.index(Outcome.ABANDONED)
RESOLVED = OUTCOMES.index(Outcome.RESOLVED)
UNRESOLVED = OUTCOMES.index(Outcome.UNRESOLVED)
TURNED_AWAY = OUTCOMES.index(Outcome.TURNED_AWAY)


@compiled
def settle_all(w: World, now_ms: int) -> None:
    """The engine decides all there is to decide, and people do accordingly."""
    if is_swift(w.k):
        while is_alone(w.k):
            agent, row = w.k.marked.agents[0], taken_next(w.k, now_ms)
            if row != NOTHING:
                taken(w, now_ms, row, agent)
        if is_settled(w.k):
            return
    while settle(w.k, now_ms) != DONE:
        take_outcomes(w, now_ms)
    take_outcomes(w, now_ms)


@compiled
def take_outcomes(w: World, now_ms: int) -> None:
    """What the engine decided since the last time."""
    table, size, at = w.k.outcomes.table, w.k.outcomes.size, 0
    while at < size[0]:
        kind, row, agent = table[at, 0], table[at, 1], table[at, 2]
        at += 1
        if kind == OFFERED_NOW:
            # It may have been pulled back since.
            place = w.k.contacts.place[row]
            if (place in (OFFERED, IN_HAND)) and w.k.contacts.agent[row] == agent:
                offered(w, now_ms, row, agent)
        elif kind == WRAPPED_NOW:
            free_row(w, row)
            freed(w, now_ms, agent)
        elif kind == OVERFLOWS_NOW:
            overflows(w, now_ms, row)
        elif (kind in (EXPIRED_NOW, PULLED_NOW)) and w.rows.phase[row] == RINGING:
            waits(w, now_ms, row)
    size[0] = 0


@inlined
def note_offer(w: World, now_ms: int, row: int) -> None:
    at = w.rows.outcome[row]
    if w.notes.outcomes[at, O_OFFERS] == 0:
        w.notes.outcomes[at, O_OFFERED] = now_ms
    w.notes.outcomes[at, O_OFFERS] += 1


@inlined
def offered(w: World, now_ms: int, row: int, agent: int) -> None:
    """An agent is offered a contact, and accepts it after a while."""
    of = w.rows.of[row]
    note_offer(w, now_ms, row)
    law = w.staff.pick_up[w.staff.group[agent], w.clock.period[0]]
    if law == NOTHING:
        accepted(w, now_ms, row)
        return
    rings_ms = draw_ms(w, law, w.keys[of, PICK_UP], w.rows.number[row])
    w.rows.phase[row] = RINGING
    enter(w, row, min(now_ms + rings_ms, patience_ends_ms(w, row)))


@compiled
def accepted(w: World, now_ms: int, row: int) -> None:
    """A contact is in an agent's hand, for as long as its handling lasts."""
    if w.k.rules.at_once[0] == 0:
        events.offer_accepted(w.k, row)
    talks(w, now_ms, row, w.k.contacts.agent[row])


@compiled
def taken(w: World, now_ms: int, row: int, agent: int) -> None:
    """The same, of an offer that was never open."""
    note_offer(w, now_ms, row)
    talks(w, now_ms, row, agent)


@inlined
def talks(w: World, now_ms: int, row: int, agent: int) -> None:
    at, of = w.rows.outcome[row], w.rows.of[row]
    w.notes.outcomes[at, O_TAKEN] = now_ms
    w.notes.outcomes[at, O_AGENT] = agent
    period = w.rows.period[row] if w.options[1] == 1 else w.clock.period[0]
    law = w.classes.group_laws[w.classes.handling[of, period] + w.staff.group[agent]]
    w.rows.phase[row] = TALKING
    enter(w, row, now_ms + draw_ms(w, law, w.keys[of, HANDLING], w.rows.number[row]))


@compiled
def patience_ends_ms(w: World, row: int) -> int:
    """When a contact gives up, if nobody has taken it by then."""
    if w.rows.ends_ms[row] == UNKNOWN_YET:
        of = w.rows.of[row]
        law = w.classes.patience[of, w.rows.period[row]]
        entered_ms = w.notes.outcomes[w.rows.outcome[row], O_ENTERED]
        lasts_ms = draw_ms(w, law, w.keys[of, PATIENCE], w.rows.number[row])
        w.rows.ends_ms[row] = min(entered_ms + lasts_ms, LATER)
    return w.rows.ends_ms[row]


@compiled
def waits(w: World, now_ms: int, row: int) -> None:
    """Nobody has room for it now."""
    due_ms = patience_ends_ms(w, row)
    if w.rows.asked[row] == 0 and w.classes.callback_ms[w.rows.of[row]] < LATER:
        entered_ms = w.notes.outcomes[w.rows.outcome[row], O_ENTERED]
        due_ms = min(due_ms, entered_ms + w.classes.callback_ms[w.rows.of[row]])
    w.rows.phase[row] = IN_LINE
    enter(w, row, max(due_ms, now_ms))


@inlined
def comes(w: World, now_ms: int, of: int, number: int) -> None:
    """A customer turns to the centre: to a menu first, or to a queue at once."""
    row = new_row(w, of, number, 0)
    w.clock.contacts[0] += 1
    note_stay(w, row, w.clock.contacts[0], 0, ARRIVAL, now_ms, now_ms)
    turns_to(w, now_ms, row)


@compiled
def turns_to(w: World, now_ms: int, row: int) -> None:
    of = w.rows.of[row]
    classes = w.classes
    law = classes.self_care[of, w.clock.period[0]]
    if law == NOTHING and classes.served[of] + classes.left[of] <= 0.0:
        joins(w, now_ms, row)
        return
    w.rows.phase[row] = COMING
    enter(w, row, now_ms + draw_ms(w, law, w.keys[of, SELF_CARE_TIME], w.rows.number[row]))


@compiled
def leaves_self_care(w: World, now_ms: int, row: int) -> None:
    """Served there, gone, or on the way to a queue."""
    of = w.rows.of[row]
    chosen = uniform(w.keys[of, SELF_CARE], w.rows.number[row], 0)
    if chosen < w.classes.served[of]:
        note_end(w, row, now_ms, CLOSED, RESOLVED)
        free_row(w, row)
    elif chosen < w.classes.served[of] + w.classes.left[of]:
        note_end(w, row, now_ms, ABANDONED, LEFT_UNANSWERED)
        free_row(w, row)
    else:
        joins(w, now_ms, row)


@compiled
def joins(w: World, now_ms: int, row: int) -> None:
    """Takes its place in the line that admits it, and is served at once where that can be."""
    at, of = w.rows.outcome[row], w.rows.of[row]
    w.notes.outcomes[at, O_ENTERED] = now_ms
    queue = admitting(w, w.classes.queue[of])
    if queue == REFUSED:
        w.notes.outcomes[at, O_LINE] = w.classes.queue[of]
        turned_away(w, now_ms, row)
        return
    line = line_for(w, queue, of)
    w.notes.outcomes[at, O_LINE] = line
    w.rows.phase[row] = IN_LINE
    contact = w.notes.outcomes[at, 1]
    events.enter(w.k, row, contact, line, now_ms, now_ms, NOBODY, 0)
    if is_swift(w.k) and comes_alone(w.k, line):
        agent = taken_on_arrival(w.k, now_ms, row)
        if agent == NOBODY:
            waits(w, now_ms, row)
        else:
            taken(w, now_ms, row, agent)
        return
    events.contact_waits(w.k, now_ms, row)
    settle_all(w, now_ms)
    if w.rows.phase[row] == IN_LINE and w.k.contacts.place[row] == WAITING:
        waits(w, now_ms, row)


@compiled
def turned_away(w: World, now_ms: int, row: int) -> None:
    note_end(w, row, now_ms, CLOSED, TURNED_AWAY)
    comes_again(w, now_ms, row, w.classes.retry[w.rows.of[row]], RETRY)
    free_row(w, row)


@compiled
def overflows(w: World, now_ms: int, row: int) -> None:
    """It has waited so long in a queue that it goes on to another one, or leaves."""
    of = w.rows.of[row]
    queue = w.queues.sends_to[w.k.queues.base[w.k.contacts.queue[row]]]
    if queue != NOTHING:
        queue = open_queue(w, queue)
    if queue < 0:
        events.contact_leaves(w.k, now_ms, row)
        turned_away(w, now_ms, row)
        return
    note_end(w, row, now_ms, OVERFLOWED, NOTHING)
    at = note_next_stay(w, row, OVERFLOW, now_ms)
    line = line_for(w, queue, of)
    w.notes.outcomes[at, O_LINE] = line
    events.contact_overflows(w.k, now_ms, row, line)


@compiled
def abandons(w: World, now_ms: int, row: int) -> None:
    events.contact_leaves(w.k, now_ms, row)
    note_end(w, row, now_ms, ABANDONED, LEFT_UNANSWERED)
    comes_again(w, now_ms, row, w.classes.retry[w.rows.of[row]], RETRY)
    free_row(w, row)
    settle_all(w, now_ms)


@compiled
def comes_in_again(w: World, now_ms: int, row: int) -> None:
    """Whoever was to come again does, as a contact of its own about the same request; not after closing."""
    if w.clock.period[0] >= len(w.edges_ms) - 1:
        free_row(w, row)
        return
    request = NOTHING - w.rows.outcome[row]
    w.rows.period[row] = w.clock.period[0]
    w.clock.contacts[0] += 1
    at = note_stay(w, row, w.clock.contacts[0], 0, ARRIVAL, now_ms, now_ms)
    w.notes.outcomes[at, O_REQUEST] = request
    turns_to(w, now_ms, row)


@compiled
def goes_on(w: World, now_ms: int, row: int, to: int) -> None:
    """Handed on to wait and be handled as another class; it keeps its arrival."""
    agent = w.k.contacts.agent[row]
    note_end(w, row, now_ms, TRANSFERRED, NOTHING)
    w.rows.number[row] = derived(w, row)
    w.rows.again[row] += 1
    w.rows.of[row], w.rows.ends_ms[row], w.rows.asked[row] = to, UNKNOWN_YET, 0
    at = note_next_stay(w, row, TRANSFER, now_ms)
    line = line_for(w, w.classes.queue[to], to)
    w.notes.outcomes[at, O_LINE] = line
    w.rows.phase[row] = IN_LINE
    events.contact_moves(w.k, now_ms, row, line, w.k.contacts.arrived_ms[row], NOBODY, 0)
    freed(w, now_ms, agent)
    settle_all(w, now_ms)
    if w.rows.phase[row] == IN_LINE and w.k.contacts.place[row] == WAITING:
        waits(w, now_ms, row)


@inlined
def handled(w: World, now_ms: int, row: int) -> None:
    """The customer has gone; the agent is free at once, or after the work that follows."""
    agent, of = w.k.contacts.agent[row], w.rows.of[row]
    to = handed_on(w, row)
    if to != NOTHING:
        goes_on(w, now_ms, row, to)
        return
    share, law = w.classes.again[of], w.classes.wrap_up[of, w.clock.period[0]]
    again = share > 0.0 and comes_again(w, now_ms, row, share, AGAIN)
    note_end(w, row, now_ms, CLOSED, UNRESOLVED if again else RESOLVED)
    wraps_ms = 0 if law == NOTHING else draw_ms(w, law, w.keys[of, WRAP_UP], w.rows.number[row])
    if wraps_ms > 0:
        w.notes.outcomes[w.rows.outcome[row], O_LEFT] = now_ms + wraps_ms
        w.rows.phase[row], w.rows.due_ms[row] = GONE, LATER
        events.contact_wraps(w.k, now_ms, row, now_ms + wraps_ms)
    else:
        events.contact_leaves(w.k, now_ms, row)
        free_row(w, row)
        freed(w, now_ms, agent)
    settle_all(w, now_ms)


@inlined
def loses_patience(w: World, now_ms: int, row: int) -> None:
    """Its patience ends, or it is asked whether to be called back in turn."""
    if patience_ends_ms(w, row) <= now_ms:
        abandons(w, now_ms, row)
        return
    of = w.rows.of[row]
    w.rows.asked[row] = 1
    if chance(w, of, CALLBACK, w.rows.number[row], w.classes.callback[of]):
        w.rows.ends_ms[row] = LATER
        queue = w.classes.callback_queue[of]
        if queue != NOTHING:
            line, arrived_ms = line_for(w, queue, of), w.k.contacts.arrived_ms[row]
            events.contact_moves(w.k, now_ms, row, line, arrived_ms, NOBODY, 0)
            w.notes.outcomes[w.rows.outcome[row], O_LINE] = line
            settle_all(w, now_ms)
    if w.rows.phase[row] == IN_LINE and w.k.contacts.place[row] == WAITING:
        waits(w, now_ms, row)


@compiled
def answers(w: World, now_ms: int, row: int) -> None:
    """An offer has rung so long that it is accepted, or the customer has given up meanwhile."""
    if w.rows.ends_ms[row] <= now_ms:
        abandons(w, now_ms, row)
    else:
        accepted(w, now_ms, row)
        settle_all(w, now_ms)


@inlined
def acts(w: World, now_ms: int, row: int) -> None:
    """The instant of a contact has come."""
    phase = w.rows.phase[row]
    w.rows.due_ms[row] = LATER
    if phase == TALKING:
        handled(w, now_ms, row)
    elif phase == IN_LINE:
        loses_patience(w, now_ms, row)
    elif phase == RINGING:
        answers(w, now_ms, row)
    elif w.rows.outcome[row] < 0:
        comes_in_again(w, now_ms, row)
    else:
        leaves_self_care(w, now_ms, row)
