"""Who answers, for operators."""

from providers_app.admin.usage import UsageRecordAdmin

__all__ = ["UsageRecordAdmin"]
