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


def _page_outside(title: Any, icon: str, name: str) -> dict[str, Any]:
    """A line of the sidebar that leads out of the admin, so that it is never the current one."""
    return {**_page(title, icon, name), "active": lambda _request: False}


BLUE = {  # around the accent of the demo page, #3558c9
    "50": "oklch(97% .014 266)",
    "100": "oklch(93.5% .03 266)",
    "200": "oklch(88% .058 266)",
    "300": "oklch(80% .1 266)",
    "400": "oklch(71% .14 266)",
    "500": "oklch(61% .18 266)",
    "600": "oklch(49.6% .18 266)",
    "700": "oklch(44% .165 266)",
    "800": "oklch(38% .14 266)",
    "900": "oklch(33% .11 266)",
    "950": "oklch(24% .08 266)",
}

THEME: dict[str, Any] = {
    "SITE_TITLE": "Realtime RAG",
    "SITE_HEADER": "Realtime RAG",
    "SITE_SUBHEADER": _("Administration"),
    "SITE_SYMBOL": "forum",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda _request: static("rtrag/favicon.svg")}],
    "SHOW_LANGUAGES": True,
    "COLORS": {"primary": BLUE},
    "DASHBOARD_CALLBACK": "rtrag_site.dashboard.show",
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
                        _("Batches"),
                        "playlist_play",
                        "admin:batch_app_batchtask_changelist",
                        "batch_app.view_batchtask",
                    ),
                    _page(
                        _("Workers"),
                        "engineering",
                        "admin:batch_app_batchworker_changelist",
                        "batch_app.view_batchworker",
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
                "title": _("Answers"),
                "items": [
                    _page(
                        _("Listening"),
                        "hearing",
                        "admin:sessions_app_listeningdefaults_changelist",
                        "sessions_app.view_listeningdefaults",
                    ),
                    _page(
                        _("Providers"),
                        "hub",
                        "admin:providers_app_providerconfig_changelist",
                        "providers_app.view_providerconfig",
                    ),
                    _page(
                        _("Prompts"),
                        "edit_note",
                        "admin:providers_app_prompttemplate_changelist",
                        "providers_app.view_prompttemplate",
                    ),
                    _page(
                        _("Usage"),
                        "payments",
                        "admin:providers_app_usagerecord_changelist",
                        "providers_app.view_usagerecord",
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
                    _page_outside(_("Demo page"), "mic", "demo"),
                    _page_outside(_("Batch pages"), "playlist_add_check", "batches"),
                    _page_outside(_("Protocol"), "cable", "protocol"),
                    _page_outside("API", "api", "api:openapi-view"),
                ],
            },
        ],
    },
}
