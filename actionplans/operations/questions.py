"""Verbs of the conversation with inspectors: a question about an action, and its answer. Neither changes the action."""

from datetime import datetime
from typing import cast

from django.db import transaction

from actionplans.models import Action, Answer, Entry, Question
from actionplans.operations.history import Actor, Refusal, append, locked_action
from actionplans.permissions import askable
from core import clock
from core.refusal import UpdatedMeanwhile
from inspections.models import Inspection

LONGEST = 2000  # characters


class QuestionsAreOff(Refusal):
    """The partnership lets this person ask nothing, or no more."""


@transaction.atomic
def ask_question(*, action: Action, inspection: Inspection, text: str, by: Actor, now: datetime) -> Question:
    """An inspector asks about an action, in the name of an inspection that it answers.

    Raises QuestionsAreOff unless a grant of today lets them (`Grant.may_ask`), and Refusal without a text, for one of
    more than LONGEST characters, and for what they have asked already and nobody has answered: a double click.
    """
    action = locked_action(action)
    if inspection not in askable(by.user, action, clock.day_of(now)):
        raise QuestionsAreOff("You may no longer ask about this action. Ask the co-ordinator for access.")
    text = _checked(text, "Enter your question.")
    if Question.objects.open().filter(action=action, by=by.user, text=text).exists():
        raise Refusal("You have asked this already. It waits for an answer.", "text")
    row = Question(plan=action.plan, kind=Entry.Kind.QUESTION, inspection=inspection, text=text)
    return append(row, action=action, by=by, now=now)


@transaction.atomic
def answer_question(*, question: Question, text: str, by: Actor, now: datetime, seen: int | None = None) -> Answer:
    """The partnership answers. An answer that is wrong is put right by another; both stay.

    Raises Refusal without a text, or for one of more than LONGEST characters; UpdatedMeanwhile when there are other
    answers than the `seen` ones that the writer had before them.
    """
    action = locked_action(cast(Action, question.action))
    last = question.answers.order_by("seq").last()
    if seen is not None and last and question.answers.count() != seen:
        raise UpdatedMeanwhile(
            f"{last.by_name} has answered since you opened the form. Your text is kept. "
            "Read that answer, then send yours if it is still needed."
        )
    row = Answer(plan=action.plan, kind=Entry.Kind.ANSWER, of=question, text=_checked(text, "Enter the answer."))
    return append(row, action=action, by=by, now=now)


def _checked(text: str, missing: str) -> str:
    if not text.strip():
        raise Refusal(missing, "text")
    if len(text.strip()) > LONGEST:
        raise Refusal(f"Shorten the text to {LONGEST} characters.", "text")
    return text.strip()
