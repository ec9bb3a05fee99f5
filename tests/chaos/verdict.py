"""What must hold at the end of a fault-injection run, from the database, the mail server's book and the kills."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from actionplans.models import Attempt, Message, Reminder
from actionplans.reminders import message_id as id_of
from tests.chaos.people import Owner, step_of

State = Message.State
ENDS = (State.SENT, State.REFUSED, State.WITHDRAWN)


@dataclass(frozen=True)
class Row:
    """A message of the outbox. `steps` are those of its reminders that were not withdrawn."""

    message_id: str
    user_id: int
    on: date
    state: str
    address: str
    steps: tuple[int, ...]
    accepted: int  # attempts recorded as accepted


@dataclass
class Book:
    """What the mail server and whoever killed processes know. By Message-ID: taken, and of these not heard of."""

    taken: Counter[str] = field(default_factory=Counter)
    unheard: Counter[str] = field(default_factory=Counter)
    recipients: dict[str, set[str]] = field(default_factory=dict)

    @property
    def duplicates(self) -> int:
        return sum(count - 1 for count in self.taken.values())


def rows() -> list[Row]:
    """The whole outbox, in the order in which it was planned."""
    steps = defaultdict(list)
    for message, step in Reminder.objects.filter(withdrawn_at=None).values_list("message", "step"):
        steps[message].append(step)
    attempts = Attempt.objects.filter(outcome=Attempt.Outcome.ACCEPTED).values_list("message", flat=True)
    accepted = Counter(attempts)
    return [
        Row(
            id_of(each),
            each.user_id,
            each.on,
            each.state,
            each.address,
            tuple(sorted(steps[each.pk])),
            accepted[each.pk],
        )
        for each in Message.objects.order_by("pk")
    ]


def faults(found: list[Row], book: Book, owners: Iterable[Owner], weeks: int) -> list[str]:
    """All that does not hold, a sentence each."""
    return [*_counts(found), *_missed(found, list(owners), weeks), *_against_the_server(found, book)]


def _counts(found: list[Row]) -> list[str]:
    wrong = [f"{row.message_id} still waits ({row.state})" for row in found if row.state not in ENDS]
    for (user, on), count in Counter((row.user_id, row.on) for row in found).items():
        if count > 1:
            wrong.append(f"{count} messages to person {user} on {on}")
    for row in found:
        if row.accepted != (row.state == State.SENT):
            wrong.append(f"{row.message_id} is {row.state} and was recorded as accepted {row.accepted} times")
        if row.state == State.SENT and not row.steps:
            wrong.append(f"{row.message_id} was sent and says nothing")
    return wrong


def _missed(found: list[Row], owners: list[Owner], weeks: int) -> list[str]:
    """Each owner is told, or refused by the server, each week's step; once, unless a clock that went back undid it."""
    said = Counter(
        (row.user_id, step) for row in found if row.state in (State.SENT, State.REFUSED) for step in row.steps
    )
    due = {(each.user_id, step_of(week)) for each in owners for week in range(weeks) if not _may_miss(each, week)}
    allowed = {(each.user_id, step_of(week)) for each in owners for week in range(weeks)}
    wrong = [f"person {user} was not told of day {step}" for user, step in sorted(due - set(said))]
    wrong += [f"person {user} was told of day {step}, which never was" for user, step in sorted(set(said) - allowed)]
    wrong += [f"person {user} was told of day {step} in {n} messages" for (user, step), n in said.items() if n > 1]
    refused = {row.user_id for row in found if row.state == State.REFUSED}
    wrong += [f"{each.email} was refused" for each in owners if each.user_id in refused and not each.is_refused]
    return wrong


def _may_miss(owner: Owner, week: int) -> bool:
    return owner.done_in is not None and week >= owner.done_in


def _against_the_server(found: list[Row], book: Book) -> list[str]:
    wrong = []
    known = {row.message_id: row for row in found}
    for message_id, count in book.taken.items():
        row, unheard = known.get(message_id), book.unheard[message_id]
        if row is None:
            wrong.append(f"{message_id} was taken and is not in the outbox")
        elif book.recipients[message_id] != {row.address}:
            wrong.append(f"{message_id} went to {sorted(book.recipients[message_id])}, not {row.address}")
        elif count - (row.state == State.SENT) > unheard:
            wrong.append(f"{message_id} was taken {count} times; {unheard} of these could not be recorded")
    unsent = [row.message_id for row in found if row.state == State.SENT and not book.taken[row.message_id]]
    return wrong + [f"{message_id} is said to be sent, and the server never took it" for message_id in unsent]
