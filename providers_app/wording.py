"""What operators read where records have a short word."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from providers_app.contract import ErrorReason, Origin

REASONS: dict[str, Promise] = {
    ErrorReason.NOT_CONFIGURED: _("No provider was set up."),
    ErrorReason.KEY_MISSING: _("Its API key is missing."),
    ErrorReason.TIMEOUT: _("It took too long."),
    ErrorReason.UNKNOWN_HOST: _("The name of its host is unknown."),
    ErrorReason.UNREACHABLE: _("It could not be reached."),
    ErrorReason.INSECURE: _("Its certificate cannot be trusted."),
    ErrorReason.ADDRESS_REFUSED: _("Its address is none that providers may have."),
    ErrorReason.REDIRECTED: _("It pointed to another address."),
    ErrorReason.UNAUTHORIZED: _("It refused the API key."),
    ErrorReason.NOT_FOUND: _("It does not know the model, the application or the path."),
    ErrorReason.RATE_LIMITED: _("It was asked too often."),
    ErrorReason.QUOTA_EXCEEDED: _("Its quota is used up."),
    ErrorReason.TOO_LONG: _("What it was sent is too long for the model."),
    ErrorReason.REJECTED: _("It did not accept the request."),
    ErrorReason.UNAVAILABLE: _("It had a failure of its own."),
    ErrorReason.OVERLOADED: _("It already had as many questions as it may have at a time."),
    ErrorReason.RESTING: _("It failed too often and is left alone for a while."),
    ErrorReason.INTERRUPTED: _("It broke off in the middle of the answer."),
    ErrorReason.MALFORMED: _("Its reply could not be understood."),
    ErrorReason.TOO_LARGE: _("Its reply is too large."),
    ErrorReason.BLOCKED: _("Its content filter stopped the answer."),
    ErrorReason.REPLACED: _("It took back what it had said."),
    ErrorReason.EMPTY: _("Its answer was empty."),
    "internal": _("The service itself had a failure."),
    "cancelled": _("It was told to stop."),
}
"""With the two words that records have besides the reasons of providers."""
ORIGINS: dict[str, Promise] = {
    Origin.SOCKET.value: _("live speech"),
    Origin.API.value: _("HTTP API"),
    Origin.OPENAI.value: _("OpenAI-compatible API"),
    Origin.COMMAND.value: _("command line"),
    Origin.BATCH.value: _("batch"),
    Origin.TEST.value: _("test by an operator"),
}


def reason(word: str) -> str:
    """Why a provider failed, as a sentence about it; a word that is not known stays as it is."""
    return str(REASONS.get(word, word))
