"""The page on which a co-ordinator sets the RAG of an action by hand, or goes back to the computed one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from actionplans import operations
from actionplans.forms.rag import COMPUTED, RagForm
from actionplans.operations.rag import why_fixed
from actionplans.operations.updates import last_seq
from actionplans.views.reading import SignedIn, sent, visible_action
from actionplans.views.writing import attempt, see_the_latest, speaker
from core import clock
from core.typed import fill_typed, keeps_typed
from partnerships.permissions import require
from partnerships.roles import Permission


@keeps_typed
@require_http_methods(["GET", "HEAD", "POST"])
def action_rag(request: SignedIn, plan: str, ref: str) -> HttpResponse:
    now = clock.now()
    today = clock.day_of(now)
    found = visible_action(request, plan, ref, today)
    require(request.user, Permission.POST_ANY_UPDATE, found.plan.partnership)
    ruled, latest = found.ruled_rag(found.start_on, today), last_seq(found)
    form = RagForm(sent(request), ruled=ruled, is_set=bool(found.rag_set), initial={"seen": latest})

    def verb() -> object:
        word, said = form.cleaned_data["word"], {name: form.cleaned_data[name] for name in ("reason", "seen")}
        said |= {"action": found, "by": speaker(request.user, found.plan.partnership, today), "now": now}
        return operations.take_back_rag(**said) if word == COMPUTED else operations.set_rag(word=word, **said)

    if form.is_valid() and attempt(request, form, verb, about=found, now=now):
        word = form.cleaned_data["word"]
        done = "computed again" if word == COMPUTED else f"{word}, set by hand"
        messages.success(request, f"The RAG of {found.ref} is {done}.")
        return redirect(found)
    kept = fill_typed(request, form)
    see_the_latest(form, latest)
    context = {"form": form, "action": found, "plan": found.plan, "kept": kept, "blocked": why_fixed(found)}
    context |= {"rag": found.rag(today), "ruled": ruled}
    return render(request, "actionplans/action_rag.html", context, status=422 if form.errors else 200)
