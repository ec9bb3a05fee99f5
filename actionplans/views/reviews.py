"""The page on which a co-ordinator enters a progress review."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from actionplans.forms.reviews import ReviewForm
from actionplans.views.building import answer, form_page
from actionplans.views.reading import SignedIn
from actionplans.views.writing import record_passed
from core import clock
from inspections import operations as inspecting
from inspections.models import Inspection
from partnerships.permissions import require
from partnerships.roles import Permission


@form_page
def progress_review_new(request: SignedIn, inspection: str) -> HttpResponse:
    """Enters what a progress review says of the recommendations of the inspection that it follows."""
    now = clock.now()
    visible = Inspection.objects.visible_to(request.user, clock.day_of(now)).select_related("partnership", "framework")
    found = get_object_or_404(visible, slug=inspection)
    require(request.user, Permission.BUILD_PLANS, found.partnership)
    sent = request.POST if request.method == "POST" else None
    recommendations = list(found.recommendations.order_by("position"))
    form = ReviewForm(sent, follows=found, recommendations=recommendations)
    if request.method == "POST" and form.is_valid():
        facts: dict[str, Any] = {name: form.cleaned_data[name] for name in ReviewForm.FACTS}
        try:
            review = inspecting.record_progress_review(
                follows=found, judged=form.judged(), by=request.user, now=now, **facts
            )
        except ValidationError as refusal:
            form.take(refusal)
        else:
            record_passed(request, form, about=review, now=now)
            messages.success(request, f"Entered: {review}. What remains of it can be answered by a plan.")
            return redirect("actionplans:inspection", review.slug)
    return answer(request, "actionplans/progress_review_new.html", form, {"inspection": found})
