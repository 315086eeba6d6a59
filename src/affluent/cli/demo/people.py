"""Who works in the demonstration centre: twenty-five agents, those who lead them, and when each is there."""

from collections.abc import Mapping
from dataclasses import dataclass

ARVENE, LIGEO = "Arvène", "Ligéo"
PASSWORD = "affluence-demo"  # noqa: S105 -- shown on the sign-in page of the demonstration
DOMAIN = "affluent.example"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works in the centre. `shift` names their hours in `SHIFTS`; None: they are not simulated."""

    name: str
    email: str
    role: str
    team: str | None = None
    brands: tuple[str, ...] = ()
    skills: tuple[tuple[str, int], ...] = ()
    shift: str | None = None
    pace: float = 1.0
    """How long this person takes, against the usual."""


@dataclass(frozen=True, slots=True)
class Shift:
    """Working hours on the wall clock of Paris. Ends after midnight when `end` is not after `start`."""

    days: tuple[int, ...]
    """Weekdays on which it begins, 0 for Monday."""
    start: int
    end: int
    """Minutes since midnight."""


_WEEK = (0, 1, 2, 3, 4)
SHIFTS: Mapping[str, Shift] = {
    "morning": Shift(_WEEK, 450, 930),
    "day": Shift(_WEEK, 540, 1050),
    "evening": Shift(_WEEK, 750, 1230),
    "weekend": Shift((0, 4, 5, 6), 510, 1050),
    "night": Shift((0, 1, 2, 3, 4, 5, 6), 1200, 480),
}

HEALTH, REPAIR, BOTH = "Prestations", "Dépannage", "Renfort"
_FRENCH = ("french", 5)


def _agent(
    name: str, key: str, team: str, shift: str, pace: float, brands: tuple[str, ...], **skills: int
) -> Person:
    held = (_FRENCH, *skills.items())
    return Person(name, f"{key}@{DOMAIN}", "agent", team, brands, held, shift, pace)


_A, _L, _AL = (ARVENE,), (LIGEO,), (ARVENE, LIGEO)
# An administrator bound to no brand sees the whole centre.
PEOPLE: tuple[Person, ...] = (
    Person("Claire Dumas", f"claire@{DOMAIN}", "administrator"),
    Person("Hélène Marchand", f"helene@{DOMAIN}", "supervisor", None, _AL),
    Person("Paul Estève", f"paul@{DOMAIN}", "planner", None, _AL),
    _agent("Camille Roche", "camille", HEALTH, "day", 1.0, _A, english=2, health=5, contracts=2),
    _agent("Inès Garnier", "ines", HEALTH, "day", 0.9, _AL, english=5, health=3, contracts=5, billing=3, network=1),
    _agent("Yanis Benali", "yanis", REPAIR, "day", 1.0, _L, english=4, network=5, billing=1),
    _agent("Thomas Lefèvre", "thomas", REPAIR, "day", 1.1, _AL, network=3, billing=5, health=1),
    _agent("Aurélie Perrin", "aurelie", HEALTH, "morning", 0.85, _A, english=3, health=5, contracts=4),
    _agent("Mehdi Haddad", "mehdi", HEALTH, "morning", 1.0, _A, english=4, health=4),
    _agent("Solène Kervella", "solene", HEALTH, "morning", 1.2, _A, health=3, contracts=3),
    _agent("Bruno Castelli", "bruno", HEALTH, "evening", 1.05, _A, english=2, health=4, contracts=1),
    _agent("Naïma Cherif", "naima", HEALTH, "evening", 0.95, _A, english=5, health=5, contracts=3),
    _agent("Gaël Tanguy", "gael", HEALTH, "evening", 1.3, _A, health=2, contracts=2),
    _agent("Odile Vasseur", "odile", HEALTH, "morning", 0.9, _A, health=5, contracts=5),
    _agent("Rémi Joubert", "remi", REPAIR, "morning", 1.0, _L, english=3, network=4, billing=2),
    _agent("Fatou Ndiaye", "fatou", REPAIR, "morning", 0.85, _L, english=5, network=5, billing=4),
    _agent("Loïc Prigent", "loic", REPAIR, "morning", 1.15, _L, network=4),
    _agent("Sarah Cohen", "sarah", REPAIR, "evening", 0.95, _L, english=4, network=3, billing=5),
    _agent("Kévin Marteau", "kevin", REPAIR, "evening", 1.25, _L, network=3, billing=1),
    _agent("Élodie Brunet", "elodie", REPAIR, "evening", 1.0, _L, english=2, network=5, billing=3),
    _agent("Hugo Da Silva", "hugo", REPAIR, "evening", 1.05, _L, english=3, network=4, billing=3),
    _agent("Manon Riou", "manon", BOTH, "morning", 1.1, _AL, english=3, health=3, network=3, contracts=2, billing=2),
    _agent("Adrien Colin", "adrien", BOTH, "evening", 1.0, _AL, english=4, health=3, network=4, billing=3),
    _agent("Léonie Faure", "leonie", BOTH, "weekend", 0.95, _AL, english=4, health=4, network=3, billing=3),
    _agent("Oscar Pinto", "oscar", BOTH, "weekend", 1.1, _AL, english=3, health=3, network=4, contracts=2, billing=3),
    _agent("Jeanne Morvan", "jeanne", BOTH, "weekend", 1.0, _AL, english=2, health=4, network=3, contracts=4),
    _agent("Amir Rezaï", "amir", BOTH, "night", 1.0, _AL, english=5, health=3, network=4, contracts=3, billing=3),
    _agent("Chloé Bazin", "chloe", BOTH, "night", 1.1, _AL, english=3, health=4, network=3, contracts=2, billing=2),
)  # fmt: skip
AGENTS: tuple[Person, ...] = tuple(one for one in PEOPLE if one.shift is not None)
