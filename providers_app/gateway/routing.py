"""Who may answer a question, in the order in which they are asked."""

from providers_app.contract import AnswerRequest, Dialogue
from providers_app.definition import Definition, Snapshot


def candidates(snapshot: Snapshot, _request: AnswerRequest, dialogue: Dialogue) -> tuple[Definition, ...]:
    """The provider that `dialogue` is pinned to, alone; else all, the active one first."""
    if dialogue.provider:
        pinned = snapshot.named(dialogue.provider)
        return (pinned,) if pinned else ()
    return snapshot.definitions
