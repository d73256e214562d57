"""A ledger that gives a place to all and writes down what each call took."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from runtime.sdk import NodeError
from runtime.store.model_calls import Call, Go, Spent, Terms, Verdict


@dataclass
class PaperLedger:
    """See `runtime.providers.ledger.Ledger`."""

    workspace: UUID = field(default_factory=uuid4)
    asked: list[Call] = field(default_factory=list)
    spent: list[Spent] = field(default_factory=list)
    cooled: list[float] = field(default_factory=list)
    away: bool = False

    async def ask(self, call: Call, terms: Terms) -> Verdict:
        self.asked.append(call)
        return Go()

    async def settle(self, call: UUID, spent: Spent, cool: float) -> None:
        if self.away:
            raise NodeError("The database did not answer in time.")
        assert call in {one.id for one in self.asked}
        self.spent.append(spent)
        self.cooled.append(cool)

    async def remembered(self, call: Call, model: str, saved: int) -> None:
        """Not what is looked at here."""
