"""What people type: the update of an action."""

from datetime import date
from typing import Any, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import ButtonHolder, Fieldset, Layout, Submit
from django import forms
from django.conf import settings
from django.http import QueryDict

from actionplans.models import MOVES, Action
from actionplans.operations import NewEvidence
from core.checked_forms import CheckedForm
from core.forms import LongText
from core.uploads import ACCEPT, ALLOWED, validate_upload

NO_NAMES = "Do not include names, dates of birth or case numbers."


class UpdateForm(CheckedForm):
    """This month's update of one action, in one short form."""

    checked_fields = (
        *("wording", "working_note", "barrier"),
        *("evidence_gap", "evidence_file", "evidence_link", "evidence_title"),
    )
    mark_optional = False  # the labels say it, because whether the reason is optional depends on the action

    status = forms.ChoiceField(widget=forms.RadioSelect, error_messages={"required": "Choose the status."})
    percent = forms.IntegerField(
        label="Per cent complete",
        min_value=0,
        max_value=100,
        error_messages={
            "required": "Enter how much is complete, from 0 to 100.",
            "invalid": "Per cent complete must be a whole number, such as 60.",
            "min_value": "Per cent complete must be 0 or more.",
            "max_value": "Per cent complete must be 100 or less.",
        },
    )
    wording = forms.CharField(
        label="Committee wording",
        help_text=f"What papers, members and inspectors read. {NO_NAMES}",
        max_length=2000,
        widget=LongText(attrs={"rows": 4}),
        error_messages={"required": "Enter the committee wording: what papers, members and inspectors will read."},
    )
    working_note = forms.CharField(
        label="Working note (optional)",
        help_text=f"Only your partnership reads this. {NO_NAMES}",
        max_length=5000,
        required=False,
        widget=LongText(attrs={"rows": 3}),
    )
    at_risk = forms.BooleanField(label="At risk of missing its due date", required=False)
    barrier = forms.CharField(
        label="Reason for Amber or Red, or what is in the way",
        max_length=1000,
        required=False,
        widget=LongText(attrs={"rows": 2}),
    )
    evidence_ticked = forms.MultipleChoiceField(
        label="Required evidence that is held",
        help_text="Tick what is held before you say that the action is completed.",
        widget=forms.CheckboxSelectMultiple(attrs={"class": "govuk-checkboxes--small"}),
        required=False,
    )
    evidence_gap = forms.CharField(
        label="Why some is missing",
        help_text="Needed when you say completed and some is not ticked. Members and inspectors read this.",
        max_length=1000,
        required=False,
        widget=LongText(attrs={"rows": 2}),
    )
    evidence_file = forms.FileField(label="File", required=False)
    evidence_link = forms.URLField(
        label="Or a link",
        required=False,
        assume_scheme="https",
        error_messages={"invalid": "Enter a whole web address, such as https://www.example.org/report."},
    )
    evidence_title = forms.CharField(label="What it shows", max_length=300, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput)
    corrects = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, action: Action, on: date, button: str = "Post update", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        status = cast(forms.ChoiceField, self.fields["status"])
        status.choices = [(each.value, each.label) for each in MOVES.get(action.status, ())]
        self._explain_barrier(action, on)
        required = self._ask_for_evidence(action)
        limit = settings.MAX_UPLOAD_BYTES // (1024 * 1024)
        self.fields["evidence_file"].help_text = f"{', '.join(ALLOWED)}, without macros, up to {limit} MB."
        self.fields["evidence_file"].widget.attrs["accept"] = ACCEPT
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            "seen",
            "corrects",
            "status",
            "percent",
            "wording",
            "working_note",
            "at_risk",
            "barrier",
            Fieldset("Evidence (optional)", *required, "evidence_file", "evidence_link", "evidence_title"),
            ButtonHolder(Submit("post", button), Submit("draft", "Save draft", css_class="govuk-button--secondary")),
        )

    def clean_evidence_file(self) -> Any:
        file = self.cleaned_data["evidence_file"]
        if file:
            validate_upload(file)
        return file

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        names = {"evidence_file", "evidence_link"}
        if given.get("evidence_title") and not any(given.get(name) for name in names) and not names & set(self.errors):
            self.add_error("evidence_file", "Choose a file or enter a link for this evidence.")
        return given

    def as_typed(self) -> dict[str, Any]:
        """What a draft keeps: the fields by name, without files."""
        kept = [name for name, field in self.fields.items() if not isinstance(field, forms.FileField)]
        data = cast(QueryDict, self.data)
        sent = {name: data.getlist(name) for name in kept if name in data}
        return {name: values if name == "evidence_ticked" else values[-1] for name, values in sent.items()}

    def said(self) -> dict[str, Any]:
        """What the operations of updates take."""
        names = ("status", "percent", "wording", "working_note", "at_risk", "barrier", "seen")
        given = {name: self.cleaned_data[name] for name in names}
        return given | {
            "evidence_ticked": self.cleaned_data.get("evidence_ticked") or [],
            "evidence_gap": self.cleaned_data.get("evidence_gap", ""),
        }

    def new_evidence(self) -> NewEvidence | None:
        """The evidence given with the update, if any; its title is the file's name when none was typed."""
        file, link = self.cleaned_data["evidence_file"], self.cleaned_data["evidence_link"]
        if not file and not link:
            return None
        title = self.cleaned_data["evidence_title"] or (file.name if file else link)
        return NewEvidence(title=title[:300], form="file" if file else "link", link=link, file=file)

    def _ask_for_evidence(self, action: Action) -> tuple[str, ...]:
        """The fields about required evidence; none when the action requires none."""
        names = ("evidence_ticked", "evidence_gap")
        texts = list(action.evidence_requirements.order_by("position").values_list("text", flat=True))
        cast(forms.MultipleChoiceField, self.fields[names[0]]).choices = [(text, text) for text in texts]
        if texts:
            return names
        for name in names:
            del self.fields[name]
        return ()

    def _explain_barrier(self, action: Action, on: date) -> None:
        rag, field = action.rag(on), self.fields["barrier"]
        if rag.owes_reason:
            field.label = f"Why it is {rag.word}: the reason, or what is in the way"
            unless = "completes it" if rag.is_by_hand else "completes it or ends the risk"
            field.help_text = f"It is {rag.because}. Not needed if this update {unless}."
        else:
            field.label = "Reason for Amber or Red, or what is in the way (optional)"
            field.help_text = "Needed when the action is at risk or on hold after your update."


class ReviewForm(CheckedForm):
    """The wording of an update that waits to be read: published, changed or not, or returned with a remark."""

    checked_fields = ("wording", "remark")
    mark_optional = False  # what is owed depends on the choice

    wording = forms.CharField(
        label="Committee wording",
        help_text=f"Papers, members and inspectors read this. You may change it; what was sent is kept. {NO_NAMES}",
        max_length=2000,
        widget=LongText(attrs={"rows": 5}),
        error_messages={"required": "Enter the committee wording: what papers, members and inspectors will read."},
    )
    outcome = forms.ChoiceField(
        label="What happens to it",
        widget=forms.RadioSelect,
        choices=[("publish", "Publish this wording"), ("return", "Return it to its writer")],
        error_messages={"required": "Choose whether you publish or return it."},
    )
    remark = forms.CharField(
        label="What should be changed",
        help_text="Needed when you return it. Only the writer reads this.",
        max_length=1000,
        required=False,
        widget=LongText(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout("wording", "outcome", "remark", Submit("send", "Record"))
