"""The shapes in which rows leave storage for the pages."""

import html as entities
import re
from typing import Any
from urllib.parse import unquote

from affluent.centre.views import Json

PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
# Cleaned HTML is well formed: within a tag, ">" stands for nothing but its end.
_IMG = re.compile(r"<img\b[^>]*>")
_CID = re.compile(r' src="cid:([^"]*)"', re.IGNORECASE)

ROW = """
select c.*, cu.name as customer_name, b.name as brand_name, b.colour as brand_colour, q.name as queue_name, q.by_hand,
  mo.name_fr as motive_fr, mo.name_en as motive_en, a.name as agent_name, ch.name as channel_name,
  r.subject as request_subject, r.state as request_state, r.opened_ms,
  heard.unread, heard.newest_unread
from contact c
cross join lateral (select count(*) as unread, max(u.id) as newest_unread from message u
  where u.contact_id = c.id and u.direction = 'in' and u.read_ms is null) heard
join customer cu on cu.id = c.customer_id join brand b on b.id = c.brand_id
join request r on r.id = c.request_id
join channel ch on ch.id = c.channel_id left join queue q on q.id = c.queue_id
left join motive mo on mo.id = c.motive_id left join account a on a.id = c.agent_id"""


def as_row(row: dict[str, Any], locale: str) -> Json:
    """A contact as a line of a list."""
    shaped: Json = {
        key: row[key]
        for key in (
            "id", "request_id", "medium", "state", "subject", "preview", "language", "arrived_ms", "due_ms",
            "owed_ms", "target_ms", "awaiting", "unread", "newest_unread", "version", "chat_state",
            "not_before_ms", "wraps_until_ms",
        )
    }  # fmt: skip
    shaped["customer"] = {"id": row["customer_id"], "name": row["customer_name"]}
    shaped["brand"] = {"id": row["brand_id"], "name": row["brand_name"], "colour": row["brand_colour"]}
    shaped["queue"] = {"id": row["queue_id"], "name": row["queue_name"]} if row["queue_id"] else None
    motive = row["motive_fr"] if locale == "fr" else row["motive_en"]
    shaped["motive"] = {"id": row["motive_id"], "name": motive} if row["motive_id"] else None
    shaped["agent"] = {"id": row["agent_id"], "name": row["agent_name"]} if row["agent_id"] else None
    shaped["wakes"] = None
    if row["state"] == "sleeping":
        kind = "time" if row["wakes_ms"] is not None else "customer"
        shaped["wakes"] = {"kind": kind, "at_ms": row["wakes_ms"]}
    if row["state"] == "offered":
        shaped["offered_ms"] = row["offered_ms"]
        shaped["expires_ms"] = row["offer_expires_ms"]
        shaped["why"] = row["offer_why"] or []
    return shaped


def with_pictures(html: str, attachments: list[dict[str, Any]]) -> str:
    """`html` with each `cid:` of a picture of this very message as the address of its file (RFC 2392).

    What points to no such picture loses its `src`: pages show a frame in its place.
    """
    pictures = {
        one["cid"].lower(): one["id"]
        for one in attachments
        if one["cid"] and one["content_type"].lower() in PICTURES
    }

    def address(found: re.Match[str]) -> str:
        file_id = pictures.get(unquote(entities.unescape(found[1])).lower())
        return f' src="/api/v1/files/{file_id}?inline=1"' if file_id is not None else ""

    return _IMG.sub(lambda image: _CID.sub(address, image[0]), html)


def as_message(row: dict[str, Any]) -> Json:
    """A message of a conversation, the pictures of its mail shown in place."""
    mail = row["mail"]
    return {
        "id": row["id"],
        "contact_id": row["contact_id"],
        "medium": row["medium"],
        "direction": row["direction"],
        "author": {"kind": row["author_kind"], "id": row["author_id"], "name": row["author_name"]},
        "at_ms": row["at_ms"],
        "text": row["text"],
        "new_text": row["new_text"],
        "quoted": row["quoted"],
        "html": row["html"] and with_pictures(row["html"], row["attachments"]),
        "has_remote_images": row["has_remote_images"],
        "attachments": row["attachments"],
        "delivery": row["delivery"],
        "error": row["error"],
        "mail": mail,
        "event": row["event"],
    }
