"""`{% drawn "line" charts=charts chart=chart %}`: a drawing in a page."""

from django import template

from core.drawings import drawn

register = template.Library()
register.simple_tag(drawn)
