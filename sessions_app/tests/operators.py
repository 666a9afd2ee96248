"""Operators at the admin's pages of sessions."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Permission, User
from django.test import Client

from sessions_app.models import RealtimeSession

LIST = "/admin/sessions_app/realtimesession/"


def page_of(session: RealtimeSession, then: str = "change/") -> str:
    return f"{LIST}{session.pk}/{then}"


def act(client: Client, action: str, sessions: Iterable[RealtimeSession], **fields: Any) -> Any:
    data = {"action": action, "_selected_action": [str(session.pk) for session in sessions], **fields}
    return client.post(f"{LIST}?content=all", data)


def said(response: Any) -> list[str]:
    """The messages to the operator."""
    return [str(message) for message in response.wsgi_request._messages]


def operator(client: Client, *permissions: str) -> Client:
    user = User.objects.create_user("operator", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)
    return client
