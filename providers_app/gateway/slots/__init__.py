"""How many questions a provider is asked at once, over all processes; the others wait their turn, for a while."""

from providers_app.gateway.slots.waiting import slot

__all__ = ["slot"]
