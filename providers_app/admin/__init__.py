"""Who answers, for operators."""

from providers_app.admin.prompts import PromptTemplateAdmin
from providers_app.admin.providers import ProviderAdmin
from providers_app.admin.usage import UsageRecordAdmin

__all__ = ["PromptTemplateAdmin", "ProviderAdmin", "UsageRecordAdmin"]
