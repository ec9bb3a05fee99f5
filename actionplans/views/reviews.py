"""The page on which a co-ordinator enters a progress review."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect

from actionplans.forms.reviews import ReviewForm
from actionplans.views.building import answer, form_page, inspection_to_build
from actionplans.views.reading import SignedIn, sent
from actionplans.views.writing import record_passed
from core import clock
from inspections import operations as inspecting


@form_page
def progress_review_new(request: SignedIn, inspection: str) -> HttpResponse:
    """Enters what a progress review says of the recommendations of the inspection that it follows."""
    now, found = clock.now(), inspection_to_build(request, inspection)
    recommendations = list(found.recommendations.order_by("position"))
    form = ReviewForm(sent(request), follows=found, recommendations=recommendations)
    if request.method == "POST" and form.is_valid():
        said = form.facts() | {"judged": form.judged()}
        try:
            review = inspecting.record_progress_review(follows=found, by=request.user, now=now, **said)
        except ValidationError as refusal:
            form.take(refusal)
        else:
            record_passed(request, form, about=review, now=now)
            messages.success(request, f"Entered: {review}. What remains of it can be answered by a plan.")
            return redirect("actionplans:inspection", review.slug)
    return answer(request, "actionplans/progress_review_new.html", form, {"inspection": found})
