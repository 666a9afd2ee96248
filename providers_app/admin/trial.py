"""The page on which operators put a question to providers, and the stream of what each of them says."""

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from http import HTTPStatus
from time import perf_counter
from typing import Any

import msgspec
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from providers_app.admin.wording import advice
from providers_app.contract import (
    AnswerEnded,
    AnswerRestarted,
    Noticed,
    ProviderError,
    ProviderEvent,
    SourcesFound,
    TextDelta,
)
from providers_app.definition import Definition
from providers_app.directory import definition_of
from providers_app.trial import try_out

logger = logging.getLogger(__name__)
MAX_QUESTION_CHARS = 2_000
MAX_KEY_DIGITS = 18
QUESTION = _("What can this service do?")


class TrialViews:
    """The views, for a `ModelAdmin`."""

    admin_site: Any
    opts: Any
    media: Any
    get_object: Any
    get_queryset: Any
    has_change_permission: Any

    def trial_page(self, request: HttpRequest) -> HttpResponseBase:
        """One or more providers beside each other, for the same question."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        keys = [int(key) for key in request.GET.getlist("id") if key.isdecimal() and len(key) <= MAX_KEY_DIGITS]
        rows = self.get_queryset(request).filter(pk__in=keys)
        if not rows:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Test"),
            "rows": rows,
            "question": QUESTION,
            "max_length": MAX_QUESTION_CHARS,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/providers_app/providerconfig/trial.html", context)

    @method_decorator(require_POST)
    def ask(self, request: HttpRequest, key: int) -> HttpResponseBase:
        """One line of JSON for each thing that the provider says, as it says it."""
        row = self.get_object(request, str(key))
        if row is None:
            raise Http404
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        text = request.POST.get("question", "").strip()
        if not 0 < len(text) <= MAX_QUESTION_CHARS:
            return HttpResponse(status=HTTPStatus.BAD_REQUEST)
        lines = _lines(definition_of(row), text, get_language() or "en")
        response = StreamingHttpResponse(lines, content_type="application/x-ndjson")
        response["X-Accel-Buffering"] = "no"  # nginx passes it on as it comes
        return response


async def _lines(definition: Definition | None, text: str, language: str) -> AsyncGenerator[bytes]:
    started_at = perf_counter()
    first_token_ms = None
    try:
        async with aclosing(try_out(definition, text)) as events:
            async for event in events:
                if isinstance(event, TextDelta) and first_token_ms is None:
                    first_token_ms = _ms_since(started_at)
                    yield _line("first_token", ms=first_token_ms)
                if said := _said(event):
                    yield said
    except ProviderError as error:
        with override(language):
            yield _line("failed", text=advice(error.reason, error.detail))
    except Exception:
        logger.exception("Testing a provider")
        with override(language):
            yield _line("failed", text=gettext("Something went wrong here. The service's log tells what."))
    yield _line("total", ms=_ms_since(started_at))


def _said(event: ProviderEvent) -> bytes | None:
    match event:
        case TextDelta(text):
            return _line("text", text=text)
        case SourcesFound(sources):
            return _line("sources", sources=[{"title": each.title, "url": each.url} for each in sources])
        case AnswerRestarted():
            return _line("restarted")
        case Noticed(note):
            return _line("note", text=note)
        case AnswerEnded(finish_reason, model, usage):
            return _line("ended", finish_reason=finish_reason, model=model, usage=dict(usage))
    return None


def _line(kind: str, **values: Any) -> bytes:
    return msgspec.json.encode({"type": kind, **values}) + b"\n"


def _ms_since(moment: float) -> float:
    return round((perf_counter() - moment) * 1000, 1)
