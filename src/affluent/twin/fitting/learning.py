"""Everything that a history tells of a centre, put together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from affluent.facts.media import Medium, Outcome
from affluent.measure.outcomes import MEDIA, OUTCOMES, End, Ints, Stays
from affluent.twin.fitting.arrivals import Busyness, Kind, Profile, kinds_of, of_weekday
from affluent.twin.fitting.choosing import Patience, patience_of, stretched
from affluent.twin.fitting.handling import Times, differ, times_of
from affluent.twin.fitting.incidents import (
    Incident,
    Usual,
    incidents_of_kind,
    mended,
    outside,
    quarters,
    usual_of,
)
from affluent.twin.fitting.log import Log, by_day
from affluent.twin.fitting.returning import Returning, returning
from affluent.twin.fitting.staffing import Team, between, covering, present, teams_of
from affluent.twin.fitting.survival import ANSWERED, FEWEST, GONE, LEFT, Fitted, Waits, best
from affluent.twin.fitting.yielding import yields_ms

Floats = NDArray[np.float64]
RETRY_MS = 3_600_000
DAY_MS = 86_400_000
_MATTERS = 0.1
_SURE = 20
"""So many contacts of an agent weigh as much as that agents are alike."""
_SILENT, _RESOLVED, _UNRESOLVED = (
    OUTCOMES.index(one) for one in (Outcome.SILENT, Outcome.RESOLVED, Outcome.UNRESOLVED)
)


class TooLittle(Exception):
    """A history from which no scenario can be told: `code` says what is missing."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class ClassLaws:
    """The contacts of one queue."""

    name: str
    queue: int
    medium: Medium
    target_ms: int
    contacts: int
    answered: int
    left: int
    silent: int
    waited_ms: float
    """Mean, of all who came, until answered or gone."""
    patience: Patience | None
    handling: Times
    wrap_up: Times | None
    by_team: dict[int, Times]
    """Where teams differ, by place of the team."""
    by_team_p: float
    by_hour_p: float
    retry: Returning | None
    again: Returning | None
    known_ends: int
    resolved: int
    yields_ms: int
    """For how long it lets contacts of other queues go first."""

    @property
    def synchronous(self) -> bool:
        return self.patience is not None or self.medium in (Medium.VOICE, Medium.CHAT, Medium.VIDEO)


@dataclass(frozen=True, slots=True)
class TeamSeen:
    team: Team
    name: str
    seen: Floats
    """Agents who were there, by interval of all days, one day after the other, each by how fast they are."""
    presence: float
    """How many of those seen are there in effect: the days wait as they did with so many. 1 before `calibrated`."""
    at_once: dict[Medium, int]

    def of_day(self, place: int, intervals: int) -> Floats:
        return self.seen[place * intervals : (place + 1) * intervals] * self.presence


@dataclass(frozen=True, slots=True)
class Learned:
    """`profiles` stand beside `kinds`; counts by day, class and interval."""

    log: Log
    interval_ms: int
    days: tuple[date, ...]
    kinds: tuple[Kind, ...]
    profiles: tuple[Profile, ...]
    classes: tuple[ClassLaws, ...]
    teams: tuple[TeamSeen, ...]
    busyness: tuple[Busyness, ...]
    """Of the whole day, beside `kinds`."""
    unseen: Fitted | None
    """Work after a contact that the log does not show, until the agent could take the next one."""
    waited_ms: float
    left_share: float
    incidents: tuple[Incident, ...] = ()
    """Left out of all laws; arrivals in them are counted as the other days have them."""
    usual: Usual = field(default_factory=dict[int, Floats])
    patience: float = 1.0
    """By how much all wait longer than their laws say, for the days to lose as many as they did. See `calibrated`."""
    pace: Mapping[int, float] = field(default_factory=dict[int, float])
    """By agent: for how many of all agents they count, by how long their contacts take."""

    @property
    def undisturbed(self) -> Log:
        """The log without what came in incidents."""
        return self.log.where(outside(self.log.stays.entered_ms, self.incidents))

    def profile(self, name: str) -> tuple[Kind, Profile, Busyness] | None:
        """Of a kind of days, or of a weekday (`mon`)."""
        for kind, profile, busy in zip(self.kinds, self.profiles, self.busyness, strict=True):
            if kind.name == name:
                return kind, profile, busy
        return of_weekday(self.kinds, self.profiles, name)


def learned(
    log: Log, *, interval_ms: int = 300_000, progress: Callable[[str], None] = lambda _: None
) -> Learned:
    """Raises `TooLittle`."""
    stays = log.stays
    days = log.days()
    if not len(stays) or not days:
        raise TooLittle("nothing")
    progress("arrivals")
    queues = [one for one in np.unique(stays.queue_id).tolist() if one > 0]
    counts = _counts(log, days, queues, interval_ms)
    kinds = kinds_of(days, counts.sum(axis=(1, 2)).astype(np.float64))
    found, usual = _disturbed(log, days, kinds)
    midnights = np.array([log.midnight_ms(one) for one in days], np.int64)
    places = {kind.name: [days.index(one) for one in kind.days] for kind in kinds}
    for kind in kinds:
        counts = mended(counts, places[kind.name], midnights, found, interval_ms)
    profiles = tuple(Profile(kind.days, counts[places[kind.name]], interval_ms) for kind in kinds)
    progress("laws")
    calm = log.where(outside(stays.entered_ms, found))
    teams = covering(_teams(stays, log.strangers), queues)
    live = calm.stays.where((calm.stays.synchronous == 1) & (calm.stays.waited_ms >= 0))
    yields = yields_ms(
        live, queues, {agent: frozenset(team.queues) for team in teams for agent in team.agents}
    )
    unseen = _unseen_work(calm, teams)
    classes = tuple(told for one in queues if (told := _class(calm, one, teams, yields[one])) is not None)
    if not classes:
        raise TooLittle("no_handling")
    progress("staff")
    pace = paces(calm, classes, unseen, teams)
    seen = _seen(log, days, teams, pace, interval_ms)
    left = int((live.end == End.ABANDONED).sum())
    return Learned(
        log, interval_ms, tuple(days), tuple(kinds), profiles, classes, seen,
        tuple(one.whole() for one in profiles), unseen,
        float(live.waited_ms.mean()) if len(live) else 0.0, left / len(live) if len(live) else 0.0,
        tuple(found), usual, pace=pace,
    )  # fmt: skip


def _disturbed(log: Log, days: list[date], kinds: list[Kind]) -> tuple[list[Incident], Usual]:
    """The incidents of all days, by those who came for a live answer, and what is usual without them."""
    midnights: dict[object, int] = {one: log.midnight_ms(one) for one in days}

    def by_quarter(of: Log) -> dict[object, Ints]:
        came = of.stays.entered_ms[(of.stays.number == 0) & (of.stays.synchronous == 1)]
        return {day: quarters(came, at_ms) for day, at_ms in midnights.items()}

    counts = by_quarter(log)
    found = [one for kind in kinds for one in incidents_of_kind(kind, midnights, counts)]
    return sorted(found, key=lambda one: one.from_ms), usual_of(kinds, counts)


def paces(
    log: Log, classes: tuple[ClassLaws, ...], unseen: Fitted | None, teams: list[Team]
) -> dict[int, float]:
    """For how many agents each one counts: the time that contacts like theirs take by the laws (of their team, where
    it has its own), over the time that they took."""
    after = 0.0 if unseen is None else unseen.mean_ms
    laws = {one.queue: one for one in classes}
    team_of = {agent: place for place, team in enumerate(teams) for agent in team.agents}
    done = log.stays.where(
        (log.stays.answered_ms >= 0) & (log.stays.left_ms >= 0) & np.isin(log.stays.queue_id, list(laws))
    )

    def usual(queue: int, agent: int) -> float:
        law = laws[queue]
        handling = law.by_team.get(team_of.get(agent, -1), law.handling)
        return handling.mean_ms + (law.wrap_up.mean_ms if law.wrap_up else after)

    who = list(zip(done.queue_id.tolist(), done.agent_id.tolist(), strict=True))
    known = {one: usual(*one) for one in set(who)}
    expected = np.array([known[one] for one in who])
    took = done.ours_ms + done.wrap_ms + np.where(done.wrap_ms > 0, 0.0, after)
    agents, place = np.unique(done.agent_id, return_inverse=True)
    ratio = np.bincount(place, took) / np.maximum(np.bincount(place, expected), 1.0)
    times = np.bincount(place)
    shrunk = (times * ratio + _SURE) / (times + _SURE)
    return {
        int(agent): float(1 / slow) for agent, slow in zip(agents, shrunk, strict=True)
        if agent > 0 and agent not in log.strangers
    }  # fmt: skip


def _counts(log: Log, days: list[date], queues: list[int], interval_ms: int) -> Ints:
    """Arrivals by day, class and interval: those that somebody handed on arrive once, where they came first."""
    came = log.stays.where(log.stays.number == 0)
    intervals = 86_400_000 // interval_ms
    day = by_day(log, days, came.entered_ms)
    midnights = np.array([log.midnight_ms(one) for one in days], np.int64)
    # A day of 25 hours has its last hour in the last interval.
    interval = np.clip((came.entered_ms - midnights[day]) // interval_ms, 0, intervals - 1)
    place = np.searchsorted(np.array(queues), came.queue_id)
    size = len(days) * len(queues) * intervals
    flat = (day * len(queues) + place) * intervals + interval
    return np.bincount(flat, minlength=size).reshape(len(days), len(queues), intervals)


def _teams(stays: Stays, strangers: frozenset[int]) -> list[Team]:
    served = stays.where(
        (stays.agent_id > 0) & (stays.answered_ms >= 0) & ~np.isin(stays.agent_id, list(strangers))
    )
    return teams_of(served.agent_id, served.queue_id)


def _class(log: Log, queue: int, teams: list[Team], yields: int) -> ClassLaws | None:
    stays = log.stays.where(log.stays.queue_id == queue)
    media, times = np.unique(stays.medium, return_counts=True)
    medium = MEDIA[int(media[times.argmax()])]
    answered = stays.where(stays.answered_ms >= 0)
    done = answered.where(answered.left_ms >= 0)
    handling = times_of(done.ours_ms, step_ms=log.step_ms)
    if handling is None:
        everything = log.stays.where((log.stays.answered_ms >= 0) & (log.stays.left_ms >= 0))
        handling = times_of(everything.ours_ms, step_ms=log.step_ms)
    if handling is None:
        return None
    wraps = done.wrap_ms[done.wrap_ms > 0]
    by_team, by_team_p = _by_team(log, done, teams, handling.mean_ms)
    hours = (done.entered_ms // 3_600_000) % 24
    waited = stays.waited_ms[stays.waited_ms >= 0]
    targets, times = np.unique(stays.target_ms, return_counts=True)
    ended = done.where(((done.outcome == _RESOLVED) | (done.outcome == _UNRESOLVED)) & log.resolutions)
    return ClassLaws(
        log.queues.get(queue, str(queue)), queue, medium, int(targets[times.argmax()]), len(stays), len(answered),
        int((stays.end == End.ABANDONED).sum()), int((stays.outcome == _SILENT).sum()),
        float(waited.mean()) if len(waited) else 0.0, _patience(log, stays), handling,
        times_of(done.wrap_ms, step_ms=log.step_ms) if len(wraps) else None,
        by_team, by_team_p, differ([done.ours_ms[hours == one] for one in range(24)]),
        _returning(log, stays.where(stays.end == End.ABANDONED), RETRY_MS),
        _returning(log, done.where(done.end == End.CLOSED), 7 * DAY_MS if len(log.days()) >= 28 else DAY_MS),
        len(ended), int((ended.outcome == _RESOLVED).sum()), yields,
    )  # fmt: skip


def _by_team(log: Log, done: Stays, teams: list[Team], mean_ms: float) -> tuple[dict[int, Times], float]:
    """Teams whose times differ from all, by more than chance and by enough to matter."""
    samples = [done.ours_ms[np.isin(done.agent_id, team.agents)] for team in teams]
    p_value = differ(samples)
    if p_value >= 0.001:
        return {}, p_value
    told = {place: times_of(one, step_ms=log.step_ms) for place, one in enumerate(samples) if len(one) >= 100}
    matter = {
        place: one
        for place, one in told.items()
        if one is not None and abs(one.mean_ms / mean_ms - 1) > _MATTERS
    }
    return matter, p_value


def _waits(stays: Stays) -> Waits:
    """Those who waited for a live answer. Whoever is silent was gone some time before it was noticed."""
    live = stays.where((stays.synchronous == 1) & (stays.waited_ms >= 0))
    silent = live.outcome == _SILENT
    left = (live.end == End.ABANDONED) & ~silent
    return Waits(live.waited_ms, np.where(left, LEFT, np.where(silent, GONE, ANSWERED)))


def _patience(log: Log, stays: Stays) -> Patience | None:
    own = _waits(stays)
    if not len(own.waited_ms):
        return None
    if own.left >= 2 * FEWEST:
        return patience_of(own, step_ms=log.step_ms)
    everybody = _waits(log.stays)
    if everybody.left < FEWEST:
        return None
    return patience_of(stretched(everybody, own), step_ms=log.step_ms, of_all=True)


def _returning(log: Log, stays: Stays, within_ms: int) -> Returning | None:
    known = stays.where(log.known[stays.customer_id] & (stays.left_ms >= 0))
    came = log.stays.where((log.stays.number == 0) & log.known[log.stays.customer_id])
    if not len(known):
        return None
    span = (int(log.stays.entered_ms.min()), int(log.stays.entered_ms.max()))
    return returning(known.customer_id, known.left_ms, (came.customer_id, came.entered_ms), span, within_ms)


def edges_of(log: Log, days: list[date], interval_ms: int) -> Ints:
    """The intervals of all days, each day of 24 hours from its midnight."""
    intervals = 86_400_000 // interval_ms
    starts = np.array([log.midnight_ms(one) for one in days], np.int64)
    return np.append(
        (starts[:, None] + np.arange(intervals) * interval_ms).reshape(-1), starts[-1] + 86_400_000
    )


def _seen(
    log: Log, days: list[date], teams: list[Team], pace: Mapping[int, float], interval_ms: int
) -> tuple[TeamSeen, ...]:
    edges = np.maximum.accumulate(edges_of(log, days, interval_ms))
    edges = edges + np.arange(len(edges)) * (np.append(1, np.diff(edges)) == 0)
    return tuple(
        TeamSeen(
            team, f"team {place + 1}", seen_of(log, team, edges, pace, whole_largest=place == 0), 1.0,
            _at_once(log, team),
        )
        for place, team in enumerate(teams)
    )  # fmt: skip


def seen_of(
    log: Log, team: Team, edges: Ints, pace: Mapping[int, float], *, whole_largest: bool = False
) -> Floats:
    """How many of a team were there; contacts that nobody in particular took are its own when it is the largest."""
    agents = (*team.agents, *(log.strangers if whole_largest else ()))
    busy = _busy(log, team, whole_largest=whole_largest)
    counted = [(*one[:3], pace.get(agent, 1.0)) for agent, one in zip(agents, busy, strict=True)]
    came = np.sort(log.stays.entered_ms[log.stays.synchronous == 1])
    return present(counted, _waiting(log, team), came, edges)


def _busy(log: Log, team: Team, *, whole_largest: bool) -> list[tuple[bool, Ints, Ints, Ints]]:
    stays = log.stays.where((log.stays.answered_ms >= 0) & (log.stays.left_ms >= 0))
    found: list[tuple[bool, Ints, Ints, Ints]] = []
    for agent in (*team.agents, *(log.strangers if whole_largest else ())):
        own = stays.where(stays.agent_id == agent)
        live = own.synchronous == 1
        begin = np.where(live, own.answered_ms, own.answered_ms - own.ours_ms)
        end = np.where(live, own.answered_ms + own.ours_ms + own.wrap_ms, own.answered_ms)
        found.append((agent not in log.strangers, begin, end, own.waited_ms))
    return found


def _waiting(log: Log, team: Team) -> tuple[Ints, Ints]:
    stays = log.stays
    waits = stays.where(
        (stays.synchronous == 1) & (stays.waited_ms > 0) & np.isin(stays.queue_id, team.queues)
    )
    return waits.entered_ms, waits.entered_ms + waits.waited_ms


def _unseen_work(log: Log, teams: list[Team]) -> Fitted | None:
    """The work after a contact, where the log shows none."""
    live = log.stays.where(log.stays.synchronous == 1)
    if not len(live) or (live.wrap_ms > 0).any():
        return None
    parts = [between(_busy(log, team, whole_largest=False), _waiting(log, team)) for team in teams]
    waits = Waits(*(np.concatenate([getattr(one, name) for one in parts]) for name in ("waited_ms", "seen")))
    if int((waits.seen == LEFT).sum()) < FEWEST:
        return None
    return best(waits, step_ms=log.step_ms)[0]


def _at_once(log: Log, team: Team) -> dict[Medium, int]:
    """How many contacts of each medium an agent of the team had at a time, but for rare moments."""
    stays = log.stays.where(
        np.isin(log.stays.agent_id, team.agents) & (log.stays.answered_ms >= 0) & (log.stays.left_ms >= 0)
    )
    found: dict[Medium, int] = {}
    for code in np.unique(stays.medium).tolist():
        if MEDIA[code] not in (Medium.CHAT,):
            found[MEDIA[code]] = 1
            continue
        levels: list[Ints] = []
        for agent in team.agents:
            own = stays.where((stays.agent_id == agent) & (stays.medium == code))
            order = np.argsort(own.answered_ms, kind="stable")
            begin, end = own.answered_ms[order], np.sort(own.left_ms)
            levels.append(np.arange(1, len(begin) + 1) - np.searchsorted(end, begin, side="right"))
        every = np.concatenate(levels)
        found[MEDIA[code]] = max(1, int(np.quantile(every, 0.95))) if len(every) else 1
    return found
