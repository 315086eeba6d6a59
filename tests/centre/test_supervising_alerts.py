"""What is about to give way, judged by hand-made queues; and one that flutters is one alert."""

from dataclasses import replace

from affluent.centre.supervising.alerts import (
    QUIET_MS,
    AlertBook,
    Announced,
    Limits,
    QueueNow,
    Share,
    alerts_of,
    late_at_pace,
    limits_of,
)
from affluent.facts.instants import HOUR_MS, MINUTE_MS

NOW_MS = 1_790_000_000_000
CALM = QueueNow(
    queue_id=1,
    brand_id=1,
    now_ms=NOW_MS,
    open=True,
    target_share=0.8,
    dues=(),
    served=0,
    window_ms=15 * MINUTE_MS,
    ready=2,
    there=3,
    able=5,
)


def due_in(*minutes: float, target: float = 20) -> tuple[tuple[int, int], ...]:
    return tuple((NOW_MS + round(one * MINUTE_MS), round(target * MINUTE_MS)) for one in minutes)


def kinds(queue: QueueNow, limits: Limits = Limits()) -> list[str]:
    return [one.kind for one in alerts_of(queue, limits)]


def test_a_calm_queue_says_nothing() -> None:
    assert kinds(CALM) == []
    assert kinds(replace(CALM, dues=due_in(15, 18), served=30)) == []


def test_at_the_pace_of_one_in_five_minutes_the_third_due_in_twelve_is_late() -> None:
    # Taken after 5, 10 and 15 minutes: due in 6, 11 and 12.
    queue = replace(CALM, served=3, dues=due_in(6, 11, 12))
    assert late_at_pace(queue) == 1
    (alert,) = alerts_of(queue, Limits())
    assert (alert.kind, alert.level, alert.params["count"]) == ("predicted", "soon", 1)


def test_without_a_pace_nothing_is_predicted() -> None:
    assert late_at_pace(replace(CALM, served=2, dues=due_in(1))) is None
    assert late_at_pace(replace(CALM, served=9, window_ms=MINUTE_MS, dues=due_in(1))) is None


def test_who_is_due_beyond_the_horizon_is_not_predicted() -> None:
    queue = replace(CALM, served=3, dues=due_in(*[100] * 40, target=240))
    assert late_at_pace(queue) == 0


def test_the_oldest_is_soon_at_its_limit_and_late_past_its_target() -> None:
    assert kinds(replace(CALM, dues=due_in(2.1))) == []
    soon = alerts_of(replace(CALM, dues=due_in(1.9)), Limits())
    late = alerts_of(replace(CALM, dues=due_in(-1, 15)), Limits())
    assert [(one.kind, one.level) for one in (*soon, *late)] == [("oldest", "soon"), ("oldest", "late")]
    assert late[0].params["count"] == 1


def test_nobody_there_shouts_only_when_someone_waits() -> None:
    assert kinds(replace(CALM, there=0)) == []
    assert kinds(replace(CALM, there=0, dues=due_in(15))) == ["nobody"]


def test_a_closed_queue_and_one_that_is_switched_off_are_silent() -> None:
    loud = replace(CALM, there=0, dues=due_in(-5))
    assert kinds(loud) == ["oldest", "nobody"]
    assert kinds(replace(loud, open=False)) == []
    assert kinds(loud, Limits(on=False)) == []


def test_shares_of_today_speak_from_enough_contacts_on() -> None:
    few = replace(CALM, service_level=Share(10, 19), abandonment=Share(5, 19))
    many = replace(CALM, service_level=Share(10, 20), abandonment=Share(5, 20))
    fine = replace(CALM, service_level=Share(16, 20), abandonment=Share(1, 20))
    assert (kinds(few), kinds(many), kinds(fine)) == ([], ["abandonment", "service_level"], [])


def test_a_queue_s_own_limit_goes_before_the_centre_s() -> None:
    kept = {None: {"oldest_share": 0.5, "abandonment": 0.1}, 7: {"oldest_share": 0.7}}
    assert limits_of(kept, 7) == Limits(oldest_share=0.7, abandonment=0.1)
    assert limits_of(kept, 8) == Limits(oldest_share=0.5, abandonment=0.1)


def test_an_alert_that_flutters_is_written_once_and_ended_once() -> None:
    book = AlertBook()
    found = alerts_of(replace(CALM, dues=due_in(-1)), Limits())
    assert book.turn(found, NOW_MS) == (found, [])
    assert book.turn([], NOW_MS + QUIET_MS - 1) == ([], [])
    assert book.turn(found, NOW_MS + QUIET_MS) == ([], [])
    assert book.turn([], NOW_MS + 2 * QUIET_MS) == ([], [(1, "oldest")])
    assert book.turn([], NOW_MS + HOUR_MS) == ([], [])


def test_an_alert_that_grows_is_written_again_and_what_stood_before_a_restart_is_known() -> None:
    soon = alerts_of(replace(CALM, dues=due_in(1)), Limits())
    late = alerts_of(replace(CALM, dues=due_in(-1)), Limits())
    book = AlertBook()
    book.remember(soon, NOW_MS)
    assert book.turn(soon, NOW_MS + 1) == ([], [])
    assert book.turn(late, NOW_MS + 2) == (late, [])


def test_announcements_that_no_longer_hold_are_told_and_nothing_where_they_do() -> None:
    drifting = replace(CALM, announced=Announced(0.62, 0.8, 120))
    (alert,) = alerts_of(drifting, Limits())
    assert (alert.kind, alert.level) == ("waits", "soon")
    assert alert.params == {"share": 0.62, "target": 0.8, "whole": 120}
    assert kinds(replace(drifting, open=False)) == []
