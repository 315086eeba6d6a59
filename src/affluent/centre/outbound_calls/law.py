"""Which calls may be made, and why others may not. Pure: the rules, what is known of the number, and the instant go in.

French rules for prospecting: code de la consommation L223-1 (consent that can be proved, since 11 August 2026) and
D223-9 (Monday to Friday 10 to 13 h and 14 to 20 h, at most 4 in 30 days, 60 days of silence after a refusal). They are
starting values: the centre's own rules replace them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

from affluent.centre.calling.call_hours import CallHours, Window, allowed, next_allowed
from affluent.facts.instants import DAY_MS

WORKDAYS = frozenset(range(5))


class Purpose(StrEnum):
    """Why somebody is called."""

    SERVICE = "service"
    """About a request or a contract of theirs."""
    PROSPECTING = "prospecting"
    """To sell them something."""


class Said(StrEnum):
    """What somebody said about being called."""

    GIVEN = "given"
    REFUSED = "refused"
    """Not now: they are left in peace for a time."""
    OPPOSED = "opposed"
    """Never again."""


@dataclass(frozen=True, slots=True)
class Law:
    """The rules of one country for one purpose. `most` calls in `per_days` days; 0 for no limit."""

    hours: CallHours
    needs_consent: bool = False
    heeds_lists: bool = False
    """Whether who stands on a list of those not to be called is not, unless they consented."""
    most: int = 0
    per_days: int = 30
    silence_days: int = 0
    """After a refusal."""


def _hours(*spans: tuple[int, int], days: frozenset[int], holidays: bool = False) -> CallHours:
    return CallHours(tuple(Window(first * 60, last * 60, days) for first, last in spans), "", holidays)


_SERVICE: Final = Law(_hours((8, 20), days=frozenset(range(6))), silence_days=0)
_CAREFUL: Final = Law(
    _hours((10, 13), (14, 20), days=WORKDAYS), needs_consent=True, heeds_lists=True, most=4, silence_days=60
)
LAWS: Final[Mapping[tuple[str, Purpose], Law]] = {
    ("FR", Purpose.PROSPECTING): _CAREFUL,
    ("DE", Purpose.PROSPECTING): Law(
        _hours((9, 18), days=WORKDAYS), needs_consent=True, heeds_lists=True, most=4, silence_days=60
    ),
    ("ES", Purpose.PROSPECTING): Law(
        _hours((9, 21), days=WORKDAYS), needs_consent=True, heeds_lists=True, most=4, silence_days=60
    ),
}
"""By country. One that is not named has the careful rules for prospecting, and the usual ones for service."""


def law_of(country: str, purpose: Purpose, own: Mapping[tuple[str, Purpose], Law] | None = None) -> Law:
    """The rules for a number of `country`: the centre's own, else the ones we start with."""
    usual = _SERVICE if purpose is Purpose.SERVICE else _CAREFUL
    found = (own or {}).get((country, purpose)) or LAWS.get((country, purpose), usual)
    hours = CallHours(found.hours.windows, country, found.hours.holidays)
    return Law(hours, found.needs_consent, found.heeds_lists, found.most, found.per_days, found.silence_days)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a number, for one purpose. `said` is the latest word on it, with its instant and number."""

    said: Said | None = None
    said_ms: int = 0
    said_id: int | None = None
    listed: bool = False
    called_ms: Sequence[int] = ()
    """When it was called for this purpose, whoever did it."""


@dataclass(frozen=True, slots=True)
class Forbidden:
    """Why a call may not be made: a code with its parameters; `until_ms` when it may be, None if never by waiting."""

    code: str
    until_ms: int | None = None
    params: Mapping[str, Any] | None = None


def forbidden(law: Law, known: Known, zones: Sequence[str], at_ms: int) -> Forbidden | None:
    """What forbids a call at this instant; None when nothing does. What no waiting helps comes first.

    `until_ms` is when no rule forbids it any more, as far as is known now.
    """
    found = _first(law, known, zones, at_ms)
    if found is None:
        return None
    ends_ms = found.until_ms
    # One rule may end where another one begins to forbid: each answers for an instant later than the one asked of.
    while ends_ms is not None and (then := _first(law, known, zones, ends_ms)) is not None:
        ends_ms = then.until_ms
    return Forbidden(found.code, ends_ms, found.params)


def _first(law: Law, known: Known, zones: Sequence[str], at_ms: int) -> Forbidden | None:
    """The first rule that forbids a call at this instant, and when that one ends."""
    if known.said is Said.OPPOSED:
        return Forbidden("call_opposed")
    consents = known.said is Said.GIVEN
    if law.heeds_lists and known.listed and not consents:
        return Forbidden("call_listed")
    silent_until_ms = known.said_ms + law.silence_days * DAY_MS
    if known.said is Said.REFUSED and at_ms < silent_until_ms:
        return Forbidden("call_refused_before", silent_until_ms, {"days": law.silence_days})
    if law.needs_consent and not consents:
        return Forbidden("call_without_consent")
    recent = sorted(one for one in known.called_ms if one > at_ms - law.per_days * DAY_MS)
    if law.most and len(recent) >= law.most:
        free_ms = recent[-law.most] + law.per_days * DAY_MS
        return Forbidden("call_too_often", free_ms, {"most": law.most, "days": law.per_days})
    if not allowed(law.hours, zones, at_ms):
        return Forbidden("call_not_now", next_allowed(law.hours, zones, at_ms))
    return None


def as_written(law: Law) -> dict[str, Any]:
    """The rules as they are kept beside a call, as its proof."""
    told = asdict(law)
    told["hours"]["windows"] = [{**one, "days": sorted(one["days"])} for one in told["hours"]["windows"]]
    return told
