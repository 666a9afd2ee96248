/**
 * The browser's own speech recognition (Web Speech API). Browsers end it whenever they like, so it is begun again until
 * `stop()`. Words once shown are not lost: a partial that the browser ends without a final becomes the final.
 * Events: `partial` and `final` with the text in `detail`; `change` when `isOn` changed; `problem` with a word for what
 * is wrong in `detail`, after which it is off.
 */

const QUICK_END_MS = 1_000;
const QUICK_ENDS_ALLOWED = 4;
/** How long the browser may take to recognise the last words after it was told to stop. */
const LAST_WORDS_MS = 2_000;
/** What the API calls `error`, in the words of the interface. */
const PROBLEMS = {
  "not-allowed": "denied",
  "service-not-allowed": "denied",
  "audio-capture": "no_device",
  "language-not-supported": "language_unavailable",
  network: "network",
};

export class Microphone extends EventTarget {
  /** @type {string | null} what to listen for; null when off */ #language = null;
  #recognition = null;
  #partial = "";
  #lastWordsTimer = 0;
  #startedAt = 0;
  #quickEnds = 0;

  static get isSupported() {
    return Boolean(globalThis.SpeechRecognition ?? globalThis.webkitSpeechRecognition);
  }

  get isOn() {
    return this.#language !== null;
  }

  /** Listen; in another language from the end of the present phrase on. @param {string} language a BCP 47 tag */
  start(language) {
    if (!Microphone.isSupported) return this.#give("unsupported");
    if (!globalThis.isSecureContext) return this.#give("insecure");
    this.#quickEnds = 0;
    this.#become(language);
    if (!this.#recognition) this.#begin();
    else if (this.#recognition.lang !== language) this.#finish();
  }

  /** @returns {Promise<void>} done when the last words were heard to their end */
  async stop() {
    this.#become(null);
    if (!this.#recognition) return;
    const ended = new Promise((resolve) => this.addEventListener("end", resolve, { once: true }));
    this.#finish();
    await ended;
  }

  #begin() {
    const recognition = new (globalThis.SpeechRecognition ?? globalThis.webkitSpeechRecognition)();
    recognition.lang = this.#language;
    recognition.continuous = true;
    recognition.interimResults = true;
    recognition.onresult = (event) => this.#heard(event);
    recognition.onerror = ({ error }) => PROBLEMS[error] && this.#give(PROBLEMS[error]);
    recognition.onend = () => this.#ended();
    this.#recognition = recognition;
    this.#startedAt = Date.now();
    recognition.start();
  }

  #heard({ resultIndex, results }) {
    this.#quickEnds = 0;
    let partial = "";
    for (const result of Array.from(results).slice(resultIndex)) {
      const text = result[0].transcript;
      if (result.isFinal) this.#say("final", text.trim());
      else partial += text;
    }
    this.#partial = partial.trim();
    this.#say("partial", this.#partial);
  }

  /** Let the browser recognise what it has recorded, and no more. */
  #finish() {
    if (this.#lastWordsTimer) return;
    this.#recognition.stop();
    this.#lastWordsTimer = setTimeout(() => this.#abort(), LAST_WORDS_MS);
  }

  #abort() {
    this.#recognition?.abort();
    this.#ended();
  }

  #ended() {
    const wasAsked = Boolean(this.#lastWordsTimer);
    this.#settle();
    if (!this.isOn) return;
    const isQuick = !wasAsked && Date.now() - this.#startedAt < QUICK_END_MS;
    if (isQuick && ++this.#quickEnds > QUICK_ENDS_ALLOWED) this.#give("keeps_ending");
    else this.#begin();
  }

  /** Nothing more comes of this recognition. */
  #settle() {
    clearTimeout(this.#lastWordsTimer);
    this.#lastWordsTimer = 0;
    if (this.#recognition) this.#recognition.onresult = this.#recognition.onerror = this.#recognition.onend = null;
    this.#recognition = null;
    if (this.#partial) this.#say("final", this.#partial);
    this.#partial = "";
    this.dispatchEvent(new Event("end"));
  }

  #give(problem) {
    this.#become(null);
    this.#abort();
    this.#say("problem", problem);
  }

  #say(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #become(language) {
    const wasOn = this.isOn;
    this.#language = language;
    if (wasOn !== this.isOn) this.dispatchEvent(new Event("change"));
  }
}
