/**
 * The browser's own speech recognition (Web Speech API). Browsers end it whenever they like, so it is started again
 * until `stop()`. Events: `partial` and `final` with the text in `detail`; `change` when `isOn` changed; `problem`
 * with a word for what is wrong in `detail`, after which it is off.
 */

const QUICK_END_MS = 1_000;
const QUICK_ENDS_ALLOWED = 4;
/** What the API calls `error`, in the words of the interface. */
const PROBLEMS = {
  "not-allowed": "denied",
  "service-not-allowed": "denied",
  "audio-capture": "no_device",
  "language-not-supported": "language_unavailable",
  network: "network",
};

export class Microphone extends EventTarget {
  #recognition = null;
  #startedAt = 0;
  #quickEnds = 0;
  isOn = false;

  static get isSupported() {
    return Boolean(globalThis.SpeechRecognition ?? globalThis.webkitSpeechRecognition);
  }

  /** @param {string} language a BCP 47 tag, such as `zh-CN` */
  start(language) {
    this.stop();
    if (!Microphone.isSupported) return this.#give("unsupported");
    if (!globalThis.isSecureContext) return this.#give("insecure");
    const recognition = new (globalThis.SpeechRecognition ?? globalThis.webkitSpeechRecognition)();
    recognition.lang = language;
    recognition.continuous = true;
    recognition.interimResults = true;
    recognition.onresult = (event) => this.#heard(event);
    recognition.onerror = ({ error }) => PROBLEMS[error] && this.#give(PROBLEMS[error]);
    recognition.onend = () => this.#ended();
    this.#recognition = recognition;
    this.#quickEnds = 0;
    this.#become(true);
    this.#begin();
  }

  stop() {
    const recognition = this.#recognition;
    this.#recognition = null;
    if (recognition) {
      recognition.onresult = recognition.onerror = recognition.onend = null;
      recognition.abort();
    }
    this.#become(false);
  }

  #begin() {
    this.#startedAt = Date.now();
    this.#recognition.start();
  }

  #heard({ resultIndex, results }) {
    this.#quickEnds = 0;
    let partial = "";
    for (const result of Array.from(results).slice(resultIndex)) {
      const text = result[0].transcript;
      if (result.isFinal) this.#say("final", text.trim());
      else partial += text;
    }
    this.#say("partial", partial.trim());
  }

  #ended() {
    if (Date.now() - this.#startedAt < QUICK_END_MS && ++this.#quickEnds > QUICK_ENDS_ALLOWED) {
      this.#give("keeps_ending");
      return;
    }
    this.#begin();
  }

  #give(problem) {
    this.stop();
    this.#say("problem", problem);
  }

  #say(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #become(isOn) {
    if (this.isOn === isOn) return;
    this.isOn = isOn;
    this.dispatchEvent(new Event("change"));
  }
}
