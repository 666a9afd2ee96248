"""What Context says: OpenAI's shapes."""

from providers_app.tests.recorded.openai import CONTENT_TYPE, ERROR_IN_200, FIRST_WORDS, GOOD, MALFORMED

__all__ = ["CONTENT_TYPE", "ERROR_IN_200", "FIRST_WORDS", "GOOD", "MALFORMED"]
