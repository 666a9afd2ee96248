"""Marks code in documentation texts."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def marked(text: str) -> SafeString:
    """`text` with what stands between backticks as `<code>`, and everything escaped."""
    pieces = enumerate(text.split("`"))
    return format_html_join("", "{}", ((format_html("<code>{}</code>", x) if i % 2 else x,) for i, x in pieces))
