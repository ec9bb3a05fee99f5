"""What people type about evidence that they add outside an update."""

from typing import Any, cast

from django import forms
from django.conf import settings

from actionplans.forms.decisions import OneForm
from actionplans.forms.updates import NO_NAMES
from actionplans.models import Action, Evidence, EvidenceRequirement
from actionplans.operations import NewEvidence
from core.forms import DateField
from core.uploads import ACCEPT, ALLOWED, validate_upload

FILE, LINK, ELSEWHERE = "file", "link", "elsewhere"
KINDS = ("document", "spreadsheet", "presentation", "image", "minute", "data", "other")


class EvidenceForm(OneForm):
    """A file, a link, or the title of what is kept elsewhere; as a new version it begins with what the older one says.

    Where it is is asked, not guessed: a file that has to be chosen again after an error is not to become "elsewhere".
    """

    checked_fields = ("title", "file", "link")
    button = "Add evidence"
    mark_optional = False  # which of file and link is owed depends on where it is

    title = forms.CharField(
        label="What it is",
        help_text=f"Such as “Training matrix at 31 October”. {NO_NAMES}",
        max_length=300,
        error_messages={"required": "Enter what it is."},
    )
    kind = forms.ChoiceField(
        label="Kind",
        choices=[("", "Choose a kind"), *((kind, kind.capitalize()) for kind in KINDS)],
        error_messages={"required": "Choose the kind."},
    )
    dated_on = DateField(label="Date of the document")
    answers = forms.ModelChoiceField(
        EvidenceRequirement.objects.none(),
        label="Which required evidence it is (optional)",
        required=False,
        empty_label="None of it",
        error_messages={"invalid_choice": "Choose evidence that this action requires."},
    )
    where = forms.ChoiceField(
        label="Where is it?",
        widget=forms.RadioSelect,
        choices=[(FILE, "In a file, which I add here"), (LINK, "At a web address"), (ELSEWHERE, "Kept elsewhere")],
        error_messages={"required": "Choose where it is."},
    )
    file = forms.FileField(label="File", required=False)
    link = forms.URLField(
        label="Web address",
        help_text=NO_NAMES,
        max_length=500,
        required=False,
        assume_scheme="https",
        error_messages={"invalid": "Enter a whole web address, such as https://www.example.org/report."},
    )

    def __init__(self, *args: Any, action: Action, replaces: Evidence | None, **kwargs: Any) -> None:
        super().__init__(*args, initial=_said_before(replaces), **kwargs)
        self.replaces = replaces
        required = action.evidence_requirements.order_by("position")
        cast(forms.ModelChoiceField, self.fields["answers"]).queryset = required
        if not required.exists():
            del self.fields["answers"]
            self.helper.layout.fields.remove("answers")
        limit = settings.MAX_UPLOAD_BYTES // (1024 * 1024)
        file = self.fields["file"]
        file.help_text = f"{', '.join(ALLOWED)}, without macros, up to {limit} MB. {NO_NAMES}"
        file.widget.attrs["accept"] = ACCEPT

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file:
            validate_upload(file)
        return file

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        where = given.get("where")
        if where == FILE and not given.get("file") and "file" not in self.errors:
            self.add_error("file", "Choose the file.")
        if where == LINK and not given.get("link") and "link" not in self.errors:
            self.add_error("link", "Enter the web address.")
        if where in {LINK, ELSEWHERE} and given.get("file"):
            self.add_error("where", "Choose “In a file”, or leave the file out.")
        if where in {FILE, ELSEWHERE} and given.get("link"):
            self.add_error("link", "Clear the web address, or choose “At a web address”.")
        return given

    def new_evidence(self) -> NewEvidence:
        given = self.cleaned_data
        return NewEvidence(
            title=given["title"],
            form=given["kind"],
            dated_on=given["dated_on"],
            link=given["link"],
            file=given["file"],
            answers=given.get("answers"),
            replaces=self.replaces,
        )


def _said_before(older: Evidence | None) -> dict[str, Any]:
    if older is None:
        return {}
    where = FILE if older.file else LINK if older.link else ELSEWHERE
    kind = older.form if older.form in KINDS else ""
    return {"title": older.title, "kind": kind, "answers": older.answers_id, "where": where}
