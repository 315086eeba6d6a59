"""The customer's page, drawn: the offer, or what became of it. Everything but our own words is escaped."""

from functools import partial
from html import escape

from affluent.centre.doors import OtherDoor
from affluent.channels import wording
from affluent.channels.pages import page

sentence = partial(wording.sentence, "moving")
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
    return page(sentence("title", language), offered.brand, body, language)


def said(text: str, language: str, brand: str = "", more: str = "") -> str:
    """One sentence, and nothing to do. `more` is markup of ours."""
    return page(sentence("title", language), brand, f'<p role="status">{escape(text)}</p>{more}', language)


def chat(site: str, token: str, colour: str | None) -> str:
    """What opens the chat on the page, with the conversation that goes on in it."""
    return (
        f'<script src="/move/go.js" data-slot="affluent:{escape(site)}" data-token="{escape(token)}"'
        f' data-site="{escape(site)}" data-colour="{escape(colour or "")}"></script>'
    )
