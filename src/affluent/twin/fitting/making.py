"""The scenario that a history makes: a typical day of one kind, or recorded days lived again."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from affluent.facts.media import SYNCHRONOUS, Medium
from affluent.measure.outcomes import Ints
from affluent.routing.document.reading import Noun
from affluent.routing.policy import AgentRule, MediumRule, Policy, QueueRule, SkillNeed, TierStep
from affluent.twin.fitting.choosing import handling_law, law_of, patience_law
from affluent.twin.fitting.incidents import Incident, incidents, outside, quarters
from affluent.twin.fitting.learning import ClassLaws, Learned, TooLittle, edges_of, seen_of
from affluent.twin.fitting.log import Log
from affluent.twin.fitting.returning import Returning
from affluent.twin.fitting.staffing import Team, whole
from affluent.twin.fitting.yielding import MOST_MS
from affluent.twin.scenario import laws
from affluent.twin.scenario.laws import Law
from affluent.twin.scenario.scenario import ContactClass, Group, Instants, Rates, Return, Scenario

EACH_MS = 1_800_000
"""The periods of a typical day."""
_FULL_UNITS = 60
_OFFER_MS = 20_000
_NAME_MOST = 60
_RATE_DIGITS = 2
_TRICKLE = 0.001
"""Of the day's contacts in one interval."""
_ANYBODY = 0.25


def typical(found: Learned, kind: str) -> Scenario:
    """A day as those of one kind are: mean rates, with the busyness by which days differ. Raises `TooLittle`."""
    told = found.profile(kind)
    if told is None or kind == "closed":
        raise TooLittle("no_such_day")
    _, profile, busy = told
    places = [found.days.index(one) for one in profile.days]
    intervals = profile.counts.shape[2]
    merged = EACH_MS // found.interval_ms
    by_day = [np.mean([team.of_day(place, intervals) for place in places], axis=0) for team in found.teams]
    staff = [one.reshape(-1, merged).mean(axis=1) for one in by_day]
    counts = profile.counts.reshape(*profile.counts.shape[:2], -1, merged).sum(axis=3)
    open_from, open_to = _open(counts.sum(axis=(0, 1)), np.sum(staff, axis=0))
    rates = counts.mean(axis=0)[:, open_from:open_to] * (3_600_000 / EACH_MS)
    queues = sorted(one.queue for one in found.classes)
    classes: list[ContactClass] = []
    for one in found.classes:
        place = queues.index(one.queue)
        own = profile.of_class(place)
        back = _first_times(one)
        per_hour = tuple(round(float(rate) * back, _RATE_DIGITS) for rate in rates[place])
        classes.append(_class(found, one, Rates(per_hour), own.shape, returns=True))
    return _scenario(
        found, f"{found.log.name} ({kind})", tuple(classes), [one[open_from:open_to] for one in staff],
        EACH_MS, starts_ms=open_from * EACH_MS, busyness=busy.shape,
    )  # fmt: skip


def disturbed(found: Learned, log: Log, first: date, last: date) -> list[Incident]:
    """The incidents of recorded days, by their arrivals alone and what the fitted days have as usual."""
    told: list[Incident] = []
    live = log.stays.entered_ms[(log.stays.number == 0) & (log.stays.synchronous == 1)]
    for day in log.days():
        usual = found.usual.get(day.weekday())
        if first <= day <= last and usual is not None:
            at_ms = log.midnight_ms(day)
            told += incidents(quarters(live, at_ms), usual, at_ms)
    return told


def lived(found: Learned, log: Log, first: date, last: date, without: Sequence[Incident] = ()) -> Scenario:
    """Recorded days again: those who came when they came, those who were seen at work, and the fitted laws.

    Who came back is among those who came: nobody returns beside them. Who came in an incident of `without` does not
    come. Raises `TooLittle`.
    """
    from_ms, to_ms = log.midnight_ms(first), log.midnight_ms(last) + 86_400_000
    of_days = log.between(from_ms, to_ms)
    days = [one for one in log.days() if first <= one <= last]
    if not len(of_days.stays) or not days:
        raise TooLittle("nothing")
    edges = edges_of(log, days, found.interval_ms)
    new = set(np.unique(of_days.stays.agent_id).tolist()) - {
        agent for team in found.teams for agent in team.team.agents
    }
    staff = []
    for place, one in enumerate(found.teams):
        # Who was not there when the laws were found works with the largest team.
        more = tuple(sorted(agent for agent in new if agent > 0)) if place == 0 else ()
        team = Team(one.team.queues, (*one.team.agents, *more))
        staff.append(seen_of(of_days, team, edges, found.pace, whole_largest=place == 0) * one.presence)
    came = of_days.stays.where((of_days.stays.number == 0) & outside(of_days.stays.entered_ms, without))
    classes = tuple(
        _class(
            found, one, _instants(came.entered_ms[came.queue_id == one.queue], from_ms), None, returns=False
        )
        for one in found.classes
    )
    return _scenario(
        found, f"{found.log.name}, {first.isoformat()}" + ("" if first == last else f" .. {last.isoformat()}"),
        classes, staff, found.interval_ms, starts_ms=0, busyness=None,
    )  # fmt: skip


def _instants(at_ms: Ints, from_ms: int) -> Instants:
    return Instants(tuple((np.sort(at_ms) - from_ms).tolist()))


def _open(counts: Ints, staff: np.ndarray) -> tuple[int, int]:
    """The intervals of the opening hours: where somebody works, or more than a trickle comes."""
    busy = np.flatnonzero((counts >= _TRICKLE * counts.sum()) | (staff >= _ANYBODY))
    return int(busy[0]), int(busy[-1]) + 1


def _first_times(one: ClassLaws) -> float:
    """The share of arrivals that are not of somebody coming back: those the scenario's own returns bring."""
    back = 0.0
    if one.retry is not None and one.retry.certain:
        back += one.left / one.contacts * one.retry.share
    if one.again is not None and one.again.certain:
        back += one.answered / one.contacts * one.again.share
    return max(0.0, 1.0 - back)


def _class(
    found: Learned, one: ClassLaws, arrivals: Rates | Instants, busyness: float | None, *, returns: bool
) -> ContactClass:
    step_ms = found.log.step_ms
    by_group = {
        found.teams[place].name: (handling_law(times),)
        for place, times in sorted(one.by_team.items())
        if one.queue in found.teams[place].team.queues
    }
    return ContactClass(
        name=_plain(one.name),
        queue=one.queue,
        handling=(handling_law(one.handling),),
        arrivals=arrivals,
        busyness=_rounded(busyness),
        handling_by_group=by_group,
        wrap_up=_wrap_up(found, one),
        patience=(laws.NEVER,)
        if one.patience is None
        else (patience_law(one.patience, step_ms, found.patience),),
        retry=_return(one.retry) if returns else None,
        again=_return(one.again) if returns else None,
    )


def _wrap_up(found: Learned, one: ClassLaws) -> tuple[Law, ...]:
    if one.wrap_up is not None:
        return (handling_law(one.wrap_up),)
    if found.unseen is not None and one.medium in SYNCHRONOUS:
        return (law_of(found.unseen),)
    return ()


def _return(told: Returning | None) -> Return | None:
    if told is None or not told.certain:
        return None
    return Return(round(told.share, 4), (laws.Exponential(max(1, round(told.after_ms))),))


def _scenario(
    found: Learned, name: str, classes: tuple[ContactClass, ...], staff: list[np.ndarray], interval_ms: int, *,
    starts_ms: int, busyness: float | None,
) -> Scenario:  # fmt: skip
    media = sorted({one.medium for one in found.classes})
    yielding = any(one.yields_ms for one in found.classes)
    queues = tuple(
        QueueRule(
            id=one.queue, medium=one.medium.value, target_ms=max(1, one.target_ms), offer_ms=_OFFER_MS,
            skills=(SkillNeed(one.queue),), tier=1 if yielding and not one.yields_ms else 0,
            tier_steps=(TierStep(1, after_ms=one.yields_ms),) if 0 < one.yields_ms < MOST_MS else (),
        )
        for one in found.classes
    )  # fmt: skip
    groups: list[Group] = []
    next_id = 1
    for seen, wanted in zip(found.teams, staff, strict=True):
        present = whole(wanted)
        rule = AgentRule(
            id=0,
            skills={queue: 1 for queue in seen.team.queues if queue in {one.queue for one in found.classes}},
            limits={medium.value: seen.at_once.get(medium, 1) for medium in media},
        )
        most = max(present, default=0)
        if most:
            rules = tuple(
                AgentRule(id=next_id + place, skills=rule.skills, limits=rule.limits) for place in range(most)
            )
            groups.append(Group(seen.name, rules, present))
            next_id += most
    if not groups:
        raise TooLittle("nobody_works")
    names: dict[Noun, Mapping[int, str]] = {
        "queue": {one.queue: _plain(one.name) for one in found.classes},
        "skill": {one.queue: _plain(one.name) for one in found.classes},
    }
    policy = Policy(
        media=tuple(MediumRule(medium.value, _units(found, medium)) for medium in media),
        skills=frozenset(one.queue for one in found.classes),
        queues=queues,
        agents=tuple(rule for group in groups for rule in group.rules),
    )
    kept = {group.name for group in groups}
    return Scenario(
        policy=policy,
        classes=tuple(_of_groups(one, kept) for one in classes),
        groups=tuple(groups),
        periods_ms=(interval_ms,) * len(staff[0]),
        name=name[:_NAME_MOST],
        starts_ms=starts_ms,
        busyness=_rounded(busyness),
        names=names,
    )


def _of_groups(one: ContactClass, groups: set[str]) -> ContactClass:
    return replace(
        one, handling_by_group={name: told for name, told in one.handling_by_group.items() if name in groups}
    )


def _units(found: Learned, medium: Medium) -> int:
    at_once = max((team.at_once.get(medium, 1) for team in found.teams), default=1)
    return _FULL_UNITS // at_once if medium in SYNCHRONOUS else min(12, _FULL_UNITS)


def _rounded(shape: float | None) -> float | None:
    return None if shape is None else round(shape, _RATE_DIGITS)


def _plain(name: str) -> str:
    """A name as a document may have it."""
    return " ".join(name.split())[:_NAME_MOST] or "?"
