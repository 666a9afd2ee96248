"""Which provider answers a session: the active one, or one that an operator has pinned it to."""

from asgiref.sync import async_to_sync
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from providers_app.models import ProviderConfig
from sessions_app.models import RealtimeSession
from sessions_app.presence import pin_session


class PinForm(forms.Form):
    """The choice of a provider that is enabled; the session's own stays a choice though it is not any more."""

    provider = forms.ChoiceField(label=_("Answered by"), required=False)

    def __init__(self, session: RealtimeSession, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"provider": session.provider})
        names = list(ProviderConfig.objects.filter(is_enabled=True).values_list("name", flat=True))
        if session.provider and session.provider not in names:
            names.append(session.provider)
        field: forms.ChoiceField = self.fields["provider"]  # type: ignore[assignment]
        field.choices = [("", _("the active provider")), *((name, name) for name in names)]
        field.widget.attrs["class"] = "session-select"


def pin(session: RealtimeSession, provider: str) -> None:
    """Effective from the session's next question on, also while it is live."""
    RealtimeSession.objects.filter(pk=session.pk).update(provider=provider)
    async_to_sync(pin_session)(session.pk, provider)
