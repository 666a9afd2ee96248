/**
 * A client of the realtime RAG socket, without dependencies: copy this one file.
 *
 *     import { RealtimeRagClient } from "./client.js";
 *
 *     const rag = new RealtimeRagClient("wss://example.org/ws/realtime-asr");
 *     rag.addEventListener("answer", ({ detail }) => output.append(detail.content));
 *     rag.connect();
 *     recogniser.onfinal = (text) => rag.sendFinal(text);
 *
 * A final is kept until the server has acknowledged it, which means that it is stored; after a lost connection the
 * unacknowledged ones are sent again under the same `segment_id`. One that the server could not store is sent once more
 * over the same connection. Partials are worth nothing later, so one that cannot be sent at once is dropped. Messages
 * and their fields are documented at `/docs/protocol` of the service.
 *
 * Events (each a `CustomEvent`):
 * - `ack`, `status`, `answer`, `batch_progress`, `error`: `detail` is the server's message as it came.
 * - `connection`: `detail` is a {@link Connection}.
 *
 * @typedef {"connecting" | "open" | "waiting" | "closed"} ConnectionState `waiting`: lost, and tried again soon.
 *
 * @typedef {object} Connection
 * @property {ConnectionState} state
 * @property {number} [retryInMs] while `waiting`: when the next attempt starts
 * @property {number} [code] while `waiting` or `closed`: the socket's close code
 *
 * @typedef {object} Options
 * @property {number} [keepaliveMs] how often to say `keepalive`; twice this long without a word counts as lost
 * @property {number} [firstRetryMs] upper bound of the first wait before connecting again; doubled each time
 * @property {number} [longestRetryMs] upper bound of every wait
 * @property {number} [repeatMs] upper bound of the wait before a final that could not be stored is sent again
 * @property {number} [maximumUnacknowledged] how many finals are kept for sending again
 * @property {number} [maximumCharacters] of one text, as the server takes it (`MAX_CHUNK_CHARS`)
 * @property {number} [maximumBufferedBytes] above this much unsent data, partials are dropped
 */

/** Close codes after which trying again is pointless: a regular end, and a token that is not accepted. */
const FINAL_CLOSE_CODES = new Set([1000, 4001]);
const FORWARDED = new Set(["ack", "status", "answer", "batch_progress", "error"]);
/** @type {Required<Options>} */
const DEFAULTS = {
  keepaliveMs: 20_000,
  firstRetryMs: 500,
  longestRetryMs: 15_000,
  repeatMs: 2_000,
  maximumUnacknowledged: 500,
  maximumCharacters: 10_240,
  maximumBufferedBytes: 65_536,
};

export class RealtimeRagClient extends EventTarget {
  #url;
  #options;
  /** @type {WebSocket | null} */ #socket = null;
  /** @type {ConnectionState} */ #state = "closed";
  /** @type {Map<string, object>} finals by segment_id, oldest first */ #unacknowledged = new Map();
  /** @type {Set<string>} segment_ids of finals sent twice over this connection */ #repeated = new Set();
  #isStopping = false;
  #attempt = 0;
  #retryTimer = 0;
  #keepaliveTimer = 0;
  #heardAt = 0;
  #segmentPrefix = crypto.getRandomValues(new Uint32Array(2)).join("-");
  #segmentCount = 0;

  /** @param {string | URL} url the socket's address, `ws:` or `wss:` @param {Options} [options] */
  constructor(url, options = {}) {
    super();
    this.#url = url;
    this.#options = { ...DEFAULTS, ...options };
    globalThis.addEventListener?.("online", () => this.#state === "waiting" && this.#open());
  }

  /** @returns {ConnectionState} */
  get state() {
    return this.#state;
  }

  /** @returns {number} how many finals the server has not acknowledged yet */
  get unacknowledged() {
    return this.#unacknowledged.size;
  }

  /** Connect, and stay connected until `close()`, `stop()` or a refusal. */
  connect() {
    if (this.#state === "closed") this.#open();
  }

  /** Leave without a word to the server; unacknowledged finals are kept for the next `connect()`. */
  close() {
    this.#leave();
    this.#become({ state: "closed" });
  }

  /** What is heard so far; it may change. @param {string} text @returns {boolean} whether it was sent */
  sendPartial(text) {
    if ((this.#socket?.bufferedAmount ?? 0) > this.#options.maximumBufferedBytes) return false;
    return this.#send({ type: "asr_chunk", text: clean(text), is_final: false });
  }

  /**
   * What the recogniser will not change any more. Sent at once, or as soon as there is a connection.
   * @param {string} text
   * @returns {string | null} the `segment_id` that its `ack` will carry; null for blank text
   * @throws {RangeError} if it is too long, or too many finals are waiting for their `ack`
   */
  sendFinal(text) {
    const words = clean(text).trim();
    if (!words) return null;
    if (words.length > this.#options.maximumCharacters) throw new RangeError("The text is too long.");
    if (this.#unacknowledged.size >= this.#options.maximumUnacknowledged) throw new RangeError("Too many are waiting.");
    const segmentId = `${this.#segmentPrefix}-${++this.#segmentCount}`;
    const message = { type: "asr_chunk", text: words, is_final: true, segment_id: segmentId };
    this.#unacknowledged.set(segmentId, message);
    this.#send(message);
    return segmentId;
  }

  /** Ask a typed question. @param {string} text @returns {boolean} whether it was sent */
  ask(text) {
    return this.#send({ type: "ask", text: clean(text) });
  }

  /**
   * Say how the answer to a question was liked.
   * @param {string} questionId @param {"like" | "dislike"} rating @param {string} [comment] @returns {boolean} whether it was sent
   */
  rate(questionId, rating, comment = "") {
    return this.#send({ type: "feedback", question_id: questionId, rating, comment: clean(comment) });
  }

  /** Ask what was said since the last question, now. @returns {boolean} whether it was sent */
  askNow = () => this.#control("instant_query");
  /** Stop listening for a while. @returns {boolean} whether it was sent */
  pause = () => this.#control("pause");
  /** Listen again. @returns {boolean} whether it was sent */
  resume = () => this.#control("resume");
  /** Stop the running answer. @returns {boolean} whether it was sent */
  cancel = () => this.#control("cancel");
  /**
   * End the session: the server closes the socket. Where there is no connection, none is sought any more.
   * @returns {boolean} whether it was sent
   */
  stop = () => {
    this.#isStopping = this.#control("stop");
    if (!this.#isStopping) this.close();
    return this.#isStopping;
  };

  #control(action) {
    return this.#send({ type: "control", action });
  }

  #send(message) {
    if (this.#state !== "open") return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  #open() {
    this.#leave();
    this.#isStopping = false;
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = ({ code }) => this.#closed(code);
    this.#watch();
    this.#become({ state: "connecting" });
  }

  /** Drop the socket and every timer; what is still under way on them is nobody's business any more. */
  #leave() {
    clearTimeout(this.#retryTimer);
    clearInterval(this.#keepaliveTimer);
    if (!this.#socket) return;
    this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close();
    this.#socket = null;
  }

  #closed(code) {
    this.#leave();
    if (this.#isStopping || FINAL_CLOSE_CODES.has(code)) return this.#become({ state: "closed", code });
    const bound = Math.min(this.#options.longestRetryMs, this.#options.firstRetryMs * 2 ** this.#attempt++);
    const retryInMs = jittered(bound);
    this.#retryTimer = setTimeout(() => this.#open(), retryInMs);
    this.#become({ state: "waiting", retryInMs, code });
  }

  #receive(data) {
    this.#heardAt = Date.now();
    const message = JSON.parse(data);
    if (!FORWARDED.has(message.type)) return;
    if (message.type === "ack") this.#acknowledged(message);
    if (message.code === "SERVER_ERROR") this.#repeat(message.details?.segment_id);
    this.dispatchEvent(new CustomEvent(message.type, { detail: message }));
  }

  #acknowledged({ message, segment_id: segmentId }) {
    if (segmentId) this.#unacknowledged.delete(segmentId);
    if (message !== "connected") return;
    this.#attempt = 0;
    this.#repeated.clear();
    this.#become({ state: "open" });
    for (const final of this.#unacknowledged.values()) this.#send(final);
  }

  /** The server could not store this final: try once more here, and after the next connection. */
  #repeat(segmentId) {
    if (!this.#unacknowledged.has(segmentId) || this.#repeated.has(segmentId)) return;
    this.#repeated.add(segmentId);
    const socket = this.#socket;
    setTimeout(() => {
      const final = this.#unacknowledged.get(segmentId);
      if (final && socket === this.#socket) this.#send(final);
    }, jittered(this.#options.repeatMs));
  }

  #watch() {
    this.#heardAt = Date.now();
    this.#keepaliveTimer = setInterval(() => {
      if (Date.now() - this.#heardAt > 2 * this.#options.keepaliveMs) this.#closed(1006);
      else this.#send({ type: "keepalive" });
    }, this.#options.keepaliveMs);
  }

  /** @param {Connection} connection */
  #become(connection) {
    this.#state = connection.state;
    this.dispatchEvent(new CustomEvent("connection", { detail: connection }));
  }
}

/** Between half of a wait and all of it, so that clients do not come all at once. */
function jittered(boundMs) {
  return Math.round(boundMs * (0.5 + Math.random() / 2));
}

/** The protocol takes neither NUL nor halves of surrogate pairs. */
function clean(text) {
  return text.replaceAll("\0", "").replace(/\p{Surrogate}/gu, "\ufffd");
}
