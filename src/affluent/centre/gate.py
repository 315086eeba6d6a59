"""The one gate through which a contact's state moves: which columns each fact sets."""

from typing import Any

from affluent.centre import parts
from affluent.centre.records import Contact
from affluent.facts import appointment, call, steering, together
from affluent.facts import contact as facts
from affluent.facts.media import Medium, Outcome
from affluent.facts.states import ContactState

_NO_OFFER: dict[str, Any] = {"offered_ms": None, "offer_expires_ms": None, "offer_why": None}
_AWAKE: dict[str, Any] = {"wakes_ms": None, "wakes_on_customer": False}
_ANSWERED: dict[str, Any] = {"awaiting": "customer", "due_ms": None, "owed_ms": None}
_LEFT_HAND: dict[str, Any] = {"agent_id": None, **_NO_OFFER, **_AWAKE}


def columns(contact: Contact, fact: facts.ContactFact, state: ContactState) -> dict[str, Any]:
    """What of the contact's row `fact` changes, the state included."""
    changes: dict[str, Any] = {"state": state.value}
    if contact.parts is not None and state is not ContactState.IN_HAND:
        changes["parts"] = None
    match fact:
        case facts.ContactQueued():
            changes |= {
                "queue_id": fact.queue_id,
                "queued_ms": fact.at_ms,
                "place_ms": fact.place_ms,
                "kept_for": fact.kept_for,
                "kept_until_ms": fact.kept_until_ms,
                "demands": fact.demands,
                "not_before_ms": fact.not_before_ms,
                **_LEFT_HAND,
            }
        case facts.ContactOverflowed():
            changes |= {"queue_id": fact.to_queue_id, "queued_ms": fact.at_ms}
        case facts.ContactOffered():
            changes |= {
                "agent_id": fact.agent_id,
                "offered_ms": fact.at_ms,
                "offer_expires_ms": fact.expires_ms,
                "offer_why": [{"code": code, "params": params} for code, params in fact.why],
            }
        case facts.OfferAccepted() | facts.ContactTaken():
            changes |= _taken(contact, fact)
        case facts.OfferDeclined() | facts.OfferExpired() | facts.OfferWithdrawn() | facts.OfferPulledBack():
            changes |= {**_LEFT_HAND, **_kept(fact)}
        case (
            facts.ContactTransferred()
            | facts.ContactReturned()
            | facts.ContactReassigned()
            | call.CallNotReached()
        ):
            changes |= _LEFT_HAND
        case facts.ContactPromised() | appointment.AppointmentMade() | appointment.AppointmentMoved():
            changes |= {**_LEFT_HAND, "due_ms": fact.promised_ms}
        case facts.MessageReceived():
            changes |= _customer_wrote(contact, fact)
        case facts.MessageAnswered():
            changes |= _ANSWERED
        case facts.ContactSlept():
            changes |= {"wakes_ms": fact.until_ms, "wakes_on_customer": True}
        case facts.ContactWoken():
            changes |= _AWAKE
        case facts.ContactClosed():
            changes |= _closed(contact, fact)
        case facts.WrapUpEnded():
            changes["wraps_until_ms"] = None
        case facts.ContactAbandoned():
            outcome = Outcome.SILENT if fact.silent else Outcome.ABANDONED
            changes |= {"outcome": outcome.value, "closed_ms": fact.at_ms, "due_ms": None, "owed_ms": None}
            changes |= _LEFT_HAND
        case facts.ContactReopened():
            changes |= _reopened(contact, fact)
        case facts.ContactClassified():
            changes["motive_id"] = fact.motive_id
        case facts.ContactMoved():
            changes["request_id"] = fact.to_request_id
        case facts.ContactReidentified():
            changes["customer_id"] = fact.to_customer_id
        case (
            facts.ContactReceived()
            | facts.ContactDrawn()
            | facts.NoteAdded()
            | facts.DeliveryChanged()
            | facts.MessagesMoved()
            | appointment.AppointmentCancelled()
            | call.CallMenuStepped()
            | call.CallHeld()
            | call.CallResumed()
            | call.CallShared()
            | call.CallShareEnded()
            | call.CallEnded()
            | call.CallbackAsked()
            | call.CallDialled()
            | call.CallPlaced()
        ):
            pass
        case _:
            # The rarest last: each fact of a contact comes this way.
            if isinstance(fact, steering.SteeringFact):
                return changes | _beside(fact)
            changes |= _between_agents(contact, fact)
    return changes


def _taken(contact: Contact, fact: facts.OfferAccepted | facts.ContactTaken) -> dict[str, Any]:
    changes: dict[str, Any] = {**_NO_OFFER, "agent_id": fact.agent_id, "last_agent_id": fact.agent_id}
    if contact.answered_ms is None:
        changes["answered_ms"] = fact.at_ms
    # Whom one talks with has their answer.
    return changes | _ANSWERED if contact.medium is Medium.VOICE else changes


def _kept(fact: facts.ContactFact) -> dict[str, Any]:
    """An offer that failed is for anyone from now on; one that was pulled back comes back to its agent first."""
    if isinstance(fact, facts.OfferPulledBack):
        return {"kept_for": fact.agent_id, "kept_until_ms": fact.kept_until_ms}
    return {"kept_for": None, "kept_until_ms": None}


def _between_agents(contact: Contact, fact: together.TogetherFact) -> dict[str, Any]:
    changes: dict[str, Any] = {"parts": parts.after(contact, fact)}
    if isinstance(fact, together.ContactHandedOver):
        changes |= {"agent_id": fact.agent_id, "last_agent_id": fact.agent_id}
    return changes


def _reopened(contact: Contact, fact: facts.ContactReopened) -> dict[str, Any]:
    changes: dict[str, Any] = {"outcome": None, "closed_ms": None, "agent_id": fact.agent_id}
    if fact.queue_id is not None:
        changes |= {"queue_id": fact.queue_id, "last_agent_id": fact.agent_id}
        changes["answered_ms"] = fact.at_ms if contact.answered_ms is None else contact.answered_ms
    return changes


def _beside(fact: steering.SteeringFact) -> dict[str, Any]:
    """A known problem, or another channel: what is said about it beside its way."""
    match fact:
        case steering.ProblemMarked():
            home = fact.home_queue_id
            return {"problem_id": fact.problem_id, "problem_ms": fact.at_ms, "home_queue_id": home}
        case steering.ProblemUnmarked():
            return {"problem_id": None, "problem_ms": None, "home_queue_id": None}
        case steering.ProblemEnded():
            return {"home_queue_id": None}
        case steering.ProblemTold():
            return {}
        case steering.SteeringOffered():
            return {"steered": "offered"}
        case steering.SteeringAccepted():
            return {"steered": "accepted"}
        case steering.SteeringRefused():
            return {"steered": "refused"}


def _closed(contact: Contact, fact: facts.ContactClosed) -> dict[str, Any]:
    changes: dict[str, Any] = {
        "outcome": fact.outcome.value,
        "closed_ms": fact.at_ms,
        "due_ms": None,
        "owed_ms": None,
        **_NO_OFFER,
        **_AWAKE,
    }
    if fact.wrap_up_ms:
        changes["wraps_until_ms"] = fact.at_ms + fact.wrap_up_ms
    if fact.motive_id is not None:
        changes["motive_id"] = fact.motive_id
    if contact.state in (ContactState.OFFERED, ContactState.WAITING):
        changes["agent_id"] = None
    return changes


def _customer_wrote(contact: Contact, fact: facts.MessageReceived) -> dict[str, Any]:
    changes: dict[str, Any] = {"last_customer_ms": fact.at_ms, "wrote": True}
    if contact.awaiting == "customer":
        # The clock of an answer owed starts with the first unanswered message, not with the latest.
        changes |= {"awaiting": "us", "owed_ms": fact.at_ms}
        if fact.due_ms is not None:
            changes["due_ms"] = fact.due_ms
    return changes
