"""Letters are handed out while chats keep their service level, and held back before they suffer."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from affluent.centre import backfilling, offers
from affluent.centre.backfill_keeping import BackfillKeeper
from affluent.centre.backfilling import FEW, STEADY_MS, Goal, Line, Seen, verdict
from affluent.storage.backfill import PgLevels
from affluent.storage.following import OutcomeFollower
from tests.centre.stage import Stage, by_level, settings_changed

WINDOW_MS = 900_000
GOAL = Goal(1, (10,), 80, WINDOW_MS, shut=False, since_ms=None)


@dataclass
class Told:
    """A double of `Levels`."""

    level_: tuple[int, int] = (0, 0)
    lines_: list[Line] = field(default_factory=list[Line])

    def goals(self) -> Sequence[Goal]:
        return [GOAL]

    def level(self, queue_ids: Sequence[int], window_ms: int, now_ms: int) -> tuple[int, int]:
        return self.level_

    def lines(self, queue_ids: Sequence[int], window_ms: int, now_ms: int) -> Sequence[Line]:
        return self.lines_


@pytest.mark.parametrize(
    ("line", "percent"),
    [
        (Line(waiting=0, longest_ms=0, answered=10, target_ms=40_000), 0),
        (Line(waiting=1, longest_ms=30_000, answered=0, target_ms=40_000), 75),
        (Line(waiting=2, longest_ms=1_000, answered=60, target_ms=40_000), 75),
        (Line(waiting=4, longest_ms=1_000, answered=60, target_ms=40_000), 150),
    ],
)
def test_whoever_comes_now_waits_for_all_before_them_at_the_pace_of_the_window(
    line: Line, percent: int
) -> None:
    assert backfilling.used_percent(line, WINDOW_MS) == percent


def test_it_shuts_for_a_missed_level_or_a_wait_to_come_and_too_few_contacts_tell_nothing() -> None:
    assert verdict(GOAL, Seen(8, 10, 0), 0) is None
    missed = verdict(GOAL, Seen(7, 10, 0), 0)
    assert missed is not None and (missed.shut, missed.cause) == (True, "level")
    soon = verdict(GOAL, Seen(10, 10, 75), 0)
    assert soon is not None and (soon.shut, soon.cause) == (True, "wait")
    assert verdict(GOAL, Seen(0, FEW - 1, 74), 0) is None


def test_it_opens_only_when_well_again_and_not_at_once() -> None:
    shut = replace(GOAL, shut=True, since_ms=1_000)
    assert verdict(shut, Seen(10, 10, 0), 1_000 + STEADY_MS - 1) is None
    assert verdict(shut, Seen(81, 100, 0), 1_000 + STEADY_MS) is None, "as good as promised is no margin"
    assert verdict(shut, Seen(100, 100, 40), 1_000 + STEADY_MS) is None
    opened = verdict(shut, Seen(82, 100, 39), 1_000 + STEADY_MS)
    assert opened is not None and not opened.shut
    everyone = replace(shut, level_percent=100)
    assert verdict(everyone, Seen(10, 10, 0), 1_000 + STEADY_MS) is not None, "a level can be reached"


def test_it_never_turns_more_than_once_in_a_while_whatever_is_seen() -> None:
    goal, turned = GOAL, list[int]()
    for beat in range(720):
        now_ms = beat * 5_000
        found = Seen(10 - beat % 3, 10, (beat * 37) % 130)
        made = verdict(goal, found, now_ms)
        if made is not None:
            goal = replace(goal, shut=made.shut, since_ms=now_ms)
            if made.shut:
                turned.append(now_ms)
    assert turned
    assert all(later - sooner >= STEADY_MS for sooner, later in itertools.pairwise(turned))


def test_letters_wait_while_chats_are_late_and_go_on_when_they_are_not(stage: Stage) -> None:
    by_level(stage)
    keeper = BackfillKeeper(stage.runner, PgLevels(stage.database), stage.clock)

    def look() -> None:
        OutcomeFollower(stage.database).catch_up()
        keeper.look()

    chats = [stage.chat() for _ in range(3)]
    stage.pass_ms(35_000)
    look()
    stage.ready(stage.ids.bob)
    letter = stage.mail()
    assert stage.state(letter) == "waiting", "a chat has used seven eighths of its target"
    for _, contact in chats[:2]:
        stage.in_hand_of(stage.ids.bob, contact)
    stage.change("update agent_capacity set limit_count = 9 where account_id = %s", stage.ids.bob)
    stage.do(settings_changed)
    stage.in_hand_of(stage.ids.bob, chats[2][1])
    look()
    assert stage.state(letter) == "waiting", "it opens no sooner than a minute after"
    stage.pass_ms(STEADY_MS)
    look()
    assert stage.state(letter) == "offered"
    stage.do(offers.accept, contact_id=letter, agent_id=stage.ids.bob)
    rows = stage.query("select kind, data from journal where kind like 'Reserve%%' order by seq")
    assert [row["kind"] for row in rows] == ["ReserveShut", "ReserveOpened"]
    assert rows[0]["data"]["cause"] == "wait"
    stage.restart()
    look()
    assert len(stage.query("select 1 from journal where kind like 'Reserve%%'")) == 2, (
        "a restart turns nothing"
    )
