"""The entrance of the demonstration: who works here now, how fast the simulated people live, and every way in."""

from collections.abc import Mapping
from html import escape
from typing import Any

from affluent.cli.compose import Centre
from affluent.cli.demo.drawing import other_language, sites, words
from affluent.cli.demo.drawing import page as whole_page
from affluent.cli.demo.people import AGENTS, PASSWORD, PEOPLE, Person
from affluent.cli.demo.simulation import Simulation
from affluent.cli.demo.wording import FORMS
from affluent.facts.instants import HOUR_MS

OFFERED = ("paused", "usual", "fast", "rush")
COUNTS = ("waiting", "open", "chats", "agents", "hour", "closed")
MARKS = {
    "ready": "●",
    "contact": "◐",
    "away": "‖",
    "lunch": "‖",
    "meeting": "‖",
    "offline": "○",
    "taken": "◉",
}
_AWAY = {"lunch": "lunch", "meeting": "meeting", "training": "meeting"}
Json = dict[str, Any]


def now(centre: Centre, simulation: Simulation) -> Json:
    """How things stand, for the page and for its refreshing."""
    now_ms = centre.clock.now_ms()
    with centre.database.transaction() as conn:
        people = conn.execute(
            "select a.email, p.state, p.reason, (select count(*) from contact c where c.agent_id = a.id"
            " and c.state = 'in_hand') as held from account a left join presence p on p.account_id = a.id"
            " where not a.archived and a.email = any(%s)",
            ([one.email for one in AGENTS],),
        ).fetchall()
        counted = conn.execute(
            "select count(*) filter (where state in ('received', 'waiting', 'offered')) as waiting,"
            " count(*) filter (where state in ('in_hand', 'sleeping')) as open from contact"
            " where state in ('received', 'waiting', 'offered', 'in_hand', 'sleeping')"
        ).fetchone()
        hour = conn.execute(
            "select (select count(*) from contact where arrived_ms > %(since)s) as came,"
            " (select count(*) from contact where arrived_ms > %(day)s and closed_ms > %(since)s) as closed",
            {"since": now_ms - HOUR_MS, "day": now_ms - 48 * HOUR_MS},
        ).fetchone()
    assert counted is not None
    assert hour is not None
    taken, status = simulation.seats(), simulation.status
    seats = {
        row["email"]: {"state": "taken" if row["email"] in taken else _state(row), "held": row["held"]}
        for row in people
    }
    there = sum(one["state"] != "offline" for one in seats.values())
    counts = {
        "waiting": counted["waiting"], "open": counted["open"], "chats": status.chats, "agents": there,
        "hour": hour["came"], "closed": hour["closed"],
    }  # fmt: skip
    return {"running": status.running, "pace": simulation.pace, "counts": counts, "seats": seats}


def _state(row: Mapping[str, Any]) -> str:
    if row["state"] in (None, "offline"):
        return "offline"
    if row["state"] == "away":
        return _AWAY.get(row["reason"] or "", "away")
    return "contact" if row["held"] else "ready"


def page(language: str, state: Json, smtp: str) -> str:
    """The whole entrance, usable without a script; with one it keeps itself up to date."""
    say = words(language)
    body = (
        f'<main class="entrance"><header><p class="mark">Affluent</p>{other_language(say, "/demo")}</header>'
        f"<h1>{escape(say['title'])}</h1><p class=lead>{escape(say['lead'])}</p>"
        f"{_simulation(say, state)}"
        f"<div class=sides><section aria-labelledby=centre><h2 id=centre>{escape(say['centre'])}</h2>"
        f"<p>{escape(say['centre_how'])}</p>{_leaders(say)}{_seats(say, state)}"
        f"<p class=small>{escape(say['password'])} <code>{PASSWORD}</code></p></section>"
        f"{_customers(say, smtp)}</div></main>"
    )
    return whole_page(
        language, f"Affluent, {say['title'].lower()}", body,
        end='<script src="/demo/static/entrance.js" defer></script>',
    )  # fmt: skip


def _simulation(say: Mapping[str, str], state: Json) -> str:
    counts = "".join(
        f"<div><dd data-count={name}>{state['counts'][name]}</dd><dt>{escape(say['count_' + name])}</dt></div>"
        for name in COUNTS
    )
    paces = "".join(_pace(say, name, name == state["pace"]) for name in OFFERED)
    how = escape(say["pace_" + state["pace"] + "_how"]) if state["pace"] in OFFERED else ""
    label = escape(say["pace"])
    hidden = " hidden" if state["running"] else ""
    return (
        f"<section class=life aria-labelledby=now><h2 id=now>{escape(say['now'])}</h2>"
        f"<dl>{counts}</dl>"
        f'<form method=post action=/demo/pace class=paces role=group aria-label="{label}">{paces}</form>'
        f"<p class=how role=status>{how}</p><p class=asleep{hidden}>{escape(say['asleep'])}</p></section>"
    )


def _pace(say: Mapping[str, str], name: str, chosen: bool) -> str:
    how, label = escape(say[f"pace_{name}_how"]), escape(say[f"pace_{name}"])
    pressed = "true" if chosen else "false"
    return f'<button name=pace value={name} aria-pressed="{pressed}" data-how="{how}">{label}</button>'


def _signs_in(person: Person, inside: str, look: str) -> str:
    return (
        f'<li><form method="post" action="/demo/signin"><button class="{look}" name="email" value="{person.email}">'
        f"{inside}</button></form></li>"
    )


def _leaders(say: Mapping[str, str]) -> str:
    people = "".join(
        _signs_in(
            one,
            f"<b>{escape(one.name)}</b><i>{escape(say[one.role])}</i><span>{escape(say[one.role + '_how'])}</span>",
            "card",
        )
        for one in PEOPLE
        if one.shift is None
    )
    return f"<h3>{escape(say['lead_the_centre'])}</h3><ul class=leaders>{people}</ul>"


def _state_word(say: Mapping[str, str], state: str) -> str:
    return say[f"state_{state}"]


def _seats(say: Mapping[str, str], state: Json) -> str:
    by_team: dict[str, list[Person]] = {}
    for person in AGENTS:
        by_team.setdefault(person.team or "", []).append(person)
    listed = "".join(
        f"<h4>{escape(team)}, {escape(', '.join(people[0].brands))}</h4><ul class=seats>"
        + "".join(_seat(say, state, one) for one in people)
        + "</ul>"
        for team, people in by_team.items()
    )
    states = "".join(
        f' data-{name}="{mark} {escape(_state_word(say, name))}"' for name, mark in MARKS.items()
    )
    return (
        f"<h3>{escape(say['take_seat'])}</h3><p>{escape(say['take_seat_how'])}</p>"
        f"<div class=crew{states}>{listed}</div>"
    )


def _seat(say: Mapping[str, str], state: Json, person: Person) -> str:
    seat = state["seats"].get(person.email, {"state": "offline", "held": 0})
    held = f"\u00a0({seat['held']})" if seat["state"] == "contact" else ""
    word = f"{MARKS[seat['state']]} {escape(_state_word(say, seat['state']))}{held}"
    inside = (
        f"<b>{escape(person.name)}</b>"
        f'<span class="state {seat["state"]}" data-seat="{person.email}">{word}</span>'
    )
    return _signs_in(person, inside, "seat")


def _customers(say: Mapping[str, str], smtp: str) -> str:
    shops = "".join(
        f'<li><a class="card {key}" href="/demo/site/{key}"><b>{escape(site["brand"])}</b>'
        f"<span>{escape(say['open_site'])}</span></a></li>"
        for key, site in sites().items()
    )
    mail = (
        f'<li><a class="card" href="/demo/mail"><b>{escape(say["mail"])}</b>'
        f"<span>{escape(say['mail_how'])}</span></a></li>"
    )
    addresses = "".join(f"<li><code>{form['address']}</code></li>" for form in FORMS.values())
    return (
        f"<section aria-labelledby=customers><h2 id=customers>{escape(say['customers'])}</h2>"
        f"<p>{escape(say['customers_how'])}</p><ul>{shops}{mail}</ul>"
        f"<h3>{escape(say['smtp'])}</h3><p>{escape(say['smtp_how'].format(address=smtp))}</p>"
        f"<ul class=addresses>{addresses}</ul></section>"
    )
