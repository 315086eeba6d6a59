"""What of the engine's rules changed, as plain data: a small change of a large centre is a small fact."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from affluent.routing.plain import as_plain, from_plain
from affluent.routing.policy import AgentRule, Bundle, Policy, QueueRule

PIECES_MAX = 200
"""With more rules changed than these a version of all of them is kept instead."""
_PIECES: Mapping[str, type[QueueRule] | type[AgentRule] | type[Bundle]] = {
    "queues": QueueRule,
    "agents": AgentRule,
    "bundles": Bundle,
}
"""What changes by the piece; all else of a policy is short, and told as a whole."""
Rules = Sequence[QueueRule | AgentRule | Bundle]


def difference(before: Policy, after: Policy) -> dict[str, Any] | None:
    """What `changed` makes the later rules of; empty where nothing differs. None: too much to be told by the piece."""
    found: dict[str, Any] = {}
    for one in fields(Policy):
        old, new = getattr(before, one.name), getattr(after, one.name)
        if old == new:
            continue
        if one.name not in _PIECES:
            found[one.name] = as_plain(replace(_NOTHING, **{one.name: new})).get(one.name)
            continue
        pieces = _pieces(old, new)
        if len(pieces["put"]) + len(pieces["gone"]) > PIECES_MAX:
            return None
        found[one.name] = pieces
    return found


def changed(before: Policy, found: Mapping[str, Any]) -> Policy:
    """The rules before with a difference that was told. Raises KeyError, TypeError or ValueError for what is none."""
    whole = {name: told for name, told in found.items() if name not in _PIECES}
    read = from_plain(
        Policy, as_plain(_NOTHING) | {name: told for name, told in whole.items() if told is not None}
    )
    news: dict[str, Any] = {name: getattr(read, name) for name in whole}
    for name, kind in _PIECES.items():
        if name in found:
            news[name] = _put(getattr(before, name), found[name], kind)
    return replace(before, **news)


_NOTHING = Policy((), frozenset(), (), ())


def _pieces(before: Rules, after: Rules) -> dict[str, Any]:
    """`put`: new rules and other ones; `gone`: those that are no more; `order` where it is not what comes of these."""
    old = {rule.id: rule for rule in before}
    kept = {rule.id for rule in after}
    put = [rule for rule in after if old.get(rule.id) != rule]
    pieces: dict[str, Any] = {
        "put": [as_plain(rule) for rule in put],
        "gone": [rule.id for rule in before if rule.id not in kept],
    }
    order = [rule.id for rule in after]
    if order != _order(before, [rule.id for rule in put], pieces["gone"]):
        pieces["order"] = order
    return pieces


def _order(before: Rules, put: Sequence[int], gone: Sequence[int]) -> list[int]:
    """Those that stay at their places, then the new ones."""
    left = [rule.id for rule in before if rule.id not in set(gone)]
    known = set(left)
    return [*left, *(one for one in put if one not in known)]


def _put(before: Rules, pieces: Mapping[str, Any], kind: type[Any]) -> tuple[Any, ...]:
    put = {rule.id: rule for rule in (from_plain(kind, told) for told in pieces["put"])}
    rules = {rule.id: rule for rule in before} | put
    order = pieces.get("order")
    return tuple(rules[one] for one in (order or _order(before, list(put), pieces["gone"])))
