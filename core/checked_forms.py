"""Forms whose free text is checked for personal data: stopped with an explanation, passed only with a reason."""

from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from core.personal_data import Suspicion, suspicions

REASON = "not_personal"
LABEL = "Why this is not personal data"
IF_NOT = f"If it is not, say why under “{LABEL}”"


class CheckedForm(forms.Form):
    """A form with a crispy `helper`; every text and file name in `checked_fields` is looked at.

    What is found is said beside its field, and a question is added: why is this not personal data? With an answer
    the form is valid; `passed` then names what was let through, for the audit, without the words themselves.
    """

    checked_fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[REASON] = forms.CharField(
            label=LABEL,
            help_text="Kept with your name. Only for text that looks like personal data and is not.",
            max_length=500,
            required=False,
        )
        self.passed: list[str] = []
        self.suspected: set[str] = set()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        found = {name: each for name in self.checked_fields if (each := self._found_in(self._typed(name, given)))}
        if found:
            self._ask_why()
        if found and not given.get(REASON):
            self.suspected = set(found)
            for name, each in found.items():
                self.add_error(name, [f"{suspicion} {IF_NOT}." for suspicion in each])
        elif found:
            self.passed = sorted({suspicion.kind for each in found.values() for suspicion in each})
        return given

    def is_safe_to_keep(self) -> bool:
        """For a draft, which may lack anything: whether no text looks like personal data; other errors are dropped."""
        for name in set(self.errors) - self.suspected:
            del self.errors[name]
        return not self.errors

    def ask_for_files_again(self) -> None:
        """Says which files are lost: a browser sends a file once, and a page with errors cannot hold it."""
        for name, field in self.fields.items() if self.errors else ():
            if isinstance(field, forms.FileField) and self.add_prefix(name) in self.files and name not in self.errors:
                self.add_error(name, "Choose the file again. What you typed is kept, but the file is not.")

    def take(self, refusal: ValidationError) -> None:
        """Shows what an operation refused beside the field that is at fault."""
        if hasattr(refusal, "error_dict"):
            for field, errors in refusal.error_dict.items():
                self.add_error(field if field in self.fields else None, errors)
        else:
            self.add_error(None, refusal)

    def _ask_why(self) -> None:
        layout: Layout = self.helper.layout  # type: ignore[attr-defined]
        layout.fields.insert(len(layout.fields) - 1, REASON)

    def _typed(self, name: str, given: dict[str, Any]) -> Any:
        """What was typed into a field, also when it is not valid for another reason."""
        return given[name] if name in given else self.data.get(self.add_prefix(name))

    @staticmethod
    def _found_in(value: Any) -> list[Suspicion]:
        return suspicions(value.name or "" if isinstance(value, UploadedFile) else str(value or ""))
