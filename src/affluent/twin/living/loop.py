"""A day, event by event: the engine's deadlines first, then staff, then contacts, then who newly comes."""

from affluent.routing import agenda as engine_agenda
from affluent.routing import events
from affluent.routing.events import NOTHING_DUE, SOME_DUE
from affluent.routing.state import NOTHING, OUTCOME_ROOM
from affluent.twin.living import agenda, arriving, staffing
from affluent.twin.living.compiled import compiled, inlined
from affluent.twin.living.contacts import acts, comes, settle_all, take_outcomes, waits
from affluent.twin.living.draws import draw_ms, key_of
from affluent.twin.living.following import new_row
from affluent.twin.living.notes import ARRIVAL, note_stay
from affluent.twin.living.queueing import line_for
from affluent.twin.living.world import AGE, IN_LINE, LATER, O_LINE, STREAMS, World

# What a day runs short of; whoever called gives more of it and calls again.
OVER, ROWS, AGENDA, OUTCOMES, PRESENCE, ENGINE_AGENDA, REFUSALS = range(7)
SPARE = 8
OVERTIME_MAX_MS = 60 * 86_400_000


@compiled
def begin(w: World, seed: int, replication: int) -> None:
    """The morning: keys of this day's draws, the first arrivals."""
    for of in range(len(w.classes.queue) + 1):
        for stream in range(STREAMS):
            w.keys[of, stream] = key_of(seed, replication, stream, of)
    arriving.begin(w)


@compiled
def short_of(w: World) -> int:
    """What the next event might need more of than there is."""
    clock = w.clock
    if clock.free[0] < SPARE:
        return ROWS
    if len(w.notes.outcomes) - clock.outcomes[0] < SPARE:
        return OUTCOMES
    if len(w.agenda) - clock.agenda[0] < OUTCOME_ROOM:
        agenda.tidy(w)
        if 2 * clock.agenda[0] > len(w.agenda) - OUTCOME_ROOM:
            return AGENDA
    if w.k.agenda.size[0] + 2 * OUTCOME_ROOM > len(w.k.agenda.row):
        engine_agenda.tidy(w.k)
        if 2 * w.k.agenda.size[0] > len(w.k.agenda.row):
            return ENGINE_AGENDA
    if w.k.refusals.free[1] < SPARE:
        return REFUSALS
    if len(w.notes.presence) - clock.presence[0] < len(w.staff.group) + SPARE:
        return PRESENCE
    return OVER


@compiled
def events_to_come(w: World) -> int:
    """For how many more events there is surely enough of everything, each being given as `short_of` asks for."""
    clock = w.clock
    return min(
        clock.free[0] // SPARE,
        (len(w.notes.outcomes) - clock.outcomes[0]) // SPARE,
        (len(w.agenda) - clock.agenda[0]) // OUTCOME_ROOM,
        (len(w.k.agenda.row) - w.k.agenda.size[0]) // (2 * OUTCOME_ROOM),
        w.k.refusals.free[1] // SPARE,
        (len(w.notes.presence) - clock.presence[0]) // (len(w.staff.group) + SPARE),
    )


@compiled
def time_passes(w: World, now_ms: int) -> None:
    """What the engine itself had noted for this instant."""
    while True:
        due = events.time_passes(w.k, now_ms)
        if due == NOTHING_DUE:
            return
        take_outcomes(w, now_ms)
        if due == SOME_DUE:
            settle_all(w, now_ms)


@inlined
def comes_next(w: World, now_ms: int) -> None:
    of = arriving.next_class(w)
    number = w.clock.drawn[of] - 1
    arriving.draw_next(w, of)
    comes(w, now_ms, of, number)


@compiled
def close(w: World, now_ms: int) -> None:
    w.clock.now_ms[0] = now_ms
    staffing.everybody_goes(w, now_ms)
    take_outcomes(w, now_ms)
    w.clock.over[0] = 1


@compiled
def enter_backlog(w: World, of: int, number: int) -> None:
    """A contact that has waited since before the day began."""
    row = new_row(w, of, (1 << 50) + number, 0)
    age_ms = draw_ms(w, w.classes.backlog_age[of, 0], w.keys[of, AGE], w.rows.number[row])
    w.clock.contacts[0] += 1
    at = note_stay(w, row, w.clock.contacts[0], 0, ARRIVAL, -age_ms, -age_ms)
    line = line_for(w, w.classes.queue[of], of)
    w.notes.outcomes[at, O_LINE] = line
    events.enter(w.k, row, w.clock.contacts[0], line, -age_ms, -age_ms, NOTHING, 0)
    # Not a 0 written out: Numba would compile the whole engine once more for it.
    now_ms = w.clock.now_ms[0]
    events.contact_waits(w.k, now_ms, row)
    w.rows.phase[row] = IN_LINE
    settle_all(w, now_ms)
    if w.rows.phase[row] == IN_LINE:
        waits(w, now_ms, row)


@compiled
def enter_backlogs(w: World) -> int:
    """All that waits in the morning: goes on where it was when it ran short."""
    for of in range(len(w.classes.queue)):
        while w.classes.backlog[of] > 0:
            short = short_of(w)
            if short != OVER:
                return short
            w.classes.backlog[of] -= 1
            enter_backlog(w, of, w.classes.backlog[of])
    return OVER


@compiled
def live(w: World) -> int:
    """Runs until the day is OVER, or until it is short of something."""
    clock, last = w.clock, len(w.edges_ms) - 1
    if clock.over[0] == 1:
        return OVER
    short = enter_backlogs(w)
    closes_ms = w.edges_ms[last] if w.options[0] == 0 else w.edges_ms[last] + OVERTIME_MAX_MS
    enough = 1
    while short == OVER:
        engine_ms, staff_ms = engine_agenda.next_due_ms(w.k), staffing.next_ms(w)
        coming_ms = arriving.next_ms(w)
        others_ms = min(engine_ms, staff_ms, coming_ms)
        people_ms = agenda.next_ms(w, others_ms)
        now_ms = min(people_ms, others_ms)
        nobody_left = coming_ms >= LATER and staff_ms >= LATER and clock.free[0] == len(w.rows.unused)
        if now_ms >= closes_ms or now_ms >= LATER or nobody_left:
            close(w, closes_ms if w.options[0] == 0 else max(clock.now_ms[0], w.edges_ms[last]))
            break
        while clock.period[0] < last and now_ms >= w.edges_ms[clock.period[0] + 1]:
            clock.period[0] += 1
        clock.now_ms[0] = max(now_ms, clock.now_ms[0])
        now_ms = clock.now_ms[0]
        if engine_ms <= now_ms:
            time_passes(w, now_ms)
        elif staff_ms <= now_ms:
            staffing.changes(w, now_ms)
            take_outcomes(w, now_ms)
            settle_all(w, now_ms)
        elif people_ms <= now_ms:
            row = w.agenda[0] & agenda.ROW_MASK
            agenda.remove_first(w)
            acts(w, now_ms, row)
        else:
            comes_next(w, now_ms)
        enough -= 1
        if enough == 0:
            short = short_of(w)
            enough = max(1, events_to_come(w))
    return short
