"""Delivering the outbox: claim some, check that each is still true, send, record; then claim the next."""

import logging
import random
import time
import uuid
from collections import Counter
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from actionplans.models import Action, Attempt, Message, Reminder
from actionplans.reminders.due import Facts
from actionplans.reminders.letters import Letters
from actionplans.reminders.planning import news
from core.clock import Stopwatch
from core.locks import is_kept, is_left, not_held, working_on
from core.mail import Answer, Mailer, Outcome
from core.rows import inserting, updating, write
from partnerships import operations as partnering

logger = logging.getLogger(__name__)
CHUNK = 100  # messages that are claimed at once: memory does not grow with the number of people
ATTEMPT = timedelta(seconds=10 * settings.EMAIL_TIMEOUT)  # the longest: no more than ten answers are waited for
LEASE = 2 * ATTEMPT  # of a claim; its holder begins nothing that might outlast it
TRUTH_LASTS = 60.0  # seconds after which it is asked again whether what was planned still holds
GIVE_UP = 3  # messages in a row that met with trouble: the server is away, the rest waits for the next run
FIRST_RETRY = timedelta(minutes=5)
LAST_RETRY = timedelta(hours=6)
RECORDED = ("state", "answer", "address", "sent_at", "try_after", "claim")


def deliver_outbox(on: date, now: datetime) -> Counter[Message.State]:
    """Delivers what waits, in chunks over one connection; gives how many messages came to which state.

    1. Returns claims whose holder is gone (`sweep`).
    2. Claims a chunk by one compare-and-swap, and lets everybody know that it is being worked on.
    3. Of each message: leaves out what is no longer true of this person, sends it, always with the same Message-ID,
       and commits what became of it before the next is begun.
    4. What may pass is tried again later, longer each time; what is refused for good stops, and the address is shown
       as failing.
    A process that dies leaves claims, which the sweep of another run returns after the lease. Only a message that was
    accepted and not yet recorded can then go out twice.
    """
    clock = Stopwatch(now)
    sweep(now)
    done: Counter[Message.State] = Counter()
    mailer = Mailer()
    try:
        while mailer.trouble < GIVE_UP and (claim := claim_some(clock.now())):
            with working_on(claim):
                done += Chunk(claim, on, clock, mailer).deliver()
    finally:
        mailer.close()
    return done


@transaction.atomic
def claim_some(now: datetime) -> uuid.UUID | None:
    """Claims up to CHUNK messages that are ready for a run of its own, oldest first; None when there is none."""
    claim = uuid.uuid4()
    ready = Q(try_after__isnull=True) | Q(try_after__lte=now) | Q(try_after__gt=now + 2 * LAST_RETRY)
    waiting = Message.objects.filter(ready, state=Message.State.PLANNED).order_by("pk")
    keys = list(not_held(waiting).values_list("pk", flat=True)[:CHUNK])
    taken = Message.objects.filter(pk__in=keys, state=Message.State.PLANNED).update(
        state=Message.State.CLAIMED, claim=claim, claimed_at=now, attempts=F("attempts") + 1
    )
    return claim if taken else None


@transaction.atomic
def sweep(now: datetime) -> int:
    """Returns messages whose claim outlived its lease to the outbox; gives how many.

    A claim that somebody works on is theirs, whatever the clock says. One from the future was made by a clock that
    jumped.
    """
    over = Q(claimed_at__lt=now - LEASE) | Q(claimed_at__gt=now + LEASE)
    hanging = Message.objects.filter(over, state=Message.State.CLAIMED)
    claims = {each for each in hanging.values_list("claim", flat=True) if each}
    left = Q(claim=None) | Q(claim__in=[claim for claim in claims if is_left(claim)])
    # By the claims that were asked about: meanwhile others may have returned their messages, and claimed them anew.
    return hanging.filter(left).update(state=Message.State.PLANNED, claim=None)


class Chunk:
    """The messages of one claim."""

    def __init__(self, claim: uuid.UUID, on: date, clock: Stopwatch, mailer: Mailer) -> None:
        self.claim, self.on, self.clock, self.mailer = claim, on, clock, mailer
        self.claimed = time.monotonic()
        self.messages = list(Message.objects.filter(claim=claim).order_by("pk").select_related("user"))
        self.reminders: dict[int, list[Reminder]] = {message.pk: [] for message in self.messages}
        for reminder in Reminder.objects.filter(message__in=self.messages, withdrawn_at=None).order_by("pk"):
            self.reminders[reminder.message_id].append(reminder)
        self.ask_again()

    def ask_again(self) -> None:
        """What holds now, of all messages of the chunk in a few queries."""
        self.asked = time.monotonic()
        actions = {reminder.action_id for found in self.reminders.values() for reminder in found}
        facts = Facts([Action.objects.filter(pk__in=actions)], self.on, self.on)
        self.true_now = facts.true_on(self.on) | news(self.on, self.on).true_on(self.on)
        self.letters = Letters(self.messages, actions, self.on)

    def deliver(self) -> Counter[Message.State]:
        """Each message in turn, until the time of the claim is over or the server seems to be away."""
        done: Counter[Message.State] = Counter()
        for message in self.messages:
            if self.mailer.trouble >= GIVE_UP or Stopwatch.since(self.claimed) > LEASE - ATTEMPT:
                break
            if time.monotonic() - self.asked > TRUTH_LASTS:
                self.ask_again()
            done[Message.State(self._deliver(message))] += 1
        self._release()
        return done

    def _deliver(self, message: Message) -> str:
        """Delivers one message, and gives its state. Whoever else has it meanwhile, deals with it."""
        return self._send(message) if is_kept(message, "claim", "state") else Message.State.CLAIMED

    def _send(self, message: Message) -> str:
        """Leaves out what no longer holds; sends what is left of it."""
        planned = self.reminders[message.pk]
        kept = [each for each in planned if (each.user_id, each.action_id, each.kind, each.anchor_on) in self.true_now]
        if len(kept) < len(planned):
            dropped = {each.pk for each in planned} - {each.pk for each in kept}
            Reminder.objects.filter(pk__in=dropped).update(withdrawn_at=self.clock.now())
        if not message.user.is_active or not (kept or self.letters.has_summary(message)):
            return self._record(message, Message.State.WITHDRAWN, "No longer true when it was to be sent.")
        try:
            answer = self.mailer.send(self.letters.write(message, kept))
        except Exception as error:  # a fault of ours with one message must not hold up the others
            logger.exception("Message %s could not be written", message.pk)
            answer = Answer(Outcome.LATER, f"{type(error).__name__}: {error}"[:500])
        return self._take(message, answer)

    def _take(self, message: Message, answer: Answer) -> str:
        """Records what the server answered, in the message and, for good, as an attempt."""
        now = self.clock.now()
        outcome = Attempt.Outcome(answer.outcome.value)
        attempt = Attempt(message=message, at=now, address=message.user.email, outcome=outcome, answer=answer.words)
        if answer.outcome == Outcome.ACCEPTED:
            message.sent_at = now
            return self._record(message, Message.State.SENT, answer.words, attempt)
        if answer.outcome == Outcome.REFUSED:
            partnering.mail_failed(user=message.user, answer=answer.words, now=now)
            return self._record(message, Message.State.REFUSED, answer.words, attempt)
        message.try_after = now + pause(message.attempts)
        return self._record(message, Message.State.PLANNED, answer.words, attempt)

    def _record(self, message: Message, state: Message.State, answer: str, attempt: Attempt | None = None) -> str:
        message.state, message.answer, message.address, message.claim = state, answer, message.user.email, None
        write(updating(message, *RECORDED), *([inserting(attempt)] if attempt else []))
        return state

    def _release(self) -> None:
        """What was claimed and not begun goes back, as if it had not been claimed."""
        Message.objects.filter(claim=self.claim, state=Message.State.CLAIMED).update(
            state=Message.State.PLANNED, claim=None, attempts=F("attempts") - 1
        )


def pause(attempts: int) -> timedelta:
    """Five minutes, tripled with each attempt to six hours, and up to a quarter more so that not all knock at once."""
    wait = min(FIRST_RETRY * 3 ** min(attempts - 1, 10), LAST_RETRY)
    return wait * random.uniform(1, 1.25)
