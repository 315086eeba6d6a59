"""Offers of another channel, read from the journal by hand: what `slow_reading` does for all other figures."""

from affluent.facts.steering import SteeringAccepted, SteeringOffered, SteeringRefused
from tests.measure.slow_reading import Day

ASKED = (SteeringOffered, SteeringAccepted, SteeringRefused)


def steerings(day: Day) -> dict[str, tuple[int, int]]:
    """Of the customers of the period who were offered another channel, how many there are and who last said yes."""
    last_words = [
        [fact for fact in one.journal if isinstance(fact, ASKED)]
        for one in day.contacts
        if day.from_ms <= one.arrived_ms < day.to_ms
    ]
    asked = [words for words in last_words if words]
    went = [words for words in asked if isinstance(words[-1], SteeringAccepted)]
    return {"steered": (len(asked), len(asked)), "steering_accepted": (len(went), len(asked))}
