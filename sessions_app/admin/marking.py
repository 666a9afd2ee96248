"""Whether the detector was right about what was said: operators mark its verdicts."""

from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from sessions_app.models import TranscriptSegment

Mark = TranscriptSegment.Mark
HAS_MARKS = "X-Has-Marks"
"""Tells the script whether there are marks to export now."""


def mark(request: HttpRequest, session: UUID, index: int) -> HttpResponseBase:
    """Mark the verdict that the operator saw on a segment, or take its mark away.

    A script that asks for the `fragment` gets what stands at the segment then; other browsers are led back to it.
    """
    chosen = request.POST.get("mark", "")
    if chosen not in {"", *Mark.values}:
        return HttpResponseBadRequest("There is no such mark.", content_type="text/plain")
    segments = TranscriptSegment.objects.filter(session=session, index=index).exclude(verdict="")
    segment, seen = get_object_or_404(segments), request.POST.get("verdict", "")
    is_written = _write(segment, seen, chosen, request.user.get_username())
    page = request.POST.get("page", "")
    if "fragment" in request.POST and not is_written:
        return HttpResponse(status=HTTPStatus.CONFLICT)  # what stands there is another text now
    if "fragment" in request.POST:
        context = {"segment": get_object_or_404(segments), "may_mark": True, "page_number": page}
        headers = {HAS_MARKS: "1" if has_marks(session) else ""}
        return TemplateResponse(request, "admin/sessions_app/realtimesession/verdict.html", context, headers=headers)
    address = reverse("admin:sessions_app_realtimesession_change", args=[session])
    return redirect(f"{address}{f'?page={page}' if page.isdecimal() else ''}#segment-{index}")


def has_marks(session: UUID) -> bool:
    """Whether the session has marked verdicts to export."""
    return TranscriptSegment.objects.filter(session=session).exclude(mark="").exists()


def _write(segment: TranscriptSegment, seen: str, chosen: str, by: str) -> bool:
    """Nothing else of the row, and nothing at all where a correction has led to another verdict meanwhile."""
    marked = {"mark": chosen, "marked_by": by if chosen else "", "marked_at": timezone.now() if chosen else None}
    return TranscriptSegment.objects.filter(pk=segment.pk, verdict=seen).update(**marked) > 0
