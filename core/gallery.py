"""Every component on one page, in debug mode: the place to look at before drawing anything new."""

from types import SimpleNamespace
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Submit
from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.forms import DateField

STATUSES = (
    "Not started",
    "In progress",
    "On hold",
    "Completed",
    "Verified",
    "Closed",
    "Cancelled",
    "Superseded",
)
RAGS = (
    ("Red", "red", "late, or at risk with no plan"),
    ("Amber", "amber", "at risk, with a plan"),
    ("Green", "green", "on track"),
    ("Blue", "blue", "done"),
    ("None", "none", "not started or not rated"),
)
CHOICES = [("yes", "Yes"), ("partly", "Partly"), ("no", "No")]


class GalleryForm(forms.Form):
    title = forms.CharField(label="Title of the action", help_text="Start with a verb.", max_length=80)
    percent = forms.IntegerField(label="Percent done", required=False)
    email = forms.EmailField(label="Email address")
    wording = forms.CharField(
        label="Committee wording",
        help_text="Members and inspectors will see this. Do not name a child.",
        max_length=600,
        widget=forms.Textarea,
    )
    due = DateField(label="Due date", help_text="For example, 23 8 2027")
    agreed = forms.ChoiceField(label="Is the action agreed?", choices=CHOICES, widget=forms.RadioSelect)
    agencies = forms.MultipleChoiceField(
        label="Who contributes?",
        choices=[("council", "Council"), ("nhs", "NHS board"), ("police", "Police")],
        widget=forms.CheckboxSelectMultiple,
    )
    post = forms.ChoiceField(label="Lead post", choices=[("", "Choose a post"), ("1", "Head of Social Services")])
    evidence = forms.FileField(
        label="Evidence", required=False, help_text="Word, Excel, PDF or a picture, 20 MB at most."
    )
    confirm = forms.BooleanField(label="I have checked that no child is named")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agreed"].choice_hints = {"partly": "You will be asked why."}  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.layout = Layout(
            Fieldset("About the action", "title", "percent", "email", "wording"),
            Fieldset("Dates and people", "due", "agreed", "agencies", "post", "evidence", "confirm"),
        )
        self.helper.add_input(Submit("save", "Save and continue"))
        self.helper.add_input(Submit("draft", "Save as draft", css_class="secondary"))
        self.helper.add_input(Submit("cancel", "Cancel the action", css_class="warning"))


@login_not_required
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    if not settings.DEBUG:
        raise Http404
    wrong = {"title": "", "due_day": "31", "due_month": "June", "due_year": "2027", "email": "nobody"}
    data = {
        "form": GalleryForm(wrong) if "errors" in request.GET else GalleryForm(),
        "rags": [SimpleNamespace(word=word, slug=slug, meaning=meaning) for word, slug, meaning in RAGS],
        "statuses": [SimpleNamespace(label=label, slug=label.lower().replace(" ", "-")) for label in STATUSES],
        "figures": [
            {"label": "open actions", "value": 24, "url": "#table"},
            {"label": "overdue", "value": 3, "url": "#table", "attention": True, "note": "1 more than last meeting"},
            {"label": "verified since the last meeting", "value": 5},
            {"label": "date moved", "value": 2, "note": "of 24"},
        ],
        "page_obj": Paginator(range(200), 10).get_page(request.GET.get("page")),
        "crumbs": [{"text": "Plans", "url": "#"}, {"text": "Plan for children and young people", "url": "#"}],
    }
    return render(request, "components/gallery.html", data)
