"""What goods are worth as they come and go: moving average, or first in, first out (VAS 02, Circular 99/2025/TT-BTC).

A :class:`Pool` is a product in a warehouse at a moment. Whatever is done to it, what came in is worth as much as what
went out and what is left together. More than is there may leave it: what was not covered is costed by what comes next.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Generic, TypeVar

from .models import FIFO

Round = Callable[[Decimal], Decimal]
K = TypeVar("K")
NOTHING = Decimal(0)


@dataclass(slots=True)
class Layer:
    """Goods that came in together and are not used up."""

    quantity: Decimal
    value: Decimal


@dataclass(slots=True)
class Pool(Generic[K]):
    """How much there is, and what it is worth. ``K`` names what left, for the costs that are known only later."""

    method: str
    round: Round
    """To the smallest unit of the company's currency."""
    quantity: Decimal = NOTHING
    value: Decimal = NOTHING
    layers: deque[Layer] = field(default_factory=deque)
    """Of *first in, first out*, the oldest first."""
    uncovered: deque[tuple[K, Decimal]] = field(default_factory=deque)
    """What left without being there, the oldest first, each with how much of it."""

    def enter(self, quantity: Decimal, value: Decimal) -> dict[K, Decimal]:
        """Something comes in; what that adds to the costs of those that left before it was there."""
        added: dict[K, Decimal] = {}
        self.quantity += quantity
        while self.uncovered and quantity:
            key, missing = self.uncovered.popleft()
            covered = min(missing, quantity)
            cost = value if covered == quantity else self.round(value * covered / quantity)
            added[key] = added.get(key, NOTHING) + cost
            quantity, value = quantity - covered, value - cost
            if missing > covered:
                self.uncovered.appendleft((key, missing - covered))
        if quantity:
            self.value += value
            if self.method == FIFO.value:
                self.layers.append(Layer(quantity, value))
        return added

    def leave(self, key: K, quantity: Decimal) -> Decimal:
        """Something goes out; what it cost, as far as it was there."""
        there = min(quantity, max(self.quantity, NOTHING))
        self.quantity -= quantity
        if quantity > there:
            self.uncovered.append((key, quantity - there))
        if not there:
            return NOTHING
        cost = self._oldest(there) if self.method == FIFO.value else self._average(there)
        self.value -= cost
        return cost

    def pass_on(self, quantity: Decimal, value: Decimal) -> None:
        """Something goes on that is known apart from the rest, such as goods on their way: with the value it came with."""
        self.quantity, self.value = self.quantity - quantity, self.value - value

    def _average(self, quantity: Decimal) -> Decimal:
        before = self.quantity + quantity if self.quantity > 0 else quantity
        return self.value if quantity >= before else self.round(self.value * quantity / before)

    def _oldest(self, quantity: Decimal) -> Decimal:
        cost = NOTHING
        while quantity:
            oldest = self.layers[0]
            if oldest.quantity <= quantity:
                cost, quantity = cost + oldest.value, quantity - oldest.quantity
                self.layers.popleft()
            else:
                part = self.round(oldest.value * quantity / oldest.quantity)
                oldest.quantity, oldest.value = oldest.quantity - quantity, oldest.value - part
                cost, quantity = cost + part, NOTHING
        return cost

    def at_cost(self, quantity: Decimal) -> Decimal:
        """What so much would be worth at the average of what is there; nothing where nothing is."""
        return self.round(self.value * quantity / self.quantity) if self.quantity > 0 else NOTHING


def layers_left(quantity: Decimal, value: Decimal, newest: Iterable[tuple[Decimal, Decimal]]) -> deque[Layer]:
    """The layers of goods that are there: first in, first out leaves the newest entries, the oldest of them in part.

    ``newest`` are what came in, as quantity and value, the latest first, until they cover ``quantity``. Where that is
    not how the goods were costed until now, they are one layer.
    """
    found: deque[Layer] = deque()
    left, worth = quantity, value
    for came, cost in newest:
        if came >= left:
            found.appendleft(Layer(left, worth))
            return found if NOTHING <= worth <= max(cost, NOTHING) else deque([Layer(quantity, value)])
        found.appendleft(Layer(came, cost))
        left, worth = left - came, worth - cost
    return deque([Layer(quantity, value)] if quantity > 0 else [])
