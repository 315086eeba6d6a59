"""Who is this? An address belongs to one customer of a brand; merging two is a person's decision."""

from affluent.centre.records import Customer
from affluent.centre.transaction import Transaction


def folded_address(kind: str, value: str) -> str:
    """The form in which addresses are compared. Mail ignores case (in practice, against RFC 5321)."""
    value = value.strip()
    return value.casefold() if kind == "email" else value


def identify(
    tx: Transaction, brand_id: int, kind: str, value: str, *, name: str = "", language: str | None = None
) -> Customer:
    """The customer who has this address, made when there is none."""
    key = folded_address(kind, value)
    known = tx.store.customers.find(brand_id, kind, key)
    if known is not None:
        if name and not known.name:
            tx.store.customers.update(known.id, {"name": name})
        return known
    customer = tx.store.customers.create(
        brand_id, name or (value if kind == "email" else ""), language, tx.now_ms
    )
    tx.store.customers.add_address(customer.id, brand_id, kind, key)
    return customer
