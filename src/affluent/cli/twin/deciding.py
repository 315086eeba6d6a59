"""A recording lived through again: under its own rules, where nothing may differ, and under others."""

from dataclasses import dataclass, replace

from affluent.centre.deciding_again import ALWAYS_DECIDED, Again, Difference, Line, Recording, tell
from affluent.centre.explaining import OfferTold, past
from affluent.centre.rules_changed import changed
from affluent.facts.engine import AgentRuleFollowed, EngineBuilt, EngineMarked, RulesChanged, RulesFollowed
from affluent.facts.media import SYNCHRONOUS, Medium
from affluent.routing.explain import Explanation
from affluent.routing.plain import from_plain
from affluent.routing.policy import AgentRule, Policy
from affluent.routing.standing import Standing
from affluent.twin.replaying.changing import BuiltAt, RulesAt
from affluent.twin.replaying.compared import Compared, agreement, compared
from affluent.twin.replaying.guessing import NEVER_MS, Guesses, patience_known
from affluent.twin.replaying.lives import Day, Told, day_of
from affluent.twin.replaying.rerun import LATE_MS, Rerun

MOVED_MAX = 50


@dataclass(frozen=True, slots=True)
class SameRules:
    """`decided` of the journal's decisions were held to, `same` came out the same. `why`: who could have had the
    contact of the first difference then.
    """

    decided: int
    same: int
    differences: list[Difference]
    why: Explanation | None
    from_ms: int
    to_ms: int


@dataclass(frozen=True, slots=True)
class OtherRules:
    """`agreement`: the share of visits that the same rerun under the rules of the day answers as then. `present`: the
    queues whose customers wait there, and may leave."""

    compared: Compared
    agreement: float
    replications: int
    not_followed: int
    present: frozenset[int]


def decide_again(recording: Recording) -> SameRules:
    """Every decision of a recording, held to what is decided now."""
    again, decided, same = Again(recording), 0, 0
    found: list[Difference] = []
    first_ms = last_ms = None
    for line in recording.lines():
        difference = again.step(line)
        decides = line.kind in ALWAYS_DECIDED
        decided += decides
        first_ms = line.at_ms if first_ms is None else first_ms
        last_ms = line.at_ms
        if difference is not None:
            found.append(difference)
        elif decides and again.router is not None:
            same += 1
    last = again.close()
    if last is not None:
        found.append(last)
    why = _why(recording, found[0]) if found else None
    return SameRules(decided, same, found, why, first_ms or 0, last_ms or 0)


def _why(recording: Recording, difference: Difference) -> Explanation | None:
    """Who could have the contact of a difference, as it is decided now."""
    now = difference.now
    if now is None or now.kind != "offered":
        return None
    offer = OfferTold(difference.seq, difference.at_ms, now.agent or 0, "", ())
    found = past(recording, now.contact, offer)
    return None if isinstance(found, str) else found


def day_of_recording(recording: Recording) -> tuple[Day, Policy, Standing, list[RulesAt | BuiltAt]]:
    """What people did, the rules it began with, who stood there, when the rules changed and engines were built."""
    lines = iter(recording.lines())
    first = next(one for one in lines if isinstance(one.fact, EngineBuilt | EngineMarked))
    assert isinstance(first.fact, EngineBuilt | EngineMarked), "just looked for"
    version = first.fact.version_id
    standing, policy = recording.standing(first.fact.mark_id), recording.rules(version)
    changes: list[RulesAt | BuiltAt] = []
    told: list[Told] = []
    followed = version, policy
    for line in lines:
        followed = _changes(recording, line, *followed, changes)
        if line.fact is not None:
            told.append(Told(line.seq, line.fact))
    return day_of(told, standing.contacts, standing.now_ms), policy, standing, changes


def _changes(
    recording: Recording, line: Line, version: int, policy: Policy, changes: list[RulesAt | BuiltAt]
) -> tuple[int, Policy]:
    """Notes other rules and engines built anew; the version that holds from here on (0: none kept), and its rules."""
    match line.fact:
        case EngineBuilt(mark_id=mark_id) as fact:
            policy = recording.rules(fact.version_id)
            changes.append(BuiltAt(line.seq, line.at_ms, recording.standing(mark_id), policy))
            return fact.version_id, policy
        case RulesFollowed() as fact:
            if fact.version_id != version:
                policy = recording.rules(fact.version_id)
                changes.append(RulesAt(line.seq, line.at_ms, policy))
            return fact.version_id, policy
        case RulesChanged(changes=told):
            policy = changed(policy, told)
            changes.append(RulesAt(line.seq, line.at_ms, policy))
            return 0, policy
        case AgentRuleFollowed(rule=plain):
            rule = from_plain(AgentRule, plain)
            changes.append(RulesAt(line.seq, line.at_ms, rule))
            agents = tuple(rule if one.id == rule.id else one for one in policy.agents)
            return 0, replace(policy, agents=agents)
        case _:
            return version, policy


def lived_otherwise(
    day: Day,
    known: Policy,
    policy: Policy,
    standing: Standing,
    changes: list[RulesAt | BuiltAt],
    replications: int,
    seed: int,
    *,
    late_ms: int = LATE_MS,
) -> OtherRules:
    """The day under other rules, as often as asked; and once under its own, to say how far to trust it."""
    present = [one.id for one in known.queues if Medium(one.medium) in SYNCHRONOUS]
    # Under its own rules it was looked at deadlines when it was, however late.
    own = Rerun(day, known, standing, Guesses(day, present, seed), tell, late_ms=NEVER_MS)
    own.follow(changes)
    # Other rules hold all day; that the engine was lost happened whatever the rules.
    built = [replace(one, rules=None) for one in changes if isinstance(one, BuiltAt)]
    own.live()
    reruns: list[Rerun] = []
    for number in range(replications):
        guesses = Guesses(day, present, seed + number)
        rerun = Rerun(day, policy, standing, guesses, tell, late_ms=late_ms)
        rerun.follow(built)
        rerun.live()
        reruns.append(rerun)
    targets = {one.id: one.target_ms for one in known.queues}
    found = compared(day, [one.came for one in reruns], targets, patience_known(day, present), MOVED_MAX)
    missed = max((one.not_followed for one in reruns), default=0)
    return OtherRules(found, agreement(day, own.came), replications, missed, frozenset(present))
