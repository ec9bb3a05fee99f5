"""What a verb says when it cannot be done."""

from django.core.exceptions import ValidationError


class Refusal(ValidationError):
    """A verb that cannot be done, in a sentence; with the name of the field where one is at fault."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__({field: sentence} if field else sentence)


class UpdatedMeanwhile(Refusal):
    """Somebody else has written since the form was opened."""
