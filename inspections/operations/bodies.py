"""Scrutiny bodies that the reference does not know."""

from django.db.models import Q
from django.utils.text import slugify

from core.free import first_free
from inspections.models import ScrutinyBody
from partnerships.models import Partnership


def body_of(*, given: ScrutinyBody | str, partnership: Partnership) -> ScrutinyBody:
    """A body as it is given or, by its name in short or in full, the one that the partnership knows; else a new one."""
    if isinstance(given, ScrutinyBody):
        return given
    name = " ".join(given.split())
    known = ScrutinyBody.objects.known_to(partnership).filter(Q(name__iexact=name) | Q(formal_name__iexact=name))
    slug = slugify(name)[:40].strip("-") or "body"
    taken = set(ScrutinyBody.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    return known.order_by("pk").first() or ScrutinyBody.objects.create(
        slug=first_free(slug, taken), name=name, entered_for=partnership
    )
