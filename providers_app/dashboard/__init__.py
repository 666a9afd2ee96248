"""The figures of the admin's first page: what was asked, how it ended, how fast it was and what it cost, over time."""

from providers_app.dashboard.page import usage

__all__ = ["usage"]
