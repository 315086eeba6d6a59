"""A journal lived through once more: the engine is told its facts and must decide what was decided then.

A journal is kept where `AFFLUENT_KEEP_JOURNAL` says while `test_again.py` runs: tests/journals holds some.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from affluent.centre.deciding_again import ALWAYS_DECIDED, Again, Difference, Recording
from affluent.centre.follow import TRANSFERRED, follow
from affluent.routing import Router
from affluent.routing.decisions import Decision, Offered, OfferExpired, PulledBack
from affluent.routing.document import Naming, read_policy, write_policy
from affluent.routing.policy import Policy
from affluent.storage.journal_reading import fact_of

DECIDED = {"ContactOffered", "OfferExpired", "OfferWithdrawn", "OfferPulledBack"}


def decided_again(policy: Policy, rows: Iterable[Mapping[str, Any]]) -> int:
    """Tells a new engine the facts in their order; fails where it decides otherwise. How many decisions agreed."""
    router = Router(policy)
    due: list[tuple[Any, ...]] = []
    agreed = 0
    for row in rows:
        due += [said(one) for one in router.advance(row["at_ms"])]
        if row["kind"] in DECIDED:
            assert due, f"the journal's {row['kind']} at {row['seq']} is not decided again"
            assert due.pop(0) == told(row)
            agreed += 1
            continue
        fact = fact_of(row)
        if fact is not None:
            due += [said(one) for one in follow(router, fact, row["at_ms"]) or []]
    assert due == [], "decided now, and not then"
    return agreed


def told_again(recording: Recording) -> tuple[int, list[Difference]]:
    """How many offers and ends of offers were decided as then, and every difference."""
    again, same = Again(recording), 0
    found: list[Difference] = []
    for line in recording.lines():
        before = again.router
        difference = again.step(line)
        if difference is not None:
            found.append(difference)
        elif before is not None and line.kind in ALWAYS_DECIDED:
            same += 1
    last = again.close()
    return same, found if last is None else [*found, last]


def said(decision: Decision) -> tuple[Any, ...]:
    """A decision as the journal would tell it."""
    match decision:
        case Offered():
            why = [one.code for one in decision.why]
            return ("offered", decision.contact, decision.agent, decision.expires_ms, why)
        case OfferExpired():
            return ("ended", decision.contact, decision.agent)
        case PulledBack():
            return ("pulled", decision.contact, decision.agent)
        case _:
            raise AssertionError(decision)


def told(row: Mapping[str, Any]) -> tuple[Any, ...]:
    if row["kind"] == "OfferPulledBack":
        return ("pulled", row["contact_id"], row["agent_id"])
    if row["kind"] != "ContactOffered":
        return ("ended", row["contact_id"], row["agent_id"])
    # Who asked for an agent by name is the centre's knowledge: the engine knows for whom it was kept.
    why = ["same_agent" if code == TRANSFERRED else code for code, _ in row["data"]["why"]]
    return ("offered", row["contact_id"], row["agent_id"], row["data"]["expires_ms"], why)


def keep(folder: Path, policy: Policy, rows: Iterable[Mapping[str, Any]]) -> None:
    """Writes a journal and its policy where `kept` finds them."""
    (folder / "policy.yaml").write_text(write_policy(policy, Naming({})), encoding="utf-8")
    lines = [json.dumps(dict(row), sort_keys=True) for row in rows]
    (folder / "journal.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def kept(folder: Path) -> tuple[Policy, list[dict[str, Any]]]:
    policy = read_policy((folder / "policy.yaml").read_text(encoding="utf-8")).policy
    lines = (folder / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    return policy, [json.loads(line) for line in lines]
