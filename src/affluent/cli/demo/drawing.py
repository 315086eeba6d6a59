"""The demonstration's pages as HTML: what they share, and the brands' sites."""

import json
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from affluent.cli.demo.wording import BRANDS, FORMS

HERE = Path(__file__).parent


@cache
def _read(name: str) -> dict[str, Any]:
    return json.loads((HERE / name).read_text(encoding="utf-8"))


def words(language: str) -> Mapping[str, str]:
    """The texts of the pages in "fr" or "en"."""
    return _read("texts.json")[language]


def sites() -> Mapping[str, Any]:
    """The brands' sites by the last part of their address."""
    return _read("sites.json")


def page(language: str, title: str, body: str, *, look: str = "", end: str = "") -> str:
    """A whole page."""
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>"
        '<link rel="icon" href="/icon.svg"><link rel="stylesheet" href="/demo/static/demo.css">'
        f'</head><body class="{look}">{body}{end}</body></html>'
    )


def other_language(say: Mapping[str, str], path: str) -> str:
    """The way to the same page in the other language."""
    code = say["other_code"]
    where = f'hreflang="{code}" lang="{code}" href="{path}?lang={code}"'
    return f"<a class=lang {where}>{escape(say['other_language'])}</a>"


def site(language: str, key: str, *, keys: Mapping[str, str]) -> str:
    """A brand's own page, with the buttons of chat and call and the web form as any site would embed them.

    `keys` are the public keys of its doors by medium.
    """
    about = sites()[key]
    text, say = about[language], words(language)
    brand = escape(about["brand"])
    nav = "".join(f'<a href="{where}">{escape(what)}</a>' for where, what in text["nav"])
    head = "".join(f"<th scope=col>{escape(one)}</th>" for one in text["columns"])
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in text["rows"]
    )
    answers = "".join(
        f"<details><summary>{escape(ask)}</summary><p>{escape(told)}</p></details>"
        for ask, told in text["answers"]
    )
    chat_key, form_key, call_key = (keys.get(medium) for medium in ("chat", "form", "voice"))
    form = f'<affluent-form key="{escape(form_key)}"></affluent-form>' if form_key else ""
    address = FORMS[about["brand"]]["address"]
    body = (
        f'<header class=shop><a class=name href="/demo/site/{key}">{brand}</a><nav>{nav}</nav>'
        f'<a class=out href="/demo">{escape(say["back"])}</a></header>'
        f"<main class=shop><h1>{escape(text['h1'])}</h1><p class=lead>{escape(text['lead'])}</p>"
        f"<section id=actes><div class=scroll><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div></section>"
        f"<section id=questions><h2>{escape(text['questions'])}</h2>{answers}</section>"
        f"<section id=ecrire><h2>{escape(text['write'])}</h2><p>{escape(text['chat'])} "
        f'<a href="/demo/mail/new?to={address}">{address}</a></p>{form}</section></main>'
        f"<footer class=shop>{other_language(say, f'/demo/site/{key}')}</footer>"
    )
    # The button has the brand's colour before it is first opened.
    colour = BRANDS[about["brand"]]["colour"]
    script = f' data-site="{escape(chat_key)}" data-colour="{colour}"' if chat_key else ""
    end = f'<script src="/widget/affluent.js"{script} async></script>'
    if call_key:
        # The script of the chat fetches that of the call where it finds its button.
        end = f'<affluent-call site="{escape(call_key)}" colour="{colour}"></affluent-call>{end}'
    return page(language, about["brand"], body, look=f"site {key}", end=end)
