"""What a use case may ask the database first: asked by one, or for a whole group of commands in one go."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeyKnown:
    """Whether a delivery with this key led to a contact before: `Journal.known`."""

    dedupe_key: str


@dataclass(frozen=True, slots=True)
class AddressOf:
    """Who has this address: `Customers.find`."""

    brand_id: int
    kind: str
    value: str


Question = KeyKnown | AddressOf
