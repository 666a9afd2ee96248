"""How the admin looks: django-unfold's settings."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


def _page(title: Any, icon: str, name: str, permission: str = "") -> dict[str, Any]:
    """A line of the sidebar, for those who have the permission."""
    page = {"title": title, "icon": icon, "link": reverse_lazy(name)}
    if permission:
        page["permission"] = lambda request: request.user.has_perm(permission)
    return page


THEME: dict[str, Any] = {
    "SITE_TITLE": "Realtime RAG",
    "SITE_HEADER": "Realtime RAG",
    "SITE_SUBHEADER": _("Administration"),
    "SITE_SYMBOL": "forum",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda _request: static("rtrag/favicon.svg")}],
    "SHOW_LANGUAGES": True,
    "SIDEBAR": {
        "navigation": [
            {
                "title": _("Operation"),
                "items": [
                    _page(
                        _("Sessions"),
                        "forum",
                        "admin:sessions_app_realtimesession_changelist",
                        "sessions_app.view_realtimesession",
                    ),
                    _page(
                        _("Documents"),
                        "description",
                        "admin:knowledge_app_document_changelist",
                        "knowledge_app.view_document",
                    ),
                ],
            },
            {
                "title": _("Access"),
                "items": [
                    _page(_("Users"), "person", "admin:auth_user_changelist", "auth.view_user"),
                    _page(_("Groups"), "group", "admin:auth_group_changelist", "auth.view_group"),
                ],
            },
            {
                "title": _("Service"),
                "items": [
                    _page(_("Demo page"), "mic", "demo"),
                    _page(_("Protocol"), "cable", "protocol"),
                ],
            },
        ],
    },
}
