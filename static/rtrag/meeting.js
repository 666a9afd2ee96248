/**
 * Plays a recorded meeting: recogniser output with its original timing. A recording is
 * `{ title, language, duration_ms, turns: [[from_ms, speaker], …], events: [[at_ms, text, is_final], …] }`, each in
 * order of time. Events: `partial` and `final` with `{ text, about }` in `detail`, where `about` holds the speaker and
 * the recording's times as the socket takes them; `change` when it starts, stops or ends; `progress`.
 */
export class MeetingPlayer extends EventTarget {
  #recording = null;
  #next = 0;
  #positionMs = 0;
  #resumedAt = 0;
  #timer = 0;
  #speed = 1;
  isPlaying = false;

  /** Take a recording, from its start. */
  load(recording) {
    this.pause();
    this.#recording = recording;
    this.#next = this.#positionMs = 0;
    this.#tell("progress");
    this.#tell("change");
  }

  get language() {
    return this.#recording?.language ?? null;
  }

  get durationMs() {
    return this.#recording?.duration_ms ?? 0;
  }

  get positionMs() {
    if (!this.isPlaying) return this.#positionMs;
    return Math.min(this.durationMs, this.#positionMs + (performance.now() - this.#resumedAt) * this.#speed);
  }

  get hasEnded() {
    return this.#recording !== null && this.#next >= this.#recording.events.length;
  }

  /** Go on, or start again from the beginning after the end. */
  play() {
    if (this.isPlaying || !this.#recording) return;
    if (this.hasEnded) this.#next = this.#positionMs = 0;
    this.isPlaying = true;
    this.#resumedAt = performance.now();
    this.#tell("change");
    this.#step();
  }

  pause() {
    if (!this.isPlaying) return;
    this.#positionMs = this.positionMs;
    this.isPlaying = false;
    clearTimeout(this.#timer);
    this.#tell("change");
  }

  /** @param {number} speed 1 is the original one */
  setSpeed(speed) {
    this.#positionMs = this.positionMs;
    this.#resumedAt = performance.now();
    this.#speed = speed;
    if (!this.isPlaying) return;
    clearTimeout(this.#timer);
    this.#step();
  }

  /** Say everything that is due and wait for the next. */
  #step() {
    const { events } = this.#recording;
    while (this.#next < events.length && events[this.#next][0] <= this.positionMs) {
      const about = this.#about();
      const [, text, isFinal] = events[this.#next++];
      this.#tell(isFinal ? "final" : "partial", { text, about });
      if (!this.isPlaying) return;
    }
    this.#tell("progress");
    if (this.hasEnded) {
      this.#end();
      return;
    }
    this.#timer = setTimeout(() => this.#step(), (events[this.#next][0] - this.positionMs) / this.#speed);
  }

  /** Who says the next words; of a final also when they began and ended, as its partials tell. */
  #about() {
    const { events, turns } = this.#recording;
    const [at, , isFinal] = events[this.#next];
    const speaker = turns.findLast(([from]) => from <= at)[1];
    if (!isFinal) return { speaker };
    const begun = events.findLastIndex(([, , wasFinal], place) => place < this.#next && wasFinal) + 1;
    return { speaker, start_ms: events[begun][0], end_ms: events[Math.max(begun, this.#next - 1)][0] };
  }

  #end() {
    this.#positionMs = this.durationMs;
    this.isPlaying = false;
    this.#tell("progress");
    this.#tell("change");
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
