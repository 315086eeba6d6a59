"""The customer's page, drawn: the offer, or what became of it. Everything but our own words is escaped."""

from functools import partial
from html import escape

from affluent.centre.doors import OtherDoor
from affluent.channels import wording

sentence = partial(wording.sentence, "moving")
_STYLE = """
:root{color-scheme:light dark}
body{margin:0;font:17px/1.5 system-ui,sans-serif;
  background:light-dark(#edf0ee,#0c1211);color:light-dark(#14201e,#e6ecea)}
main{max-width:34rem;margin:12vh auto;padding:28px;background:light-dark(#fff,#141b1a);border-radius:10px}
h1{font-size:22px;margin:0 0 12px}
label{display:block;font-weight:600;margin:16px 0 4px}
input,button{font:inherit;min-height:44px;padding:8px 16px;border:1px solid light-dark(#7d8a86,#66746f);
  border-radius:6px;
  background:transparent;color:inherit;box-sizing:border-box}
input{width:100%}
.acts{display:flex;flex-wrap:wrap;gap:12px;margin-top:20px}
.go{background:light-dark(#0a5b66,#67c8c9);color:light-dark(#fff,#0c1211);border-color:transparent;font-weight:600}
.bad{color:light-dark(#ad211a,#ff9a8f)}
:focus-visible{outline:2px solid light-dark(#0a5b66,#67c8c9);outline-offset:2px}
"""
GO = """const { slot, token, site, colour } = document.currentScript.dataset;
localStorage.setItem(slot, JSON.stringify({ token, seen: 0, unsent: [], colour }));
const widget = document.createElement("script");
widget.src = "/widget/affluent.js";
widget.dataset.site = site;
document.head.append(widget);
"""
"""Hands the conversation to the widget, which keeps it in the browser."""


def asking(offered: OtherDoor, language: str, wrong: str = "") -> str:
    """The offer with its two answers; `wrong` says what the address lacks."""
    complaint = f'<p class="bad" id="wrong" role="alert">{escape(wrong)}</p>' if wrong else ""
    described = ' aria-invalid="true" aria-describedby="wrong"' if wrong else ""
    address = (
        f'<label for="email">{sentence("email", language)}</label>'
        f'<input id="email" name="email" type="email" autocomplete="email" maxlength="254"{described}>{complaint}'
    )
    yes, no = sentence(f"to_{offered.medium}", language), sentence("stay", language)
    body = (
        f"<p>{escape(offered.text(language))}</p><p>{sentence('keeps', language)}</p>"
        f'<form method="post">{address if offered.medium == "email" else ""}<div class="acts">'
        f'<button class="go" name="answer" value="yes">{yes}</button>'
        f'<button name="answer" value="no" formnovalidate>{no}</button></div></form>'
    )
    return _page(offered.brand, body, language)


def said(text: str, language: str, brand: str = "", more: str = "") -> str:
    """One sentence, and nothing to do. `more` is markup of ours."""
    return _page(brand, f'<p role="status">{escape(text)}</p>{more}', language)


def chat(site: str, token: str, colour: str | None) -> str:
    """What opens the chat on the page, with the conversation that goes on in it."""
    return (
        f'<script src="/move/go.js" data-slot="affluent:{escape(site)}" data-token="{escape(token)}"'
        f' data-site="{escape(site)}" data-colour="{escape(colour or "")}"></script>'
    )


def _page(brand: str, body: str, language: str) -> str:
    title = sentence("title", language)
    named = " · ".join(one for one in (title, brand) if one)
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{escape(named)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(brand) or title}</h1>{body}</main></body></html>"
    )
