"""A small furnished centre, made through the API itself."""

from dataclasses import dataclass
from typing import Any

from starlette.testclient import TestClient

ADMIN = "/api/v1/admin"
WEEK = {day: [["09:00", "12:30"], ["14:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


@dataclass(frozen=True)
class Office:
    """The identifiers of what was made for one brand."""

    brand: int
    hours: int
    skill: int
    team: int
    queue: int
    agent: int
    email: int
    chat: int
    form: int
    macro: int
    motive: int
    rule: int
    key: int
    webhook: int
    group: int
    segment: int
    reserve: int
    problem: int
    voice_server: int

    def path(self, noun: str) -> str:
        """The address of the one of a noun; `email`, `chat` and `form` name channels."""
        if noun in ("email", "chat", "form"):
            return f"{ADMIN}/channels/{getattr(self, noun)}"
        return f"{ADMIN}/{noun}/{getattr(self, 'hours' if noun == 'hours' else noun.removesuffix('s'))}"


def made(client: TestClient, noun: str, **values: Any) -> int:
    answer = client.post(f"{ADMIN}/{noun}", json=values)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def furnish(client: TestClient, mark: str = "") -> Office:
    """A brand with everything in it; `mark` keeps the names of two apart."""
    brand = made(client, "brands", name=f"Marque{mark}", colour="#0A5B66")
    hours = made(client, "hours", name=f"Bureau{mark}", weekly=WEEK, holidays="FR")
    skill = made(client, "skills", key=f"billing{mark}", name_fr="Facturation", name_en="Billing")
    team = made(client, "teams", name=f"Équipe{mark}", brand_id=brand)
    queue = made(
        client, "queues", brand_id=brand, name=f"Courriels{mark}", medium="email", target_ms=4 * 3_600_000,
        target_share=1, hours_id=hours,
    )  # fmt: skip
    agent = made(
        client, "agents", name=f"Camille{mark}",
        email=f"camille{mark}@example.org", password="camille-password",
        brand_ids=[brand], team_id=team, skills=[{"skill_id": skill, "level": 3}],
    )  # fmt: skip
    email = made(
        client, "channels", brand_id=brand, medium="email", name=f"Boîte{mark}", queue_id=queue,
        settings={
            "address": f"bonjour{mark}@marque.example", "listener": True,
            "imap": {"host": "imap.marque.example", "username": "bonjour", "password": "s3cret-imap"},
            "smtp": {"host": "smtp.marque.example"},
        },
    )  # fmt: skip
    chat = made(
        client, "channels", brand_id=brand, medium="chat", name=f"Tchat{mark}",
        settings={"origins": ["https://www.marque.example"]},
    )  # fmt: skip
    field = {"key": "email", "label_fr": "E-mail", "label_en": "E-mail", "kind": "email", "required": True}
    form = made(
        client, "channels", brand_id=brand, medium="form", name=f"Formulaire{mark}",
        settings={"fields": [field], "reply_from_channel_id": email},
    )  # fmt: skip
    macro = made(client, "macros", brand_id=brand, title="Bonjour", body="Bonjour {{customer.name}}")
    motive = made(client, "motives", brand_id=brand, name_fr=f"Panne{mark}", name_en="Breakdown")
    rule = made(
        client, "rules", brand_id=brand, name=f"Pannes{mark}",
        actions={"queue_id": queue, "motive_id": motive},
        conditions=[{"field": "words", "op": "any_of", "value": ["panne", "coupure"]}],
    )  # fmt: skip
    key = made(
        client, "keys", name=f"CRM{mark}", account_id=agent, rights=["read_contacts"], brand_ids=[brand]
    )  # fmt: skip
    webhook = made(
        client, "webhooks", name=f"CRM{mark}", brand_id=brand, url=f"https://hooks{mark}.example.org/",
        events=["contact.opened"],
    )  # fmt: skip
    group = made(client, "groups", name=f"Groupe{mark}", skills=[{"skill_id": skill, "level": 2}])
    segment = made(client, "segments", name=f"Premium{mark}", brand_id=brand, tier=5)
    reserve = made(
        client, "reserves", name=f"Réserve{mark}", brand_id=brand, medium="email", queue_ids=[queue], agents=1
    )  # fmt: skip
    problem = made(
        client, "problems", name=f"Panne générale{mark}", brand_id=brand, words=["coupure"],
        message_fr="Nous réparons.", begins_ms=1_000, ends_ms=2_000,
    )  # fmt: skip
    voice_server = made(
        client, "voice_servers", name=f"Standard{mark}", url=f"http://pbx{mark}.example.org:8088",
        username="affluent", password="s3cret-imap",
    )  # fmt: skip
    return Office(
        brand, hours, skill, team, queue, agent, email, chat, form, macro, motive, rule, key, webhook,
        group, segment, reserve, problem, voice_server,
    )  # fmt: skip
