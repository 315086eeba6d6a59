"""How past predictions went: where in its law each wait ended, censored where somebody gave up.

Were the law exact, these shares would be spread evenly from 0 to 1. They are not; their own quantiles say what to
announce instead (conformal prediction). Whoever left would have waited longer: they count as Kaplan and Meier count
them, which weighs each answered one by the inverse of the chance to have been answered.
"""

from bisect import bisect_right
from collections import deque
from dataclasses import dataclass, field

KEPT = 600
FEWEST = 40
"""Answered ones, before anything is said."""
_RENEWED = 10


@dataclass(slots=True)
class Scores:
    """The latest ones. A score is a share of the law; `answered`: it ended there, else it went beyond."""

    kept: deque[tuple[float, bool]] = field(default_factory=lambda: deque[tuple[float, bool]](maxlen=KEPT))
    _steps: list[float] = field(default_factory=list[float])
    _reached: list[float] = field(default_factory=list[float])
    _since: int = _RENEWED

    def add(self, score: float, *, answered: bool) -> None:
        self.kept.append((score, answered))
        self._since += 1

    @property
    def enough(self) -> bool:
        return len(self.kept) >= FEWEST and sum(answered for _, answered in self.kept) >= FEWEST

    def quantile(self, share: float) -> float:
        """The score below which a share of the waits ended; 1 where the data do not reach so far."""
        self._renew()
        at = bisect_right(self._reached, share - 1e-12)
        return self._steps[at] if at < len(self._steps) else 1.0

    def share(self, score: float) -> float:
        """The share of waits that had ended by a score."""
        self._renew()
        at = bisect_right(self._steps, score)
        return self._reached[at - 1] if at else 0.0

    def _renew(self) -> None:
        if self._since < _RENEWED:
            return
        self._since = 0
        steps: list[float] = []
        reached: list[float] = []
        stay, at_risk = 1.0, len(self.kept)
        # One more, of whom nothing is known, keeps a small sample honest.
        at_risk += 1
        for score, answered in sorted(self.kept, key=lambda one: (one[0], not one[1])):
            if answered:
                stay *= 1 - 1 / at_risk
                steps.append(score)
                reached.append(1 - stay)
            at_risk -= 1
        self._steps, self._reached = steps, reached
