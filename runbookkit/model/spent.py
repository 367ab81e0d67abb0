"""What calls of a model cost, and what they may."""

from __future__ import annotations

from dataclasses import dataclass

from runbookkit.model.base import Data


@dataclass(frozen=True, slots=True)
class Spent(Data):
    """A sum; its dollars are zero where no price is known."""

    usd: float = 0.0
    tokens: int = 0

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.usd + other.usd, self.tokens + other.tokens)

    def __sub__(self, other: Spent) -> Spent:
        return Spent(self.usd - other.usd, self.tokens - other.tokens)

    def exceeds(self, bound: Spent) -> bool:
        """Tell whether any part is larger than that of a bound.

        >>> Spent(1.0, 500).exceeds(Spent(2.0, 400))
        True
        """
        return self.usd > bound.usd or self.tokens > bound.tokens

    def __str__(self) -> str:
        return f"${self.usd:.4f} and {self.tokens} tokens"
