"""The demonstration's pages as HTML: its entrance and the brands' sites."""

import json
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from affluent.cli.demo.people import PASSWORD, PEOPLE
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


def entrance(language: str) -> str:
    """Where everything begins."""
    say = words(language)
    people = "".join(
        f'<li><form method="post" action="/demo/signin"><button class="card" name="email" value="{one.email}">'
        f"<b>{escape(one.name)}</b><span>{escape(', '.join((say[one.role], *one.brands)))}</span></button></form></li>"
        for one in PEOPLE
    )
    shops = "".join(
        f'<li><a class="card {key}" href="/demo/site/{key}"><b>{escape(site["brand"])}</b>'
        f"<span>{escape(say['open_site'])}</span></a></li>"
        for key, site in sites().items()
    )
    mail = (
        f'<li><a class="card" href="/demo/mail"><b>{escape(say["mail"])}</b>'
        f"<span>{escape(say['mail_how'])}</span></a></li>"
    )
    body = (
        f'<main class="entrance"><header><p class="mark">Affluent</p>{_other_language(say, "/demo")}</header>'
        f"<h1>{escape(say['title'])}</h1><p class=lead>{escape(say['lead'])}</p>"
        f"<div class=sides><section><h2>{escape(say['centre'])}</h2><p>{escape(say['centre_how'])}</p>"
        f"<ul>{people}</ul><p class=small>{escape(say['password'])} <code>{PASSWORD}</code></p></section>"
        f"<section><h2>{escape(say['customers'])}</h2><p>{escape(say['customers_how'])}</p>"
        f"<ul>{shops}{mail}</ul></section></div></main>"
    )
    return page(language, f"Affluent, {say['title'].lower()}", body)


def _other_language(say: Mapping[str, str], path: str) -> str:
    code = say["other_code"]
    where = f'hreflang="{code}" lang="{code}" href="{path}?lang={code}"'
    return f"<a class=lang {where}>{escape(say['other_language'])}</a>"


def site(language: str, key: str, *, chat_key: str | None, form_key: str | None) -> str:
    """A brand's own page, with the chat's button and the web form as any site would embed them."""
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
        f"<footer class=shop>{_other_language(say, f'/demo/site/{key}')}</footer>"
    )
    # The button has the brand's colour before it is first opened.
    colour = BRANDS[about["brand"]]["colour"]
    script = f' data-site="{escape(chat_key)}" data-colour="{colour}"' if chat_key else ""
    end = f'<script src="/widget/affluent.js"{script} async></script>'
    return page(language, about["brand"], body, look=f"site {key}", end=end)
