"""The settings of the demonstration centre, made by the use cases of administration as a person would.

Each thing is looked for by its name first, so that a start after a stop, or after a half-made start, adds
nothing twice and undoes nothing that somebody changed.
"""

from dataclasses import dataclass
from typing import Any

from affluent.centre.administration.administration import Administration
from affluent.centre.refusals import Refusal
from affluent.centre.signing_in import From, SigningIn
from affluent.centre.wall import Role, Viewer
from affluent.cli.demo.doors import SERVER
from affluent.cli.demo.people import ARVENE, PASSWORD, PEOPLE, Person
from affluent.cli.demo.wording import BRANDS, FORMS, HOURS, MACROS, MOTIVES, QUEUES, SKILLS, TEAMS
from affluent.cli.relays import relay_installed
from affluent.facts.instants import HOUR_MS, MINUTE_MS
from affluent.storage.database import Database
from affluent.web.services import DemoAccount

MEDIA = {"chat": "Tchat", "email": "E-mail", "form": "Formulaire", "voice": "Téléphone"}
Row = dict[str, Any]


class NotADemonstration(Refusal):
    """The data folder holds a centre that people made: it is left alone."""

    def __init__(self) -> None:
        super().__init__("not_a_demonstration")


@dataclass(frozen=True, slots=True)
class Doors:
    """Where the centre's doors stand in this run."""

    origins: tuple[str, ...]
    sink_port: int
    """Where the customers' mailboxes take what the centre sends."""


def accounts() -> tuple[DemoAccount, ...]:
    """Those that can be signed in to with one click."""
    return tuple(DemoAccount(one.email, one.name, one.role, PASSWORD) for one in PEOPLE)


def furnish(administration: Administration, signing_in: SigningIn, doors: Doors) -> Viewer:
    """Makes what is missing; the first administrator, who made it all. Raises `NotADemonstration`."""
    viewer = _administrator(administration, signing_in)
    house = _House(administration, viewer)
    house.furnish(doors)
    return viewer


def share_password(database: Database) -> None:
    """Gives those who have none yet the password that all share: checked and hashed once, not once a person."""
    with database.transaction() as conn:
        conn.execute(
            "update account set password_hash = (select password_hash from account where email = %(first)s"
            " and not archived) where password_hash is null and not archived and email = any(%(all)s)",
            {"first": PEOPLE[0].email, "all": [one.email for one in PEOPLE]},
        )


def _administrator(administration: Administration, signing_in: SigningIn) -> Viewer:
    first = PEOPLE[0]
    if signing_in.needs_administrator():
        came = From("127.0.0.1", "affluent demo")
        opened = signing_in.start(first.name, first.email, PASSWORD, "fr", came)
        return Viewer(opened.me.id, first.name, Role.ADMINISTRATOR, "fr", None)
    looking = Viewer(0, "", Role.ADMINISTRATOR, "fr", None)
    for row in administration.list_(looking, "agents"):
        if row["email"] == first.email:
            return Viewer(row["id"], row["name"], Role.ADMINISTRATOR, "fr", None)
    raise NotADemonstration


SETTING_UP = "Mise en place de la démonstration"
"""Why settings were changed before anybody came: shown beside the number of the version that stands."""


class _House:
    """What is there, and what is added to it."""

    def __init__(self, administration: Administration, viewer: Viewer) -> None:
        self._administration = administration
        self._viewer = viewer
        self._listed: dict[tuple[str, bool], list[Row]] = {}

    def _list(self, noun: str, archived: bool = False) -> list[Row]:
        """What there is of a noun: read once, and again after something was added."""
        known = self._listed.get((noun, archived))
        if known is None:
            known = self._listed[noun, archived] = self._administration.list_(
                self._viewer, noun, archived=archived
            )
        return known

    def furnish(self, doors: Doors) -> None:
        brands = {name: self._ensure("brands", "name", values) for name, values in BRANDS.items()}
        skills = {one["key"]: self._ensure("skills", "key", one) for one in SKILLS}
        hours = {one["name"]: self._ensure("hours", "name", one) for one in HOURS}
        teams = {
            name: self._ensure("teams", "name", {"name": name, "brand_id": _id(brands, brand)})
            for name, brand in TEAMS
        }
        for person in PEOPLE:
            self._ensure("agents", "email", _account(person, brands, skills, teams))
        queues = {one["name"]: self._queue(one, brands, skills, hours) for one in QUEUES}
        for brand, name_fr, name_en in MOTIVES:
            values = {"brand_id": _id(brands, brand), "name_fr": name_fr, "name_en": name_en}
            self._ensure("motives", "name_fr", values)
        for title, language, body in MACROS:
            self._ensure("macros", "title", {"title": title, "language": language, "body": body})
        for name, brand in brands.items():
            self._channels(name, brand, queues, doors)
        self._rules(brands, queues)

    def _ensure(self, noun: str, key: str, values: Row) -> Row:
        # What an administrator of the demonstration has put away stays away.
        for archived in (False, True):
            for row in self._list(noun, archived):
                if row[key] == values[key] and row.get("brand_id") == values.get("brand_id"):
                    return row
        self._listed.pop((noun, False), None)
        return self._administration.create(self._viewer, noun, values, reason=SETTING_UP)

    def _queue(self, one: Row, brands: dict[str, Row], skills: dict[str, Row], hours: dict[str, Row]) -> Row:
        needed = [
            {"skill_id": skills[key]["id"], "required": required, "level": level, **more}
            for key, required, level, more in one["skills"]
        ]
        values = {
            **one,
            "brand_id": brands[one["brand_id"]]["id"],
            "hours_id": hours[one["hours_id"]]["id"],
            "skills": needed,
            "promises": _PROMISES if one["medium"] == "form" else None,
        }
        return self._ensure("queues", "name", values)

    def _channels(self, brand_name: str, brand: Row, queues: dict[str, Row], doors: Doors) -> None:
        by_medium = {
            medium: queues[one]["id"]
            for medium in MEDIA
            for one in (
                next(q["name"] for q in QUEUES if q["brand_id"] == brand_name and q["medium"] == medium),
            )
        }
        smtp = {"host": "127.0.0.1", "port": doors.sink_port, "tls": "none", "username": ""}
        address = FORMS[brand_name]["address"]
        mail = self._channel(
            brand, brand_name, "email", by_medium,
            {"address": address, "display_name": brand_name, "listener": True, "smtp": smtp},
        )  # fmt: skip
        if mail["settings"]["smtp"] and mail["settings"]["smtp"]["port"] != doors.sink_port:
            self._administration.change(
                self._viewer, "channels", mail["id"], {"settings": {"smtp": smtp}}, reason=SETTING_UP
            )
        origins = list(doors.origins)
        form = {
            name: FORMS[brand_name][name]
            for name in ("title_fr", "title_en", "fields", "thanks_fr", "thanks_en")
        }
        written = self._channel(
            brand, brand_name, "form", by_medium,
            {**form, "origins": origins, "reply_from_channel_id": mail["id"]},
        )  # fmt: skip
        self._channel(
            brand, brand_name, "chat", by_medium,
            {
                "origins": origins,
                "title_fr": FORMS[brand_name]["chat_fr"],
                "title_en": FORMS[brand_name]["chat_en"],
                "colour": brand["colour"],
                "ask_name": True,
                # Whoever tries the demonstration leaves and comes back: the chat waits for them.
                "warn_after_ms": 20 * MINUTE_MS,
                "release_after_ms": 40 * MINUTE_MS,
                "close_after_ms": 2 * HOUR_MS,
                "appointment_channel_id": written["id"],
            },
        )  # fmt: skip

        # Calls from the site, from browser to browser: nothing else is needed.
        server = self._ensure("voice_servers", "name", {"name": "Navigateurs", "kind": "web"})
        shares = ["camera", "screen", "board"]
        settings = {"origins": origins, "server_id": server["id"], "shares": shares}
        self._channel(brand, brand_name, "voice", by_medium, settings)
        if relay_installed():
            self._standard(brand, brand_name, by_medium["voice"], origins)

    def _standard(self, brand: Row, brand_name: str, queue_id: int, origins: list[str]) -> None:
        """Where simulated customers call: the sound passes through the centre, which has a menu and music."""
        server = self._ensure("voice_servers", "name", {"name": SERVER, "kind": "web", "relayed": True})
        self._ensure(
            "channels",
            "name",
            {
                "brand_id": brand["id"], "medium": "voice", "name": f"{brand_name}, {SERVER.lower()}",
                "queue_id": queue_id, "settings": {"origins": origins, "server_id": server["id"]},
            },
        )  # fmt: skip

    def _channel(
        self, brand: Row, brand_name: str, medium: str, queues: dict[str, int], settings: Row
    ) -> Row:
        values = {
            "brand_id": brand["id"],
            "medium": medium,
            "name": f"{brand_name}, {MEDIA[medium].lower()}",
            "queue_id": queues[medium],
            "settings": settings,
        }
        row = self._ensure("channels", "name", values)
        wanted = settings.get("origins")
        if wanted is not None and not set(wanted) <= set(row["settings"]["origins"]):
            changed = sorted({*row["settings"]["origins"], *wanted})
            row = self._administration.change(
                self._viewer, "channels", row["id"], {"settings": {"origins": changed}}, reason=SETTING_UP
            )
        return row

    def _rules(self, brands: dict[str, Row], queues: dict[str, Row]) -> None:
        motives = {row["name_fr"]: row["id"] for row in self._list("motives")}
        channels = {row["name"]: row["id"] for row in self._list("channels")}
        for position, (brand, name, channel, words, queue, motive) in enumerate(_RULES):
            conditions: list[Row] = [{"field": "words", "op": "any_of", "value": list(words)}]
            if channel is not None:
                if channel not in channels:
                    continue
                conditions.insert(0, {"field": "channel", "op": "is", "value": channels[channel]})
            actions = {"queue_id": queues[queue]["id"] if queue else None, "motive_id": motives.get(motive)}
            if any(actions.values()):
                self._ensure(
                    "rules",
                    "name",
                    {
                        "brand_id": brands[brand]["id"],
                        "name": name,
                        "position": position,
                        "conditions": conditions,
                        "actions": actions,
                    },
                )


_PROMISES = {
    "most": 2,
    "every_ms": 30 * MINUTE_MS,
    "notice_ms": HOUR_MS,
    "days": 5,
    "remind_ms": HOUR_MS,
}
"""Who fills in a form may choose when they are answered."""
_RULES: tuple[tuple[str, str, str | None, tuple[str, ...], str | None, str], ...] = (
    (
        ARVENE,
        "Contrats et résiliations",
        "Arvène, e-mail",
        ("résiliation", "résilier", "adhésion", "avenant", "cancel"),
        "Contrats par e-mail",
        "Contrat et résiliation",
    ),
    (
        ARVENE,
        "Remboursements",
        None,
        ("remboursement", "remboursée", "décompte", "refund"),
        None,
        "Remboursement",
    ),
    (
        ARVENE,
        "Devis et prises en charge",
        None,
        ("devis", "prise en charge", "hospitalisation"),
        None,
        "Devis",
    ),
    (
        "Ligéo",
        "Factures",
        "Ligéo, e-mail",
        ("facture", "prélèvement", "invoice", "facturé"),
        "Factures par e-mail",
        "Facture",
    ),
    ("Ligéo", "Pannes", None, ("panne", "coupure", "coupures", "débit", "connexion"), None, "Panne et débit"),
    ("Ligéo", "Déménagements", None, ("déménage", "déménagement", "emménage"), None, "Déménagement"),
)


def _id(rows: dict[str, Row], name: str | None) -> int | None:
    return None if name is None else rows[name]["id"]


def _account(person: Person, brands: dict[str, Row], skills: dict[str, Row], teams: dict[str, Row]) -> Row:
    return {
        "name": person.name,
        "email": person.email,
        "role": person.role,
        "locale": "fr",
        "team_id": _id(teams, person.team),
        "brand_ids": [brands[name]["id"] for name in person.brands],
        "skills": [{"skill_id": skills[key]["id"], "level": level} for key, level in person.skills],
        "capacity": {"voice": 0, "chat": 3, "email": 5, "form": 5},
    }
