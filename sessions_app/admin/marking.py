"""Whether the detector was right about what was said: operators mark its verdicts."""

from http import HTTPStatus
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sessions_app.domain.utterances import MAX_UTTERANCE_CHARS
from sessions_app.export.marks import bare
from sessions_app.models import TranscriptSegment

Mark = TranscriptSegment.Mark
HAS_MARKS = "X-Has-Marks"
"""Tells the script whether there are marks to export now."""
LIMITS = {"most_words": MAX_UTTERANCE_CHARS}
"""What the form at a segment has to know."""


class MarkForm(forms.Form):
    """A mark, with the question's words where they are others than the verdict is on; empty to take a mark away."""

    mark = forms.ChoiceField(
        choices=Mark.choices, required=False, error_messages={"invalid_choice": _("There is no such mark.")}
    )
    words = forms.CharField(required=False)

    def clean_words(self) -> str:
        """The words where the mark takes some; whatever the field holds with another mark does not count."""
        if self.cleaned_data.get("mark") != Mark.WORDS:
            return ""
        words = " ".join(self.cleaned_data["words"].split())
        if not bare(words) or len(words) > MAX_UTTERANCE_CHARS:
            wanted = _("Write the words of the question, in at most %(most)d characters.")
            raise forms.ValidationError(wanted, code="invalid", params={"most": MAX_UTTERANCE_CHARS})
        return words


def mark(request: HttpRequest, session: UUID, index: int) -> HttpResponseBase:
    """Mark the verdict that the operator saw on a segment, or take its mark away.

    A script that asks for the `fragment` gets what stands at the segment then; other browsers are led back to it.
    """
    form = MarkForm(request.POST)
    if not form.is_valid():
        wrong = " ".join(str(words) for errors in form.errors.values() for words in errors)
        return HttpResponseBadRequest(wrong, content_type="text/plain; charset=utf-8")
    segments = TranscriptSegment.objects.filter(session=session, index=index).exclude(verdict="")
    segment, seen = get_object_or_404(segments), request.POST.get("verdict", "")
    is_written = _write(segment, seen, form.cleaned_data, request.user.get_username())
    page = request.POST.get("page", "")
    if "fragment" in request.POST and not is_written:
        return HttpResponse(status=HTTPStatus.CONFLICT)  # what stands there is another text now
    if "fragment" in request.POST:
        context = {"segment": get_object_or_404(segments), "may_mark": True, "page_number": page} | LIMITS
        headers = {HAS_MARKS: "1" if has_marks(session) else ""}
        return TemplateResponse(request, "admin/sessions_app/realtimesession/verdict.html", context, headers=headers)
    address = reverse("admin:sessions_app_realtimesession_change", args=[session])
    return redirect(f"{address}{f'?page={page}' if page.isdecimal() else ''}#segment-{index}")


def has_marks(session: UUID) -> bool:
    """Whether the session has marked verdicts to export."""
    return TranscriptSegment.objects.filter(session=session).exclude(mark="").exists()


def _write(segment: TranscriptSegment, seen: str, chosen: dict[str, str], by: str) -> bool:
    """Nothing else of the row, and nothing at all where a correction has led to another verdict meanwhile."""
    signed = {"marked_by": by, "marked_at": timezone.now()} if chosen["mark"] else {"marked_by": "", "marked_at": None}
    marked = {"mark": chosen["mark"], "marked_words": chosen["words"], **signed}
    return TranscriptSegment.objects.filter(pk=segment.pk, verdict=seen).update(**marked) > 0
