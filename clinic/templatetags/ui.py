"""Template words shared by all pages. No queries here."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str, classes: str = "i") -> SafeString:
    """A symbol of the sprite; always decoration beside a word."""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', classes, static("clinic/sprite.svg"), name
    )
