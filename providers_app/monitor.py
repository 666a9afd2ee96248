"""How the providers are."""

import asyncio

from providers_app.contract import ProviderError
from providers_app.definition import Definition
from providers_app.directory import directory
from providers_app.gateway.clients import clients

CHECK_TIMEOUT_S = 5.0


async def health() -> dict[str, bool]:
    """Whether each enabled provider would answer now."""
    definitions = (await directory.current()).definitions
    found = await asyncio.gather(*(_is_healthy(definition) for definition in definitions))
    return dict(zip((definition.name for definition in definitions), found, strict=True))


async def _is_healthy(definition: Definition) -> bool:
    try:
        async with asyncio.timeout(CHECK_TIMEOUT_S):
            await clients().provider(definition).check()
    except (ProviderError, TimeoutError):
        return False
    return True
