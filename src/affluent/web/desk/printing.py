"""A conversation as a page that stands by itself: no script, no address, nothing that loads."""

import json
from datetime import UTC, datetime
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from affluent.centre.wall import Viewer

STYLE = """
body{font:15px/1.5 system-ui,sans-serif;color:#14201e;background:#fff;max-width:46rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.4rem;margin:0 0 .5rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem;margin:0 0 1.5rem}
dt{color:#5a6763}dd{margin:0}article{border-top:1px solid #dbe1de;padding:.7rem 0;break-inside:avoid-page}
article.out{padding-left:1.5rem}article.note{background:#f6f1e3;padding:.7rem}
h2{font-size:.9rem;margin:0 0 .2rem}time{color:#5a6763;font-weight:400;margin-left:.5rem}
.text{white-space:pre-wrap;overflow-wrap:anywhere}details,.files,footer{color:#5a6763;font-size:.85rem}
footer{border-top:1px solid #dbe1de;margin-top:1rem;padding-top:.5rem}@media print{body{margin:0;max-width:none}}
"""


@cache
def words(locale: str) -> dict[str, str]:
    """The words of the printed page."""
    text = files("affluent.web.desk").joinpath("printed", f"{locale}.json").read_text(encoding="utf-8")
    return json.loads(text)


def _at(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M")


def printed(found: dict[str, Any], viewer: Viewer, now_ms: int, *, with_notes: bool) -> str:
    """The page, in the viewer's language. Everything from outside is text, never markup."""
    said = words("fr" if viewer.locale == "fr" else "en")
    contact, customer = found["contact"], found["customer"]
    name = customer["name"] or said["nameless"]
    title = escape(said["title"].format(name=name))
    facts = {
        "contact": f"{contact['id']} · {contact['subject']}",
        "request": str(contact["request_id"]),
        "brand": contact["brand"]["name"],
        "channel": contact["channel"]["name"],
        "arrived": _at(contact["arrived_ms"]),
        "motive": contact["motive"]["name"] if contact["motive"] else "",
        "addresses": ", ".join(one["value"] for one in customer["addresses"] if one["kind"] != "chat"),
    }
    listed = "".join(
        f"<dt>{escape(said[key])}</dt><dd>{escape(value)}</dd>" for key, value in facts.items() if value
    )
    articles = "".join(_article(one, said) for one in found["messages"])
    footer = said["exported"].format(at=_at(now_ms), by=viewer.name)
    footer += "" if with_notes else f" {said['no_notes']}"
    locale = "fr" if viewer.locale == "fr" else "en"
    return (
        f'<!doctype html><html lang="{locale}"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head>'
        f"<body><main><h1>{title}</h1><dl>{listed}</dl>{articles}</main>"
        f"<footer>{escape(footer)}</footer></body></html>"
    )


def _article(message: dict[str, Any], said: dict[str, str]) -> str:
    kind = message["direction"]
    who = escape(message["author"]["name"] or "–")
    label = f"{escape(said['note'])} · {who}" if kind == "note" else who
    text = message["new_text"] or ("" if message["quoted"] else message["text"])
    quoted = (
        f"<details><summary>{escape(said['quoted'])}</summary>"
        f"<div class=text>{escape(message['quoted'])}</div></details>"
        if message["quoted"]
        else ""
    )
    attached = ", ".join(escape(one["filename"]) for one in message["attachments"])
    # French puts a space before a colon, one that never ends a line.
    colon = "\u00a0: " if said is words("fr") else ": "
    listed = f'<p class="files">{escape(said["files"])}{colon}{attached}</p>' if attached else ""
    moment = f'<time datetime="{_at(message["at_ms"]).replace(" ", "T")}Z">{_at(message["at_ms"])}</time>'
    return (
        f'<article class="{kind}"><h2>{label} {moment}</h2>'
        f'<div class="text">{escape(text)}</div>{quoted}{listed}</article>'
    )
