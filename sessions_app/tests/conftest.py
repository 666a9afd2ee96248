import pytest

from sessions_app.tests.talking import QuestionMarkDetector, talk


@pytest.fixture
def detector():
    return QuestionMarkDetector()


@pytest.fixture
def conversation(detector):
    return talk(detector)
