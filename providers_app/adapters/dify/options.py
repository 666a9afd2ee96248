"""What can be set about a Dify app."""

from typing import Annotated, Any

from msgspec import Meta

from providers_app.options import Options, _


class DifyOptions(Options, frozen=True, kw_only=True):
    """`inputs` are the app's variables."""

    user: Annotated[
        str,
        Meta(
            title=_("User"),
            description=_("As whom Dify is asked. Empty for a pseudonym of each speaker."),
            max_length=128,
        ),
    ] = ""
    inputs: Annotated[
        dict[str, Any], Meta(title=_("Inputs"), description=_("The app's variables, as a JSON object."))
    ] = {}
    context_input: Annotated[
        str,
        Meta(
            title=_("Input for what was said before"),
            description=_(
                "A paragraph variable of the app for the sentences before the question; empty for none. "
                "Some versions of Dify read it at the first question of a conversation only."
            ),
            max_length=100,
        ),
    ] = ""
    is_suggesting: Annotated[
        bool,
        Meta(
            title=_("Suggested questions"),
            description=_("Ask Dify what could be asked next; the app must have this switched on."),
        ),
    ] = False
