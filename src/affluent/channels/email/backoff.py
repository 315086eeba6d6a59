"""How long to wait before trying again."""

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """Doubling pauses with jitter, so that a hundred mailboxes do not all knock at once when a server
    comes back.
    """

    first_ms: int = 1_000
    most_ms: int = 300_000

    def pause_ms(self, failures: int, chance: random.Random) -> int:
        """The pause after `failures` (at least 1) failures in a row: between half of, and the whole of,
        the doubled time.
        """
        whole = min(self.most_ms, self.first_ms * 2 ** min(max(failures, 1) - 1, 30))
        return whole // 2 + chance.randrange(whole // 2 + 1)
