"""The pages of the realtime part: the demo and the protocol's documentation."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from providers_app import gateway
from sessions_app.interface import texts
from sessions_app.protocol_page import LIMIT_MEANINGS, protocol_doc


@require_safe
@vary_on_cookie
async def demo(request: HttpRequest) -> HttpResponse:
    providers = await gateway.choosable()
    context = {
        "t": texts(),
        "socket_path": settings.WS_PATH,
        "maximum_characters": settings.MAX_CHUNK_CHARS,
        "providers": providers,
        "provider": request.GET.get("provider", ""),
    }
    return render(request, "sessions/demo.html", context)


@require_safe
@vary_on_cookie
def protocol(request: HttpRequest) -> HttpResponse:
    limits = {name: getattr(settings, name) for name in LIMIT_MEANINGS}
    context = {"t": texts(), "socket_path": settings.WS_PATH, "doc": protocol_doc(limits)}
    return render(request, "sessions/protocol.html", context)
