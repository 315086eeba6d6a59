"""How a stay begins: nothing has happened in it yet."""

from affluent.facts import steering
from affluent.facts.media import Medium
from affluent.measure.outcomes import MEDIA, NEVER, End

CALL = MEDIA.index(Medium.VOICE)
NO_TIME = {"ours_ms": 0, "theirs_ms": 0}
STEERED: dict[type[steering.SteeringFact], int] = {
    steering.SteeringOffered: 0,
    steering.SteeringAccepted: 1,
    steering.SteeringRefused: 2,
}


def begun(number: int, at_ms: int) -> dict[str, int]:
    """A stay that has just begun. The wait for an answer counts from here, unless it is an earlier one's."""
    never = (
        "queue_id", "agent_id", "target_ms", "due_ms", "offered_ms", "taken_ms", "replied_ms", "answered_ms",
        "waited_ms", "left_ms",
    )  # fmt: skip
    zero = (
        "offers",
        "declined",
        "expired",
        "replies",
        "ours_ms",
        "theirs_ms",
        "wrap_ms",
        "asleep_ms",
        "by_person",
    )
    return {
        "number": number,
        "began_ms": at_ms,
        "entered_ms": at_ms,
        "end": End.OPEN,
        **dict.fromkeys(never, NEVER),
        **dict.fromkeys(zero, 0),
    }
