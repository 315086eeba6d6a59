"""The shape of a wait that is foretold, wherever it is told."""

from pydantic import BaseModel, ConfigDict


class RangeOut(BaseModel):
    """A wait, in milliseconds: from, to."""

    model_config = ConfigDict(from_attributes=True)

    low_ms: int
    high_ms: int
