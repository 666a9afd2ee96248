"""How a question comes about: heard, typed, or asked for at once. Each goes to the answers with its context."""

from collections.abc import Callable

from sessions_app.domain.answering import AnswerQueue
from sessions_app.domain.events import AskedQuestion, Event, JudgingFailed, QuestionHeld, StageChanged, Trigger
from sessions_app.domain.hearing import Hearing
from sessions_app.domain.listening import ASKED_BEFORE, Findings, Heard, Listening, SaidAgain, TakenBack
from sessions_app.domain.protocol import Stage
from sessions_app.domain.questions import language_of


class Asking:
    """Makes the questions of a session; `new_id` makes their names. Times are seconds of the caller's clock."""

    def __init__(self, heard: Hearing, listening: Listening, answers: AnswerQueue, new_id: Callable[[], str]) -> None:
        self._heard = heard
        self._listening = listening
        self._answers = answers
        self._new_id = new_id

    def act_on(self, findings: Findings, at: float) -> list[Event]:
        """What a final, or the silence after one, leads to."""
        events: list[Event] = []
        for finding in findings:
            match finding:
                case Heard():
                    events += self._ask_heard(finding, at)
                case SaidAgain(earlier) if self._listening.recent.knows(earlier):
                    events.append(StageChanged(Stage.WAITING_FOR_QUESTION, ASKED_BEFORE, earlier))
                case TakenBack(question):
                    events += self._listening.recent.settled(self._answers.withdraw(question))
                case QuestionHeld() | JudgingFailed():
                    events.append(finding)
        return events

    def _ask_heard(self, heard: Heard, at: float) -> list[Event]:
        """Ask what the detector found, as the session's options want it."""
        options, utterance, verdict = self._listening.options, heard.utterance, heard.verdict
        before = self._heard.before(heard.first.index, utterance.finals[0].index)
        question = AskedQuestion(
            self._new_id(),
            heard.text,
            language_of(heard.text),
            Trigger.DETECTED,
            verdict.confidence,
            verdict.reason,
            (*before, heard.before) if heard.before else before,
            utterance.finals[-1].index,
            utterance.speaker,
            heard.replaces.id if heard.replaces else "",
            options.only_known,
            heard.completed_at,
        )
        self._heard.ask()
        self._listening.asked(question, heard, at)
        return self._listening.recent.settled(self._answers.ask(question, options.while_answering))

    def instantly(self, at: float) -> list[Event]:
        """Ask before all others what the last to speak of those who may ask has said since the last question.

        Where that is nothing, their last final is asked again. Who says no more than that they listen does not count.
        """
        latest = self._heard.latest_of(self._listening.options.lets_ask)
        speaker = next((each for each in latest if not self._listening.is_backchannel(each.text)), latest[0]).speaker
        spoken = self._heard.unasked(speaker)
        text = ("" if spoken[-1].language == "zh" else " ").join(final.text for final in spoken)
        pending = self._answers.pending
        if pending and pending.trigger is Trigger.DETECTED:
            text, speaker = pending.text, pending.speaker
        question = self._demanded(text, Trigger.INSTANT, self._heard.around(spoken), at, speaker)
        self.end_utterances()
        return self._listening.recent.settled(self._answers.ask_now(question))

    def typed(self, text: str, at: float) -> list[Event]:
        question = self._demanded(text, Trigger.TYPED, self._heard.before(self._heard.next_index), at)
        return self._listening.recent.settled(self._answers.ask(question))

    def end_utterances(self) -> None:
        """What was said until now is asked; what is said next begins anew."""
        self._heard.ask()
        self._listening.end_utterances()

    def _demanded(
        self, text: str, trigger: Trigger, context: tuple[str, ...], at: float, speaker: str = ""
    ) -> AskedQuestion:
        """A question that somebody wants to be asked."""
        latest, name = self._heard.latest_index, self._new_id()
        question = AskedQuestion(
            name, text, language_of(text), trigger, 1.0, "asked", context, latest, speaker, caused_at=at
        )
        self._listening.asked(question, None, at)
        return question
