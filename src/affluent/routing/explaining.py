"""A router that explains each offer: it looks at the situation just before, at the price of its speed.

It decides what a `Router` decides.
"""

from affluent.routing import entries
from affluent.routing.engine import Router
from affluent.routing.explain import Explanation, explain
from affluent.routing.policy import Policy
from affluent.routing.rewind import Kept
from affluent.routing.state import OFFERED_NOW


class ExplainingRouter(Router):
    """`explanations` grows by one for each `Offered`, in their order; whoever reads them empties it."""

    def __init__(self, policy: Policy, *, capacity: int = 4_096) -> None:
        super().__init__(policy, capacity=capacity)
        self.explanations: list[Explanation] = []
        self.looking = True
        """Off: it decides and explains nothing, without the price."""
        self.store.one_at_a_time()

    def settle(self) -> None:
        if not self.looking:
            super().settle()
            return
        self.note_outcomes()
        more = True
        while more:
            before = Kept(self)
            more = bool(entries.settle(self.store.at, self.now_ms))
            self._explain_offers(before)
            self.note_outcomes()

    def _explain_offers(self, before: Kept) -> None:
        outcomes = self.store.state.outcomes
        count = outcomes.size[0]
        offered = [outcomes.table[row, 1] for row in range(count) if outcomes.table[row, 0] == OFFERED_NOW]
        if not offered:
            return
        after = Kept(self)
        before.put_back()
        explained = [explain(self, int(row), self.now_ms) for row in offered]
        after.put_back()
        outcomes.size[0] = count
        self.explanations += explained
