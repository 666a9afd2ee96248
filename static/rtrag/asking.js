/** Questions over HTTP, for as long as no socket can be opened; the other half of `client.js`. */

const MAXIMUM_WAITING = 8;

export class HttpAsking {
  #url;
  #maximumCharacters;
  #deliver;
  /** @type {string | null} the session that the next question goes on with */ #session = null;
  /** @type {AbortController | null} of the question that is being answered */ #running = null;
  #turn = Promise.resolve();
  #waiting = 0;

  /**
   * @param {string | URL} socketUrl the socket's address
   * @param {{ askUrl: string | URL, maximumCharacters: number }} options of the client
   * @param {(message: object) => void} deliver takes each message, as a socket would have sent it
   */
  constructor(socketUrl, { askUrl, maximumCharacters }, deliver) {
    const host = new URL(socketUrl, globalThis.location?.href);
    host.protocol = host.protocol.replace("ws", "http");
    this.#url = new URL(askUrl, host);
    this.#maximumCharacters = maximumCharacters;
    this.#deliver = deliver;
  }

  /** Whether the service answers over HTTP. @returns {Promise<boolean>} */
  async isReachable() {
    try {
      return (await fetch(new URL("/health/live", this.#url), { cache: "no-store" })).ok;
    } catch {
      return false;
    }
  }

  /**
   * Ask in turn: one answer at a time.
   * @param {string} question @param {() => void} [onFailure] called where the service did not take the question
   * @returns {boolean} whether there was room for it
   */
  ask(question, onFailure = () => {}) {
    if (this.#waiting >= MAXIMUM_WAITING) return false;
    this.#waiting++;
    this.#turn = this.#turn.then(async () => {
      this.#waiting--;
      if (!(await this.#answer(question))) onFailure();
    });
    return true;
  }

  /**
   * Ask what the last to speak has said that was not asked like this before.
   * @param {object[]} finals those asked become `is_asked`, which keeps the socket from asking them again
   * @returns {boolean} whether there was something to ask, and room for it
   */
  askAll(finals) {
    const unasked = finals.filter((final) => !final.is_asked);
    const fresh = unasked.filter(({ speaker }) => speaker === unasked.at(-1).speaker);
    if (!fresh.length) return false;
    const mark = (isAsked) => fresh.forEach((final) => (final.is_asked = isAsked));
    mark(true);
    const isWaiting = this.ask(joined(fresh, this.#maximumCharacters), () => mark(false));
    if (!isWaiting) mark(false);
    return isWaiting;
  }

  /** Stop the running answer. @returns {boolean} whether there was one */
  cancel() {
    this.#running?.abort();
    return this.#running !== null;
  }

  async #answer(question) {
    this.#running = new AbortController();
    const { signal } = this.#running;
    let isTaken = false;
    let last = {};
    try {
      const response = await this.#post(question, signal);
      if (!response.ok) throw await response.json();
      isTaken = true;
      for await (const message of messagesOf(response.body)) this.#deliver((last = message));
      if (last.stage !== "idle" && last.stage !== "closed") throw {};
    } catch ({ error, message = "The service cannot be reached.", details }) {
      const about = last.question_id && { question_id: last.question_id };
      if (!signal.aborted) {
        this.#deliver({ type: "error", code: error ?? "SERVICE_UNAVAILABLE", message, details: { ...about, ...details } });
      }
      this.#deliver({ type: "status", stage: "idle", ...about });
    } finally {
      this.#session = last.session_id ?? this.#session;
      this.#running = null;
    }
    return isTaken || signal.aborted;
  }

  /** Post the question; where its session is gone, as the first of a new one. */
  async #post(question, signal) {
    const body = JSON.stringify({ question, session_id: this.#session });
    const headers = { "Content-Type": "application/json", Accept: "text/event-stream" };
    const response = await fetch(this.#url, { method: "POST", headers, body, signal });
    if (response.status !== 404 || !this.#session) return response;
    this.#session = null;
    return this.#post(question, signal);
  }
}

/** What was said, as one question of the latest words. */
function joined(finals, maximumCharacters) {
  const texts = finals.map(({ text }) => text);
  const blank = /\p{Script=Han}/u.test(texts.at(-1)) ? "" : " ";
  return texts.join(blank).slice(-maximumCharacters);
}

/** The `data` of a stream's events up to `end`. @param {ReadableStream<Uint8Array>} body */
async function* messagesOf(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  for (let { value, done } = await reader.read(); !done; { value, done } = await reader.read()) {
    const events = (held + value).split("\n\n");
    held = events.pop();
    for (const event of events) {
      const { event: name, data } = Object.fromEntries(event.split("\n").map(fieldOf));
      if (name === "end") return;
      if (data) yield JSON.parse(data);
    }
  }
}

function fieldOf(line) {
  const at = line.indexOf(": ");
  return [line.slice(0, at), line.slice(at + 2)];
}
