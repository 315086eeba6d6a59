"""The states, and the one table of legal moves for each. What a table does not list is refused."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import get_args

from affluent.facts.agent import AgentAway, AgentFact, AgentOffline, AgentReady
from affluent.facts.appointment import AppointmentCancelled, AppointmentMade, AppointmentMoved
from affluent.facts.call import (
    CallbackAsked,
    CallDialled,
    CallEnded,
    CallHeld,
    CallMenuStepped,
    CallNotReached,
    CallPlaced,
    CallResumed,
    CallShared,
    CallShareEnded,
)
from affluent.facts.contact import (
    ContactAbandoned,
    ContactClassified,
    ContactClosed,
    ContactDrawn,
    ContactFact,
    ContactMoved,
    ContactOffered,
    ContactOverflowed,
    ContactPromised,
    ContactQueued,
    ContactReassigned,
    ContactReceived,
    ContactReidentified,
    ContactReopened,
    ContactReturned,
    ContactSlept,
    ContactTaken,
    ContactTransferred,
    ContactWoken,
    DeliveryChanged,
    MessageAnswered,
    MessageReceived,
    MessagesMoved,
    NoteAdded,
    OfferAccepted,
    OfferDeclined,
    OfferExpired,
    OfferPulledBack,
    OfferWithdrawn,
    WrapUpEnded,
)
from affluent.facts.steering import SteeringFact
from affluent.facts.together import (
    AgentJoined,
    AgentParted,
    ColleagueInvited,
    ContactHandedOver,
    InvitationEnded,
    PartChanged,
)


class ContactState(StrEnum):
    """Where a contact stands. `NEW` is before its first fact and is never stored."""

    NEW = "new"
    RECEIVED = "received"
    WAITING = "waiting"
    OFFERED = "offered"
    IN_HAND = "in_hand"
    SLEEPING = "sleeping"
    CLOSED = "closed"
    ABANDONED = "abandoned"


class AgentState(StrEnum):
    """An agent's presence; being in contact is derived from the contacts in hand."""

    OFFLINE = "offline"
    READY = "ready"
    AWAY = "away"


C = ContactState
LIVE = frozenset({C.RECEIVED, C.WAITING, C.OFFERED, C.IN_HAND, C.SLEEPING})
ENDED = frozenset({C.CLOSED, C.ABANDONED})

_stays: dict[tuple[ContactState, type[ContactFact]], ContactState] = {
    **{(state, NoteAdded): state for state in ContactState if state is not C.NEW},
    **{(state, DeliveryChanged): state for state in ContactState if state is not C.NEW},
    **{(state, MessageReceived): state for state in LIVE},
    **{(state, ContactReassigned): C.RECEIVED for state in LIVE},
    # Several agents on one contact: all of it ends when it leaves the hand.
    **{
        (C.IN_HAND, fact): C.IN_HAND
        for fact in (
            ColleagueInvited,
            InvitationEnded,
            AgentJoined,
            PartChanged,
            AgentParted,
            ContactHandedOver,
        )
    },
    # A call goes on, or ends, wherever its contact stands: what comes of it is for another fact to say.
    **{(state, CallMenuStepped): state for state in (C.RECEIVED, C.WAITING, C.OFFERED)},
    **{(state, CallEnded): state for state in LIVE},
    **{(state, CallbackAsked): state for state in (C.WAITING, C.OFFERED)},
    (C.IN_HAND, CallDialled): C.IN_HAND,
    **{(state, CallPlaced): state for state in (C.RECEIVED, C.IN_HAND)},
    (C.IN_HAND, CallHeld): C.IN_HAND,
    (C.IN_HAND, CallResumed): C.IN_HAND,
    (C.IN_HAND, CallShared): C.IN_HAND,
    # What is said about a contact, wherever it stands.
    **{
        (state, fact): state
        for fact in (
            ContactClassified,
            ContactMoved,
            ContactReidentified,
            MessagesMoved,
            # The contact may have left the hand a moment before its call.
            CallShareEnded,
            *get_args(SteeringFact),
        )
        for state in ContactState
        if state is not C.NEW
    },
}

CONTACT: Mapping[tuple[ContactState, type[ContactFact]], ContactState] = MappingProxyType(
    {
        (C.NEW, ContactReceived): C.RECEIVED,
        (C.RECEIVED, ContactDrawn): C.RECEIVED,
        (C.RECEIVED, AppointmentMade): C.RECEIVED,
        (C.RECEIVED, ContactQueued): C.WAITING,
        (C.RECEIVED, ContactTaken): C.IN_HAND,
        (C.RECEIVED, ContactClosed): C.CLOSED,
        (C.RECEIVED, ContactAbandoned): C.ABANDONED,
        (C.WAITING, ContactOffered): C.OFFERED,
        (C.WAITING, ContactOverflowed): C.WAITING,
        (C.WAITING, ContactTaken): C.IN_HAND,
        # The customer chooses another hour, or none: a queueing or an abandonment follows.
        (C.WAITING, AppointmentMoved): C.RECEIVED,
        (C.WAITING, AppointmentCancelled): C.WAITING,
        # A caller who waits chooses an hour instead: a queueing for it follows.
        (C.WAITING, AppointmentMade): C.RECEIVED,
        (C.IN_HAND, CallNotReached): C.RECEIVED,
        # Answered where it stands, with many that ask the same: a closing follows.
        (C.WAITING, MessageAnswered): C.WAITING,
        (C.WAITING, ContactClosed): C.CLOSED,
        (C.WAITING, ContactAbandoned): C.ABANDONED,
        (C.OFFERED, OfferAccepted): C.IN_HAND,
        (C.OFFERED, OfferDeclined): C.WAITING,
        (C.OFFERED, OfferExpired): C.WAITING,
        (C.OFFERED, OfferWithdrawn): C.WAITING,
        (C.OFFERED, OfferPulledBack): C.WAITING,
        (C.OFFERED, ContactAbandoned): C.ABANDONED,
        (C.OFFERED, ContactClosed): C.CLOSED,
        (C.IN_HAND, MessageAnswered): C.IN_HAND,
        (C.IN_HAND, ContactTransferred): C.RECEIVED,
        (C.IN_HAND, ContactReturned): C.RECEIVED,
        (C.IN_HAND, ContactPromised): C.RECEIVED,
        (C.IN_HAND, ContactSlept): C.SLEEPING,
        (C.IN_HAND, ContactClosed): C.CLOSED,
        (C.SLEEPING, ContactWoken): C.IN_HAND,
        (C.SLEEPING, ContactReturned): C.RECEIVED,
        (C.SLEEPING, ContactClosed): C.CLOSED,
        (C.CLOSED, ContactReopened): C.IN_HAND,
        (C.CLOSED, WrapUpEnded): C.CLOSED,
        **_stays,
    }
)

A = AgentState
AGENT: Mapping[tuple[AgentState, type[AgentFact]], AgentState] = MappingProxyType(
    {
        (A.OFFLINE, AgentReady): A.READY,
        (A.OFFLINE, AgentAway): A.AWAY,
        (A.READY, AgentAway): A.AWAY,
        (A.READY, AgentOffline): A.OFFLINE,
        (A.AWAY, AgentReady): A.READY,
        (A.AWAY, AgentAway): A.AWAY,
        (A.AWAY, AgentOffline): A.OFFLINE,
    }
)


class TransitionRefused(Exception):
    """The fact is not legal in this state: the caller comes too late, or is wrong."""

    def __init__(self, state: ContactState | AgentState, fact: type[ContactFact] | type[AgentFact]) -> None:
        super().__init__(f"{fact.__name__} is not legal while {state.value}")
        self.state = state
        self.fact = fact


def moved(state: ContactState, fact: type[ContactFact]) -> ContactState:
    """The state after `fact`. Raises `TransitionRefused` for what the table does not list."""
    try:
        return CONTACT[state, fact]
    except KeyError:
        raise TransitionRefused(state, fact) from None


def agent_moved(state: AgentState, fact: type[AgentFact]) -> AgentState:
    """The presence after `fact`. Raises `TransitionRefused` for what the table does not list."""
    try:
        return AGENT[state, fact]
    except KeyError:
        raise TransitionRefused(state, fact) from None
