"""What a log has that cannot be taken: which row, which column, what stood there, and why."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

SHOWN_MAX = 1_000


class Why(StrEnum):
    """Why a row is refused. Each has its sentence in `cli/history/words`."""

    SHORT_ROW = "short_row"
    """It has fewer columns than the header."""
    MISSING = "missing"
    """What every contact needs is not there."""
    BAD_INSTANT = "bad_instant"
    BAD_DURATION = "bad_duration"
    UNKNOWN_CODE = "unknown_code"
    """A code that the mapping does not translate."""
    BACKWARDS = "backwards"
    """It ends, or is answered, before it began."""
    NOT_ANSWERED = "not_answered"
    """It is said to be answered, and nothing says when."""
    UNKNOWN_EVENT = "unknown_event"
    NO_BEGINNING = "no_beginning"
    """An event of a contact whose beginning is not in the file."""
    NO_END = "no_end"
    """A contact whose end is not in the file."""
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Refusal:
    """`row` counts from 1 as an editor or a spreadsheet does, the header included."""

    row: int
    column: str
    value: str
    why: Why


@dataclass(slots=True)
class Report:
    """What became of the rows of a file. `first` holds the first refusals; `counts` all of them."""

    rows: int = 0
    left_out: int = 0
    repeated: int = 0
    """Rows of a stay that another row tells again: the last one counts."""
    taken: int = 0
    counts: Counter[Why] = field(default_factory=Counter[Why])
    first: list[Refusal] = field(default_factory=list[Refusal])

    @property
    def refused(self) -> int:
        return sum(self.counts.values())

    def refuse(self, row: int, column: str, value: str, why: Why) -> None:
        self.counts[why] += 1
        if len(self.first) < SHOWN_MAX:
            self.first.append(Refusal(row, column, value[:200], why))


class BadFile(Exception):
    """The file as a whole cannot be read. `code` names its sentence, `params` what it tells of."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(f"{code}: {params}")
        self.code = code
        self.params = params
