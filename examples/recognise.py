"""Recognises English speech, streams it to the service as it is heard, and prints what comes back.

    pip install -r requirements-speech.txt
    python examples/recognise.py question.wav
    python examples/recognise.py --microphone

A WAV file must be mono with 16 bits a sample, and at least 16,000 samples a second. Exit codes: 0 when everything said
was answered, 2 when something is missing or wrong, 130 after Ctrl-C.
"""

import argparse
import asyncio
import json
import sys
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

SAMPLE_BYTES = 2
MICROPHONE_HZ = LEAST_HZ = 16_000
CONNECT_TIMEOUT_S = 5
INSTALL = "pip install -r requirements-speech.txt"


class ProblemError(Exception):
    """Something that the user can put right; the text says what."""


class Audio(NamedTuple):
    """Sound as 16-bit samples of one channel. `read` gives that many, fewer at the end."""

    rate_hz: int
    read: Callable[[int], bytes]


@contextmanager
def wav_file(path: Path) -> Iterator[Audio]:
    try:
        with wave.open(str(path)) as file:
            if (file.getnchannels(), file.getsampwidth()) != (1, SAMPLE_BYTES) or file.getframerate() < LEAST_HZ:
                raise ProblemError(
                    f"{path} must be mono, 16 bit and at least {LEAST_HZ} Hz; "
                    f"convert it with: ffmpeg -i {path} -ac 1 -ar {LEAST_HZ} -sample_fmt s16 converted.wav"
                )
            yield Audio(file.getframerate(), file.readframes)
    except OSError as error:
        raise ProblemError(f"{path} cannot be read: {error.strerror}") from error
    except (wave.Error, EOFError) as error:
        raise ProblemError(f"{path} is not a WAV file of plain samples") from error


@contextmanager
def microphone() -> Iterator[Audio]:
    try:
        import sounddevice
    except ImportError as error:
        raise ProblemError(f"the microphone needs sounddevice: {INSTALL}") from error
    except OSError as error:
        raise ProblemError("the microphone needs PortAudio; on Debian: apt-get install libportaudio2") from error
    try:
        with sounddevice.RawInputStream(MICROPHONE_HZ, channels=1, dtype="int16") as stream:
            yield Audio(MICROPHONE_HZ, lambda count: bytes(stream.read(count)[0]))
    except sounddevice.PortAudioError as error:
        raise ProblemError("there is no microphone that could be opened") from error


class Hypothesis(NamedTuple):
    """What the recogniser takes the current utterance for; a final one does not change any more."""

    text: str
    is_final: bool


class Recogniser:
    """Splits sound into utterances at its silences, and recognises each while it is spoken."""

    def __init__(self, rate_hz: int) -> None:
        try:
            from pocketsphinx import Decoder, Endpointer
        except ImportError as error:
            raise ProblemError(f"the recogniser is missing: {INSTALL}") from error
        self._endpointer = Endpointer(sample_rate=rate_hz)
        self._decoder = Decoder(samprate=rate_hz, loglevel="FATAL")
        self._partial = ""
        self.frame_samples = self._endpointer.frame_bytes // SAMPLE_BYTES
        self.frame_s = self._endpointer.frame_length

    def hear(self, frame: bytes) -> Hypothesis | None:
        """Take in the next `frame_samples`, or fewer at the end; what is new, if anything."""
        was_speech = self._endpointer.in_speech
        is_last = len(frame) < self._endpointer.frame_bytes
        speech = self._endpointer.end_stream(frame) if is_last else self._endpointer.process(frame)
        if not speech:
            return None
        if not was_speech:
            self._decoder.start_utt()
        self._decoder.process_raw(speech)
        is_over = not self._endpointer.in_speech
        if is_over:
            self._decoder.end_utt()
        hypothesis = self._decoder.hyp()
        text = hypothesis.hypstr if hypothesis else ""
        if not text or (text == self._partial and not is_over):
            return None
        self._partial = "" if is_over else text
        return Hypothesis(text, is_over)


class Dialogue:
    """What was said to the service and what of it is still open; prints both sides."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._unjudged = 0
        self._unanswered: set[str] = set()
        self._settled = asyncio.Event()

    async def say(self, heard: Hypothesis) -> None:
        print(f"{'said' if heard.is_final else '  ..'}: {heard.text}", flush=True)
        self._unjudged += heard.is_final
        await self._socket.send(json.dumps({"type": "asr_chunk", "text": heard.text, "is_final": heard.is_final}))

    async def listen(self) -> None:
        """Print whatever the service sends, until it closes the socket."""
        async for frame in self._socket:
            message = json.loads(frame)
            getattr(self, f"_on_{message['type']}", lambda _: None)(message)
            self._settled.set()

    async def finish(self) -> None:
        """Wait until everything said was judged and every question answered, then say goodbye."""
        while self._unjudged or self._unanswered:
            self._settled.clear()
            await self._settled.wait()
        await self._socket.send(json.dumps({"type": "control", "action": "stop"}))

    def _on_status(self, status: dict[str, Any]) -> None:
        stage, question = status["stage"], status.get("question_id", "")
        is_dropped = "dropped" in status.get("note", "")
        print(f"      [{stage}{': ' + status['note'] if 'note' in status else ''}]", flush=True)
        if stage == "analyzing":
            self._unanswered.add(question)
        elif stage == "idle" or is_dropped:
            self._unanswered.discard(question)
        self._unjudged -= stage in {"analyzing", "waiting_for_question"} and not is_dropped

    def _on_answer(self, answer: dict[str, Any]) -> None:
        print(answer["content"], end="", flush=True)
        if answer["final"]:
            print()
            for source in answer.get("sources", ()):
                print(f"      [{source['position']}] {source['title']} {source['url']}".rstrip(), flush=True)

    def _on_error(self, error: dict[str, Any]) -> None:
        raise ProblemError(f"the service says {error['code']}: {error['message']}")


async def recognise(audio: Audio, url: str, *, is_paced: bool) -> None:
    """Stream `audio`, where `is_paced` no faster than it was spoken, and wait for the answers."""
    recogniser = await asyncio.to_thread(Recogniser, audio.rate_hz)
    try:
        socket = await connect(url, open_timeout=CONNECT_TIMEOUT_S)
    except (OSError, InvalidHandshake, InvalidURI) as error:
        raise ProblemError(f"cannot connect to {url}; is the service running there?") from error
    async with socket:
        dialogue = Dialogue(socket)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(dialogue.listen())
                tasks.create_task(_speak(audio, recogniser, dialogue, is_paced=is_paced))
        except* ProblemError as problems:
            raise problems.exceptions[0] from None
        except* ConnectionClosed as closings:
            raise ProblemError("the service closed the connection") from closings


async def _speak(audio: Audio, recogniser: Recogniser, dialogue: Dialogue, *, is_paced: bool) -> None:
    heard_until = time.monotonic()
    frame = None
    while frame is None or len(frame) == recogniser.frame_samples * SAMPLE_BYTES:
        frame = await asyncio.to_thread(audio.read, recogniser.frame_samples)
        heard_until += recogniser.frame_s
        if is_paced:
            await asyncio.sleep(heard_until - time.monotonic())
        if (heard := await asyncio.to_thread(recogniser.hear, frame)) is not None:
            await dialogue.say(heard)
    await dialogue.finish()


def main() -> int:
    parser = argparse.ArgumentParser(description="Streams recognised speech to the service and prints the answers.")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("file", nargs="?", type=Path, metavar="FILE.wav", help="speech to recognise")
    source.add_argument("--microphone", action="store_true", help="listen until Ctrl-C")
    parser.add_argument("--url", default="ws://127.0.0.1:8000/ws/realtime-asr", help="the service (%(default)s)")
    parser.add_argument("--fast", action="store_true", help="read the file faster than it was spoken")
    arguments = parser.parse_args()
    try:
        with microphone() if arguments.microphone else wav_file(arguments.file) as audio:
            is_paced = not (arguments.fast or arguments.microphone)
            asyncio.run(recognise(audio, arguments.url, is_paced=is_paced))
    except ProblemError as problem:
        print(f"recognise.py: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
