"""Whatever the settings are, the document of them reads back to the same: drawn at random, without a database."""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from affluent.centre.administration.batch import Batch
from affluent.centre.administration.nouns import NOUNS as NOUNS_SET
from affluent.centre.administration.ports import AuditEntry, Row, Use, Waiting
from affluent.centre.policy_document.reading import SECTIONS, Asking
from affluent.centre.policy_document.rows import rows_of
from affluent.centre.policy_document.writing import NOUNS, Standing, standing
from affluent.centre.wall import Role, Viewer
from affluent.routing.document import as_text, read_policy
from affluent.routing.policy import Policy

ADA = Viewer(1, "Ada", Role.ADMINISTRATOR, "en", None)
MEDIA = ("voice", "chat", "email", "form", "message")
OFFERED = MEDIA
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Names that a document must take care of: quotes, colons, words of YAML, spaces that cannot be seen.
NAMES = st.one_of(
    st.sampled_from(
        ["no", "12", "null", "a: b", "é – «\u00a0x\u00a0»", "- q", "'", '"', "#1", "x (y)", "{a}"]
    ),
    st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=8),
)
SPANS_MS = st.one_of(st.integers(1, 10**9), st.sampled_from([60_000, 14_400_000]))
MAYBE_MS = st.none() | SPANS_MS


NO_RULES: Mapping[str, tuple[str, ...]] = {
    "media": ("medium",),
    "skills": ("key", "name_fr", "name_en"),
    "queues": ("closing_fr", "closing_en"),
    "agents": ("email", "role", "locale", "password", "active", "brand_ids"),
}
"""What is called so already, what is said to people, and who somebody is: nothing that a document changes."""


class Kept:
    """The settings of a centre in memory: what the document needs of the port, and nothing may be written."""

    def __init__(self, rows: Mapping[str, list[Row]]) -> None:
        self._rows = rows
        self.written: list[tuple[str, object]] = []

    def rows(self, noun: str, *, archived: bool = False) -> list[Row]:
        return [] if archived else list(reversed(self._rows[noun]))

    def row(self, noun: str, row_id: int) -> Row | None:
        return next((row for row in self._rows[noun] if row["id"] == row_id), None)

    def insert(self, noun: str, values: Row) -> int:
        self.written.append((noun, values))
        return 1_000 + len(self.written)

    def update(self, noun: str, row_id: int, values: Row) -> None:
        self.written.append((noun, values))

    def lock(self) -> None: ...
    def revoke_sessions(self, account_id: int) -> None: ...
    def note(self, entry: AuditEntry) -> None: ...

    def batch(self) -> int:
        return 1

    def waiting(self) -> Sequence[Waiting]:
        return ()

    def page(self, noun: str, asked: Any) -> tuple[list[Row], int]:
        raise NotImplementedError

    def secrets(self, channel_id: int) -> dict[str, Any]:
        raise NotImplementedError

    def uses(self, noun: str, row_id: int) -> list[Use]:
        raise NotImplementedError

    def unserved(self, queue_ids: Sequence[int] | None, brand_ids: Sequence[int] | None) -> list[Use]:
        raise NotImplementedError

    def in_hand_of(self, account_id: int) -> int:
        raise NotImplementedError

    def policy(self) -> Policy:
        raise NotImplementedError

    def trail(self, brands: Sequence[int] | None, **narrowed: Any) -> list[Row]:
        raise NotImplementedError

    def changes(self, nouns: Mapping[str, Sequence[str] | None], **narrowed: Any) -> list[Row]:
        raise NotImplementedError


def _ids(draw: st.DrawFn, most: int) -> list[int]:
    return sorted(draw(st.sets(st.integers(1, 40), max_size=most)))


def _some(draw: st.DrawFn, ids: Sequence[int], most: int = 3) -> list[int]:
    return sorted(draw(st.sets(st.sampled_from(list(ids)), max_size=most))) if ids else []


def _one(draw: st.DrawFn, ids: Sequence[int]) -> int | None:
    return draw(st.none() | st.sampled_from(list(ids))) if ids else None


def _named(draw: st.DrawFn, ids: Sequence[int], brands: Sequence[int | None]) -> list[Row]:
    """Rows with names that are unique within a brand, as administration has it."""
    taken: set[tuple[int | None, str]] = set()
    rows: list[Row] = []
    for row_id in ids:
        brand, name = draw(st.sampled_from(list(brands))), draw(NAMES)
        while (brand, name.lower()) in taken:
            name += "x"
        taken.add((brand, name.lower()))
        rows.append({"id": row_id, "archived": False, "brand_id": brand, "name": name})
    return rows


def _needs(draw: st.DrawFn, skills: Sequence[int], *, segment: bool) -> list[Row]:
    found: list[Row] = []
    for skill in _some(draw, skills):
        level = draw(st.integers(1, 5))
        row: Row = {"skill_id": skill, "level": level, "weight": draw(st.integers(0, 100))}
        if segment:
            found.append({**row, "relax_after_ms": draw(st.integers(0, 10**7))})
            continue
        required = draw(st.booleans())
        floor = draw(st.none() | st.integers(1, level - 1)) if required and level > 1 else None
        relax = draw(SPANS_MS) if floor else None if required else draw(MAYBE_MS)
        found.append({**row, "required": required, "relax_after_ms": relax, "floor": floor})
    return found


def _queue(draw: st.DrawFn, row: Row, made: Mapping[str, list[int]], others: Sequence[Row]) -> Row:
    ways = {"overflow_after_ms": draw(SPANS_MS), "overflow_when_closed": draw(st.booleans())}
    before = [one["id"] for one in others if one["medium"] == row["medium"]]
    target = _one(draw, before)
    return {
        **row,
        "tier": draw(st.integers(0, 9)),
        "target_share": draw(st.floats(0.001, 1)),
        "target_ms": draw(SPANS_MS),
        "hours_id": _one(draw, made["hours"]),
        "set_aside_ms": draw(st.integers(0, 10**8)),
        "offer_ms": draw(st.integers(1_000, 10**6)),
        "keep_ms": draw(st.integers(0, 10**8)),
        "skills": _needs(draw, made["skills"], segment=False),
        "max_wait_ms": draw(MAYBE_MS),
        "target_clock": draw(st.sampled_from([None, "always", "open_hours"])),
        "short_abandon_ms": draw(st.integers(0, 10**5)),
        "agent_order": draw(st.sampled_from([None, "least_busy", "longest_idle", "teams"])),
        "team_ids": draw(st.permutations(_some(draw, made["teams"]))),
        "max_length": draw(st.none() | st.integers(1, 1_000)),
        "overflow_queue_id": target,
        **(ways if target else {"overflow_after_ms": None, "overflow_when_closed": False}),
        "closes": draw(st.booleans()),
        "by_hand": draw(st.booleans()),
        "wrap_up_ms": draw(st.integers(0, 10**7)),
        "last_agent_ms": draw(MAYBE_MS),
        "tier_steps": [{"tier": 9, "after_ms": draw(SPANS_MS), "share": None}] if draw(st.booleans()) else [],
        "team_needs": [{"team_ids": made["teams"][:1], "relax_after_ms": draw(MAYBE_MS)}]
        if made["teams"] and draw(st.booleans())
        else [],
        "repeat_ms": draw(MAYBE_MS),
        "announces": draw(st.booleans()),
        "announce_share": draw(st.floats(0.5, 0.99)),
        "cushion_share": draw(st.just(0.0) | st.floats(0.001, 5)),
        "cushion_ms": draw(st.integers(0, 86_400_000)),
        "promises": draw(st.none() | st.builds(_promises, st.integers(1, 90), MAYBE_MS)),
    }


def _promises(days: int, remind_ms: int | None) -> Row:
    return {"most": 2, "every_ms": 1_800_000, "notice_ms": 0, "days": days, "remind_ms": remind_ms}


def _agent(draw: st.DrawFn, row: Row, made: Mapping[str, list[int]]) -> Row:
    return {
        "id": row["id"],
        "archived": False,
        "name": draw(st.sampled_from([row["name"], "Camille"])),
        "email": f"a{row['id']}@example.org",
        "role": draw(st.sampled_from(["agent", "administrator", "supervisor"])),
        "active": True,
        "brand_ids": _some(draw, made["brands"]),
        "team_id": _one(draw, made["teams"]),
        "skills": [
            {"skill_id": one, "level": draw(st.integers(0, 5))} for one in _some(draw, made["skills"])
        ],
        "group_ids": _some(draw, made["groups"]),
        "ranks": [{"queue_id": one, "rank": draw(st.integers(1, 9))} for one in _some(draw, made["queues"])],
        "capacity": {medium: draw(st.integers(0, 50)) for medium in OFFERED},
        "units": {medium: draw(st.none() | st.integers(1, 60)) for medium in OFFERED},
        "kept_free": {medium: draw(st.integers(0, 60)) for medium in OFFERED},
    }


@st.composite
def centres(draw: st.DrawFn) -> dict[str, list[Row]]:
    """The settings of a centre that administration could have saved."""
    made = {noun: _ids(draw, 4) for noun in NOUNS}
    made["brands"] = made["brands"] or [1]
    whole, of_brand = [None, *made["brands"]], made["brands"]
    plain = {
        noun: _named(draw, made[noun], [None]) for noun in ("brands", "skills", "groups", "hours", "agents")
    }
    rows: dict[str, list[Row]] = {
        "media": [
            {
                "id": place, "archived": False, "medium": medium, "units": draw(st.integers(1, 60)),
                "interrupts": sorted(draw(st.sets(st.sampled_from(MEDIA)))),
                "pulls_back": ["email"] if medium == "chat" and draw(st.booleans()) else [],
                "exclusive": draw(st.booleans()),
            }
            for place, medium in enumerate(MEDIA, 1)
        ],
        "defaults": [
            {"id": 1, "archived": False, "agent_order": draw(st.sampled_from(["least_busy", "longest_idle"])),
             "wake_reserve": draw(st.integers(0, 60))}
        ],
        "brands": plain["brands"],
        "skills": [{"id": one["id"], "archived": False, "key": f"k{one['id']}"} for one in plain["skills"]],
        "groups": [
            {**one, "skills": [{"skill_id": s, "level": draw(st.integers(0, 5))} for s in _some(draw, made["skills"])]}
            for one in plain["groups"]
        ],
        "hours": [
            {
                **one, "timezone": draw(st.sampled_from(["Europe/Paris", "UTC", "America/New_York"])),
                "weekly": {day: [["09:00", "24:00"]] if draw(st.booleans()) else [] for day in DAYS},
                "holidays": draw(st.sampled_from([None, "FR", "NO"])),
                "exceptions": [{"date": "2026-12-24", "spans": [], "label": draw(st.sampled_from(["", "a: 'b'"]))}],
            }
            for one in plain["hours"]
        ],
        "teams": [
            {**one, "ranks": [{"queue_id": q, "rank": draw(st.integers(1, 9))} for q in _some(draw, made["queues"])]}
            for one in _named(draw, made["teams"], whole)
        ],
        "agents": [_agent(draw, one, made) for one in plain["agents"]],
        "segments": [
            {
                **one, "tier": draw(st.integers(0, 9)),
                "targets": {medium: draw(MAYBE_MS) for medium in OFFERED},
                "skills": _needs(draw, made["skills"], segment=True),
            }
            for one in _named(draw, made["segments"], whole)
        ],
    }  # fmt: skip
    queues = [
        {**one, "medium": draw(st.sampled_from(OFFERED))} for one in _named(draw, made["queues"], of_brand)
    ]
    rows["queues"] = [_queue(draw, one, made, queues[:place]) for place, one in enumerate(queues)]
    rows["reserves"] = [
        {
            **one, "medium": "email", "queue_ids": [q["id"] for q in queues if q["medium"] == "email"],
            "tier": draw(st.integers(0, 9)), "agents": draw(st.integers(1, 9)), "waiting": None,
            "team_id": _one(draw, made["teams"]), "against_ids": [q["id"] for q in queues if q["medium"] == "form"],
            "level_percent": draw(st.none() | st.integers(1, 100)),
            "level_window_ms": 60_000 * draw(st.integers(1, 60)),
        }
        for one in _named(draw, made["reserves"], whole)
    ]  # fmt: skip
    return rows


@settings(
    max_examples=60,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)
@given(centres())
def test_what_stands_is_written_and_read_back_without_a_difference(rows: dict[str, list[Row]]) -> None:
    unit = Kept(rows)
    found: Standing = standing(unit)
    text = as_text(found.written)
    document = read_policy(text)
    asking = Asking(document, found, unit)
    asking.find()
    batch = Batch(unit, ADA, 0)
    asking.apply(batch, rows_of)
    assert asking.troubles == [], text
    assert batch.complaints == [], text
    assert unit.written == [], text
    for noun in ("defaults", *SECTIONS):
        for values in rows_of(asking, noun).values():
            told = {"name", *values(False), *NO_RULES.get(noun, ())}
            assert told >= NOUNS_SET[noun].fields.model_fields.keys(), "a rule without a key of the document"
