"""What holds where nothing else is said: one row, which is there from the start."""

from typing import Annotated

from pydantic import Field

from affluent.centre.administration.noun import Fields, Noun
from affluent.centre.administration.queues import AgentOrder
from affluent.routing.policy import LIMIT_MAX


class DefaultFields(Fields):
    agent_order: AgentOrder = "least_busy"
    """Of queues that have none of their own."""
    wake_reserve: Annotated[int, Field(ge=0, le=LIMIT_MAX)] = 1
    """Contacts over the limit of a medium that one who wakes may take with the agent who had it."""


DEFAULTS = Noun(key="defaults", title="default", fields=DefaultFields, given=True)
