"""A router that explains each offer: it looks at the situation just before, at the price of its speed.

It decides what a `Router` decides.
"""

from affluent.routing import entries
from affluent.routing.engine import Router
from affluent.routing.explain import Explanation, explain
from affluent.routing.policy import Policy
from affluent.routing.rewind import Kept
from affluent.routing.state import OFFERED_NOW


class SteppingRouter(Router):
    """It looks up after each decision, and so stops after any number of them that it is told to stop after.

    A `Router` stops where its space for decisions ends: a little later than it was told, and says then where.
    """

    def __init__(self, policy: Policy, *, capacity: int = 4_096) -> None:
        super().__init__(policy, capacity=capacity)
        self.store.one_at_a_time()


class ExplainingRouter(SteppingRouter):
    """`explanations` grows by one for each `Offered`, in their order; whoever reads them empties it."""

    def __init__(self, policy: Policy, *, capacity: int = 4_096) -> None:
        super().__init__(policy, capacity=capacity)
        self.explanations: list[Explanation] = []
        self.looking = True
        """Off: it decides and explains nothing, without the price."""

    def settle(self) -> None:
        if not self.looking:
            super().settle()
            return
        self.note_outcomes()
        more = not self.behind
        while more:
            before = Kept(self)
            more = bool(entries.settle(self.store.at, self.now_ms))
            self._explain_offers(before)
            self.note_outcomes()
            more = more and not self.stop_if_full()

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
