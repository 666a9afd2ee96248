"""What else clients may ask of a provider by its name."""

from providers_app.contract import FeedbackTaker
from providers_app.directory import directory
from providers_app.gateway.clients import clients


def revision() -> int:
    """A number that is another one whenever operators have changed who answers, and how; at most a second late."""
    return directory.latest.revision


def is_known() -> bool:
    """Whether it could be read at least once what operators have set."""
    return directory.is_known


async def choosable() -> list[str]:
    """The names of the providers that clients may ask for."""
    return [found.name for found in (await directory.current()).definitions if found.is_choosable]


async def is_choosable(name: str) -> bool:
    """Whether clients may ask for the provider of that name."""
    return name in await choosable()


async def rate(name: str, message_id: str, user: str, rating: str, comment: str) -> None:
    """Tell a provider how its answer was liked, if it wants to know. Raises `ProviderError`."""
    definition = (await directory.current()).named(name)
    provider: object = clients().provider(definition) if definition else None
    if isinstance(provider, FeedbackTaker):
        await provider.rate(message_id, user, rating, comment)
