"""What can be set about a service of one's own: which fields it wants and gives."""

from typing import Annotated, Any

from msgspec import Meta

from providers_app.options import HeaderName, HeaderValue, Options, _

PATH = r"^([\w-]+(\.[\w-]+)*)?\Z"
"""A field of a JSON object, or one further inside: `data.answer`, `choices.0.text`; or none."""
PATHS = r"^[\w-]+(\.[\w-]+)*(\s*,\s*[\w-]+(\.[\w-]+)*)*\Z"
"""Fields in the order in which they are looked for, with commas between them."""
FIRST_OF = _("The first that is there counts; data.answer is one inside another.")
LEFT_OUT = _("Empty where the service takes none.")


class CustomOptions(Options, frozen=True, kw_only=True):
    """Fields in requests may be empty, which leaves them out; those in replies name alternatives."""

    is_streamed: Annotated[
        bool, Meta(title=_("Stream"), description=_("Send stream:true. The answer is understood either way."))
    ] = True
    question_field: Annotated[
        str,
        Meta(
            title=_("Field of the question"),
            description=_("In the request; filter.text is one inside another."),
            pattern=PATH,
            min_length=1,
        ),
    ] = "question"
    context_field: Annotated[
        str, Meta(title=_("Field of what was said before"), description=LEFT_OUT, pattern=PATH)
    ] = ""
    history_field: Annotated[
        str,
        Meta(
            title=_("Field of earlier turns"),
            description=_("A list of messages with role and content. Empty where the service takes none."),
            pattern=PATH,
        ),
    ] = ""
    language_field: Annotated[
        str,
        Meta(
            title=_("Field of the language"),
            description=_("en or zh. Empty where the service takes none."),
            pattern=PATH,
        ),
    ] = ""
    conversation_field: Annotated[
        str,
        Meta(
            title=_("Field of the conversation"),
            description=_("In the reply too. For a service that remembers; empty for one that does not."),
            pattern=PATH,
        ),
    ] = ""
    user_field: Annotated[
        str,
        Meta(
            title=_("Field of the user"),
            description=_("A pseudonym. Empty where the service takes none."),
            pattern=PATH,
        ),
    ] = ""
    extra_body: Annotated[
        dict[str, Any], Meta(title=_("More in the request"), description=_("A JSON object that is sent along."))
    ] = {}
    headers: Annotated[
        dict[HeaderName, HeaderValue],
        Meta(title=_("More headers"), description=_("A JSON object. No secrets: operators can read them here.")),
    ] = {}
    key_header: Annotated[
        HeaderName,
        Meta(
            title=_("Header of the key"),
            description=_("Authorization sends “Bearer” and the key, any other header the key alone."),
        ),
    ] = "Authorization"
    answer_fields: Annotated[str, Meta(title=_("Fields of the answer"), description=FIRST_OF, pattern=PATHS)] = (
        "answer, content, response"
    )
    delta_fields: Annotated[str, Meta(title=_("Fields of an answer's piece"), description=FIRST_OF, pattern=PATHS)] = (
        "delta, content"
    )
    sources_fields: Annotated[str, Meta(title=_("Fields of the sources"), description=FIRST_OF, pattern=PATHS)] = (
        "sources, metadata.sources"
    )
    source_title_fields: Annotated[
        str, Meta(title=_("Fields of a source's title"), description=FIRST_OF, pattern=PATHS)
    ] = "title, name, document_name, source"
    source_content_fields: Annotated[
        str, Meta(title=_("Fields of a source's text"), description=FIRST_OF, pattern=PATHS)
    ] = "content, text, snippet"
    source_url_fields: Annotated[
        str, Meta(title=_("Fields of a source's address"), description=FIRST_OF, pattern=PATHS)
    ] = "url, link"
    source_score_fields: Annotated[
        str, Meta(title=_("Fields of a source's score"), description=FIRST_OF, pattern=PATHS)
    ] = "score"
    usage_fields: Annotated[str, Meta(title=_("Fields of the usage"), description=FIRST_OF, pattern=PATHS)] = (
        "usage, metadata.usage"
    )
    health_url: Annotated[
        str,
        Meta(
            title=_("Address of the health check"),
            description=_("What answers GET with 200. Empty for /health below the base URL."),
            pattern=r"^(https?://\S+)?\Z",
        ),
    ] = ""
