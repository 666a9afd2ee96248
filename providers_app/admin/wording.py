"""What operators read about a provider: what is wrong with it and what they can do, and what its kind is."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from providers_app.contract import ErrorReason
from providers_app.wording import reason

REMEDIES: dict[str, Promise] = {
    ErrorReason.NOT_CONFIGURED: _("Look whether everything that it needs is set and enabled."),
    ErrorReason.KEY_MISSING: _("Enter its key, or set the variable that holds it and restart."),
    ErrorReason.TIMEOUT: _("Look whether the vendor is slow today, or give it more time under “Limits”."),
    ErrorReason.UNKNOWN_HOST: _("Correct the base URL, or the name service of this machine."),
    ErrorReason.UNREACHABLE: _("Look whether it runs, and whether a firewall is in between."),
    ErrorReason.INSECURE: _("Renew its certificate, or let this machine know who signed it."),
    ErrorReason.ADDRESS_REFUSED: _("If it is meant to be there, name the address in PROVIDER_PRIVATE_ADDRESSES."),
    ErrorReason.REDIRECTED: _("Enter the address that it points to as the base URL."),
    ErrorReason.UNAUTHORIZED: _("Enter a valid key, and see at the vendor what it may be used for."),
    ErrorReason.NOT_FOUND: _("Correct the model's name or the base URL."),
    ErrorReason.RATE_LIMITED: _("Allow fewer concurrent requests, or ask the vendor for a higher limit."),
    ErrorReason.QUOTA_EXCEEDED: _("Top up the account at the vendor."),
    ErrorReason.TOO_LONG: _("Lower the context window or the number of passages."),
    ErrorReason.REJECTED: _("Correct the settings that it does not know; it tells which in its own records."),
    ErrorReason.UNAVAILABLE: _("It may pass by itself; the vendor's status page knows more."),
    ErrorReason.OVERLOADED: _("Allow more concurrent requests, or add another provider."),
    ErrorReason.RESTING: _("It is tried again by itself."),
    ErrorReason.INTERRUPTED: _("It may pass by itself; else look at what is between this machine and the vendor."),
    ErrorReason.MALFORMED: _("Look whether the base URL is that of the API, and whether the kind is the right one."),
    ErrorReason.TOO_LARGE: _("Look whether the base URL is that of the API."),
    ErrorReason.BLOCKED: _("The vendor's rules decide about this; another question may pass."),
    ErrorReason.REPLACED: _("The vendor's rules decide about this; another question may pass."),
    ErrorReason.EMPTY: _("Upload documents, or look whether the model may say anything at all."),
}
KINDS: dict[str, Promise] = {
    "knowledge": _("Quotes from the documents that were uploaded here, and makes nothing up."),
    "dify": _("An application of Dify: chat, agent or chatflow."),
    "openai": _("OpenAI, Azure and everything that speaks their protocol."),
    "context": _("A model of Context."),
    "custom": _("An HTTP service of your own; the names of its fields are settings."),
    "gemini": _("A model of Google's."),
    "ollama": _("Models on a machine of your own, in Ollama's own protocol."),
    "serper": _("Searches the web."),
}


def advice(word: str, detail: str = "") -> str:
    """Why a provider failed and what to do about it, in sentences; `detail` is the vendor's status or code."""
    said = f"{reason(word)} {REMEDIES[word]}" if word in REMEDIES else reason(word)
    return f"{said} ({detail})" if detail else said
