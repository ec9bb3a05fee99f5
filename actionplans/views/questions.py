"""Pages of the conversation with inspectors: what they ask about an action, and what the partnership answers."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from actionplans import operations
from actionplans.forms.questions import AnswerForm, QuestionForm
from actionplans.models import Answer, Entry, Question
from actionplans.operations import Actor
from actionplans.permissions import askable
from actionplans.views.reading import SignedIn, page, visible_action
from actionplans.views.writing import attempt, see_the_latest, speaker
from core import clock
from core.typed import fill_typed, keeps_typed
from partnerships.models import User
from partnerships.permissions import require
from partnerships.roles import Permission

ANSWERED_A_PAGE = 25
form_page = require_http_methods(["GET", "HEAD", "POST"])


@dataclass
class Asked:
    """A question on the page of its action, with its answers, oldest first."""

    question: Question
    answers: list[Answer] = field(default_factory=list)


@page
def questions(request: SignedIn) -> HttpResponse:
    """The questions that the person may read: what waits for an answer, the longest first, then what is answered."""
    visible = Question.objects.visible_to(request.user, clock.today()).with_answers()
    answered = visible.answered().order_by("-recorded_at", "-pk")
    context = {
        "waiting": visible.open().order_by("recorded_at", "pk"),
        "page_obj": Paginator(answered, ANSWERED_A_PAGE).get_page(request.GET.get("page")),
        "answers_in": request.user.partnerships_where(Permission.ANSWER_QUESTIONS),
    }
    return render(request, "actionplans/questions.html", context)


@keeps_typed
@form_page
def question_new(request: SignedIn, plan: str, ref: str) -> HttpResponse:
    """An inspector asks about an action, where the partnership lets them: the one thing that they can write."""
    now = clock.now()
    today = clock.day_of(now)
    found = visible_action(request, plan, ref, today)
    inspections = list(askable(request.user, found, today))
    if not inspections:
        raise PermissionDenied
    form = QuestionForm(request.POST or None, inspections=inspections)

    def verb() -> object:
        said = {"inspection": form.inspection(), "text": form.cleaned_data["text"]}
        return operations.ask_question(action=found, by=Actor(request.user), now=now, **said)

    if request.method == "POST" and form.is_valid() and attempt(request, form, verb, about=found, now=now):
        messages.success(request, f"Question asked about {found.ref}. The answer will stand on this page.")
        return redirect(f"{found.get_absolute_url()}#questions")
    context = {"form": form, "action": found, "plan": found.plan, "kept": fill_typed(request, form)}
    return render(request, "actionplans/question_new.html", context, status=422 if form.errors else 200)


@keeps_typed
@form_page
def question_answer(request: SignedIn, plan: str, ref: str, pk: int) -> HttpResponse:
    """The partnership answers a question, or adds to what it has answered."""
    now = clock.now()
    today = clock.day_of(now)
    action = visible_action(request, plan, ref, today)
    require(request.user, Permission.ANSWER_QUESTIONS, action.plan.partnership)
    visible = Question.objects.visible_to(request.user, today).with_answers()
    found = get_object_or_404(visible, pk=pk, action=action)
    form = AnswerForm(request.POST or None)

    def verb() -> object:
        said = {"text": form.cleaned_data["text"], "seen": form.cleaned_data["seen"]}
        by = speaker(request.user, action.plan.partnership, today)
        return operations.answer_question(question=found, by=by, now=now, **said)

    if request.method == "POST" and form.is_valid() and attempt(request, form, verb, about=action, now=now):
        messages.success(request, f"Answer sent about {action.ref}.")
        return redirect("actionplans:questions")
    kept = fill_typed(request, form)
    see_the_latest(form, found.answers.count())
    context = {"form": form, "question": found, "action": action, "plan": action.plan, "kept": kept}
    return render(request, "actionplans/question_answer.html", context, status=422 if form.errors else 200)


def asked_about(entries: Iterable[Entry]) -> list[Asked]:
    """The questions among the rows of an action (newest first, `with_details`), oldest first, with their answers."""
    found: dict[int, Asked] = {}
    for row in reversed([entry.detail for entry in entries]):
        if isinstance(row, Question):
            found[row.pk] = Asked(row)
        elif isinstance(row, Answer) and row.of_id in found:
            found[row.of_id].answers.append(row)
    return list(found.values())


def questions_waiting(user: User, on: date) -> int:
    """How many questions wait for the person to answer them. No query for who answers none."""
    answers_in = user.partnerships_where(Permission.ANSWER_QUESTIONS)
    if not answers_in:
        return 0
    return Question.objects.visible_to(user, on).open().filter(plan__partnership__in=answers_in).count()
