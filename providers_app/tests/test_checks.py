"""What is misconfigured about providers is said when Django starts."""

from providers_app.checks import check_active_provider


def test_unknown_provider_is_a_configuration_error(settings):
    assert check_active_provider() == []
    settings.RAG_PROVIDER = "nobody"
    assert [error.id for error in check_active_provider()] == ["providers_app.E001"]
