"""Drawings as SVG, each by its template under templates/charts, for pages and papers alike."""

from collections.abc import Hashable
from functools import lru_cache

from django.template.loader import render_to_string


@lru_cache(maxsize=256)
def drawn(name: str, **figures: Hashable) -> str:
    """The drawing of that name. It follows from its figures alone, so the next who looks at the same gets the same."""
    return render_to_string(f"charts/{name}.svg", figures)
