"""How tables write a day. Known to every template."""

from datetime import date

from django import template

register = template.Library()


@register.filter
def short_day(value: date | None) -> str:
    """4 Jun 2026; empty for no day. Some times as fast as `date`: a table has hundreds."""
    return f"{value:%-d %b %Y}" if value else ""
