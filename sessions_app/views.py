"""The pages of the realtime part: the demo and the protocol's documentation."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from sessions_app.interface import texts


@require_safe
@vary_on_cookie
def demo(request: HttpRequest) -> HttpResponse:
    context = {"t": texts(), "socket_path": settings.WS_PATH, "maximum_characters": settings.MAX_CHUNK_CHARS}
    return render(request, "sessions/demo.html", context)


@require_safe
@vary_on_cookie
def protocol(request: HttpRequest) -> HttpResponse:
    return render(request, "sessions/protocol.html", {"t": texts()})
