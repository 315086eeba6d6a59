"""Where a list goes on: after an instant and an identifier."""

import base64
import binascii

from affluent.centre.refusals import Invalid


def cursor_of(at_ms: int, row_id: int) -> str:
    """The cursor after a row that stands at `at_ms`."""
    return base64.urlsafe_b64encode(f"{at_ms}.{row_id}".encode()).decode()


def read_cursor(cursor: str | None) -> tuple[int, int] | None:
    """The instant and the identifier. Raises `Invalid` for what `cursor_of` never gave."""
    if not cursor:
        return None
    try:
        at, _, row_id = base64.urlsafe_b64decode(cursor).decode().partition(".")
        pair = int(at), int(row_id)
    except (ValueError, binascii.Error):
        raise Invalid("bad_cursor", "cursor") from None
    if not all(0 <= one < 1 << 63 for one in pair):
        raise Invalid("bad_cursor", "cursor")
    return pair
