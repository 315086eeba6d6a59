"""What was measured of a call's sound, kept when it is over."""

from affluent.centre.calling.quality import Quality
from affluent.centre.transaction import Transaction


def quality_told(tx: Transaction, *, contact_id: int, measured: tuple[Quality, ...]) -> None:
    """Keeps how well the lines of a call were heard. A repeat replaces what was kept of the same side."""
    if tx.store.calls.get(contact_id) is not None:
        for one in measured:
            tx.store.calls.heard(contact_id, one)
