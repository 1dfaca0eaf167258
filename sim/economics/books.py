"""Double-entry books of an appraisal: what each payer gains or pays, on what account, by year.

Every posting has two sides of equal size: a payer gains what an account gives. All sides together are always zero.
A transfer has a payer on both sides, so society as a whole neither gains nor loses by it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

FISCAL, ECONOMIC, SOCIAL, TRANSFER = "fiscal", "economic", "social", "transfer"
VIOLENCE, PROGRAMME = "violence:", "programme:"
INSIDE_UNIT_COSTS: tuple[str, ...] = (
    "ambulance",
    "emergency_department",
    "ed_attendance",
    "admission",
    "police_time",
    "recorded_crime",
    "arrest",
    "court",
    "charge",
    "community_sentence",
    "custody",
    "prison",
    "probation",
)


@dataclass(frozen=True)
class Posting:
    """Hold one line of the books.

    Attributes
    ----------
    account, payer
        What the money is about, and whom it reaches. For a transfer the account is the payer who gives.
    gbp
        By year, before discounting, shape (years,); positive is a gain to the payer.
    factors
        Discount factor of each year, shape (years,).
    kind
        Fiscal (public budgets), economic (earnings, property), social (harm to people) or transfer.
    cashable
        Share of the amount that changes what is actually paid; the rest frees time and capacity.
    source
        Where the amount comes from.
    """

    account: str
    payer: str
    gbp: FloatArray
    factors: FloatArray
    kind: str
    cashable: float
    source: str

    @property
    def present_value(self) -> FloatArray:
        """Discounted amounts by year, shape (years,)."""
        return self.gbp * self.factors


@dataclass
class Books:
    """Keep postings and add them up."""

    postings: list[Posting] = field(default_factory=list)

    def post(
        self, account: str, payer: str, gbp: FloatArray, factors: FloatArray, kind: str, cashable: float, source: str
    ) -> None:
        """Write one line. Amounts of zero in every year are left out.

        Raises
        ------
        ValueError
            When the account is a cost that the unit costs of crime already contain.
        """
        item = account.rpartition(":")[2]
        if item in INSIDE_UNIT_COSTS:
            raise ValueError(
                f"the cost of {item} is inside the unit costs of crime already; posting it counts it twice"
            )
        if np.any(gbp):
            self.postings.append(Posting(account, payer, gbp, factors, kind, cashable, source))

    def transfer(self, giver: str, taker: str, gbp: FloatArray, factors: FloatArray, source: str) -> None:
        """Write money that one payer hands to another."""
        if np.any(gbp):
            self.postings.append(Posting(giver, taker, gbp, factors, TRANSFER, 1.0, source))

    def payers(self) -> list[str]:
        """Names of everybody who gains or pays, in alphabetical order."""
        givers = {each.account for each in self.postings if each.kind == TRANSFER}
        return sorted({each.payer for each in self.postings} | givers)

    def balance(self) -> float:
        """Add up both sides of every posting; zero when the books are right."""
        sides = [side for each in self.postings for side in (*each.present_value, *-each.present_value)]
        return math.fsum(sides)

    def net(self, payer: str | None = None, *, cashable_only: bool = False) -> FloatArray:
        """Return discounted gain less cost by year, of one payer or of society.

        Society leaves transfers out: both sides of them are inside it.
        """
        years = max((each.gbp.size for each in self.postings), default=0)
        total = np.zeros(years)
        for each in self.postings:
            part = each.present_value * (each.cashable if cashable_only else 1.0)
            if payer is None:
                total += 0.0 if each.kind == TRANSFER else part
            else:
                total += part * ((each.payer == payer) - (each.kind == TRANSFER and each.account == payer))
        return total
