"""A policy that cannot work is refused with every reason; what may be meant is a warning."""

import dataclasses

import pytest

from affluent.routing import AgentRule, MediumRule, Policy, PolicyError, QueueRule, Router, SkillNeed, check

FINE = Policy(
    media=(MediumRule("chat", 20),),
    skills=frozenset({1}),
    queues=(QueueRule(10, "chat", skills=(SkillNeed(1, 2),)),),
    agents=(AgentRule(100, {1: 2}, {"chat": 3}),),
)


def codes(**changes: object) -> set[tuple[str, str]]:
    with pytest.raises(PolicyError) as refused:
        check(dataclasses.replace(FINE, **changes))  # pyright: ignore[reportArgumentType]  # any field, on purpose
    return {(reason.code, reason.where) for reason in refused.value.reasons}


def test_a_policy_that_works_has_no_reasons() -> None:
    assert check(FINE) == []


def test_a_queue_that_nobody_can_serve_is_a_warning() -> None:
    (warning,) = Router(dataclasses.replace(FINE, agents=())).warnings
    assert (warning.code, warning.where) == ("nobody_can_serve", "queue:10")


def test_every_reason_is_told_at_once() -> None:
    wrong = QueueRule(
        10, "fax", tier=11, target_ms=0, offer_ms=0, keep_ms=-1, skills=(SkillNeed(9, 7, weight=101),)
    )
    assert codes(queues=(wrong,)) == {
        ("unknown_medium", "queue:10"),
        ("tier_out_of_range", "queue:10"),
        ("target_zero", "queue:10"),
        ("offer_zero", "queue:10"),
        ("duration_out_of_range", "queue:10"),
        ("unknown_skill", "queue:10"),
        ("level_out_of_range", "queue:10"),
        ("weight_out_of_range", "queue:10"),
    }


def test_agents_and_media_are_checked_too() -> None:
    assert codes(agents=(AgentRule(100, {7: 6}, {"fax": 1, "chat": 61}), AgentRule(100))) == {
        ("repeated", "agent:100"),
        ("unknown_skill", "agent:100"),
        ("level_out_of_range", "agent:100"),
        ("unknown_medium", "agent:100"),
        ("limit_out_of_range", "agent:100"),
    }
    assert codes(media=(MediumRule("chat", 61, ("fax",)),), reserve=-1) == {
        ("units_out_of_range", "medium:chat"),
        ("unknown_medium", "medium:chat"),
        ("reserve_out_of_range", "policy"),
    }
