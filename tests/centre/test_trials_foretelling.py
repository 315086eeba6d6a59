"""What the twin foretells of a rule on trial: of its queue, everyone with the rule against nobody, or why it cannot."""

from typing import Any

import pytest

from affluent.centre.refusals import Invalid
from affluent.centre.trials.foretelling import document_of, foretellable, foretold, still_of, with_rule
from affluent.centre.trials.records import Trial
from affluent.routing.policy import AgentOrder
from affluent.twin.running.results import run
from affluent.twin.scenario import read_scenario

DAY = """
version: 1
name: Two queues
periods: [2h]
policy:
  version: 1
  media: {chat: {units: 60}}
  queues:
    sales: {medium: chat, target: 40s}
    after: {medium: chat, target: 40s}
groups:
  all: {agents: 6, limits: {chat: 1}}
classes:
  sales: {queue: sales, arrivals: 60/h, handling: {exponential: 2m30s}, patience: {exponential: 4m}}
  after: {queue: after, arrivals: 60/h, handling: {exponential: 2m30s}, patience: {exponential: 4m}}
"""


def trial(**more: Any) -> Trial:
    usual: dict[str, Any] = {
        **dict.fromkeys(Trial.__dataclass_fields__), "id": 7, "noun": "queues", "noun_id": 3, "subject": "after",
        "changes": {"tier": 5}, "metric": "asa", "people": {},
    }  # fmt: skip
    return Trial(**{**usual, **more})


def refused(trial: Trial) -> tuple[str, str | None]:
    with pytest.raises(Invalid) as found:
        foretellable(trial)
    return found.value.code, found.value.field


@pytest.mark.timeout(400)  # the twin's loop may have to be compiled
def test_a_queue_that_goes_first_is_foretold_to_wait_less_and_the_other_more() -> None:
    scenario = read_scenario(DAY)
    base, other = (run(one, 60, 1) for one in (scenario, with_rule(scenario, "after", {"tier": 5})))
    mine = foretold(base, other, "after", "asa", 0.95)
    assert mine is not None
    assert mine.low <= mine.value <= mine.high < 0
    assert mine.value == pytest.approx(mine.tried - mine.present)
    assert mine.days == 60
    theirs = foretold(base, other, "sales", "asa", 0.95)
    assert theirs is not None
    assert theirs.low > 0
    nothing = foretold(base, base, "after", "abandonment", 0.95)
    assert nothing is not None
    assert (nothing.low, nothing.value, nothing.high) == (0, 0, 0)


def test_fields_are_taken_as_the_engine_takes_them() -> None:
    changed = with_rule(
        read_scenario(DAY), "sales", {"target_ms": 20_000, "agent_order": "longest_idle", "max_length": 3}
    )
    sales, after = changed.policy.queues
    assert (sales.target_ms, sales.order, sales.max_length) == (20_000, AgentOrder.LONGEST_IDLE, 3)
    assert after.target_ms == 40_000


def test_what_the_twin_cannot_live_is_said_before_it_runs() -> None:
    assert refused(trial(noun="segments")) == ("forecast_only_queues", "noun")
    assert refused(trial(changes={"announces": False})) == ("forecast_not_lived", "changes.announces")
    judged = trial(changes={"target_ms": 20_000}, metric="service_level")
    assert refused(judged) == ("forecast_of_the_measure", "metric")
    foretellable(trial(changes={"target_ms": 20_000}))
    for queue, changes, code in (
        ("gone", {"tier": 5}, "forecast_no_queue"),
        ("after", {"overflow_after_ms": 60_000}, "forecast_no_overflow"),
    ):
        with pytest.raises(Invalid) as found:
            with_rule(read_scenario(DAY), queue, changes)
        assert found.value.code == code


def test_a_forecast_is_of_the_trial_as_it_was_asked() -> None:
    asked = {**document_of(trial()), "text": DAY}
    assert still_of(trial(name="Another name"), asked)
    assert not still_of(trial(changes={"tier": 6}), asked)
    assert not still_of(trial(id=8), asked)
