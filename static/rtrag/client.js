/**
 * A client of the realtime RAG socket, without dependencies: copy this file, `asking.js` and `finals.js`.
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
 * and their fields are documented at `/docs/protocol` of the service. Where no socket can be opened, but the service is
 * there, questions go over HTTP, with the same events, while the client goes on trying. Finals wait for the socket;
 * those that `askNow()` has asked are not asked again then.
 *
 * Events (each a `CustomEvent`):
 * - `ack`, `status`, `answer`, `batch_progress`, `error`: `detail` is the server's message as it came.
 * - `connection`: `detail` is a {@link Connection}.
 * @typedef {"connecting" | "open" | "waiting" | "fallback" | "closed"} ConnectionState `waiting`: lost,
 *   and tried again soon; `fallback`: the same, while questions go over HTTP.
 * @typedef {object} Connection
 * @property {ConnectionState} state
 * @property {number} [retryInMs] while `waiting` or `fallback`: when the next attempt starts
 * @property {number} [code] while `waiting`, `fallback` or `closed`: the socket's close code
 * @typedef {{ speaker?: string, start_ms?: number, end_ms?: number }} About who says it, and when by the recogniser's clock
 * @typedef {object} Options
 * @property {number} [keepaliveMs] how often to say `keepalive`; twice this long without a word counts as lost
 * @property {number} [firstRetryMs] upper bound of the first wait before connecting again; doubled each time
 * @property {number} [longestRetryMs] upper bound of every wait
 * @property {number} [repeatMs] upper bound of the wait before a final that could not be stored is sent again
 * @property {number} [maximumUnacknowledged] how many finals are kept for sending again
 * @property {number} [maximumCharacters] of one text, as the server takes it (`MAX_CHUNK_CHARS`)
 * @property {string | URL | null} [askUrl] where questions go without a socket; null for nowhere
 * @property {number} [fallbackAfter] how many attempts in a row fail before they go there
 * @property {number} [maximumBufferedBytes] above this much unsent data, partials are dropped
 */

import { HttpAsking } from "./asking.js";
import { clean, Finals } from "./finals.js";

/** Close codes after which trying again is pointless: a regular end, and a token that is not accepted. */
const FINAL_CLOSE_CODES = new Set([1000, 4001]);
const TRYING = new Set(["waiting", "fallback"]);
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
  askUrl: "/api/ask",
  fallbackAfter: 3,
};

export class RealtimeRagClient extends EventTarget {
  #url;
  #options;
  /** @type {WebSocket | null} */ #socket = null;
  /** @type {ConnectionState} */ #state = "closed";
  /** @type {Finals} */ #finals;
  #isStopping = false;
  /** @type {object | null} */ #listening = null;
  #attempt = 0;
  #retryTimer = 0;
  #keepaliveTimer = 0;
  #heardAt = 0;
  /** @type {HttpAsking | null} */ #http = null;

  /** @param {string | URL} url the socket's address, `ws:` or `wss:` @param {Options} [options] */
  constructor(url, options = {}) {
    super();
    this.#url = url;
    this.#options = { ...DEFAULTS, ...options };
    this.#finals = new Finals(this.#options);
    if (this.#options.askUrl !== null) this.#http = new HttpAsking(url, this.#options, (message) => this.#tell(message));
    globalThis.addEventListener?.("online", () => TRYING.has(this.#state) && this.#open());
  }

  /** @returns {ConnectionState} */
  get state() {
    return this.#state;
  }

  /** @returns {number} how many finals the server has not acknowledged yet */
  get unacknowledged() {
    return this.#finals.size;
  }

  /** Connect, and stay connected until `close()`, `stop()` or a refusal. */
  connect() {
    if (this.#state === "closed") this.#open();
  }

  /** Leave without a word to the server; unacknowledged finals are kept for the next `connect()`. */
  close() {
    this.#leave();
    this.#http?.cancel();
    this.#become({ state: "closed" });
  }

  /** What is heard so far; it may change. @param {string} text @param {About} [about] @returns {boolean} whether it was sent */
  sendPartial(text, about = {}) {
    if ((this.#socket?.bufferedAmount ?? 0) > this.#options.maximumBufferedBytes) return false;
    return this.#send({ type: "asr_chunk", text: clean(text), is_final: false, ...about });
  }

  /**
   * What the recogniser will not change any more. Sent at once, or as soon as there is a connection.
   * @param {string} text @param {About} [about]
   * @returns {string | null} the `segment_id` that its `ack` will carry; null for blank text
   * @throws {RangeError} if it is too long, or too many finals are waiting for their `ack`
   */
  sendFinal(text, about = {}) {
    const message = this.#finals.keep(text, about);
    if (message) this.#send(message);
    return message?.segment_id ?? null;
  }

  /** Ask a typed question. @param {string} text @returns {boolean} whether it was sent */
  ask(text) {
    if (this.#state === "fallback") return this.#http.ask(clean(text));
    return this.#send({ type: "ask", text: clean(text) });
  }

  /**
   * Say how the answer to a question was liked.
   * @param {string} questionId @param {"like" | "dislike"} rating @param {string} [comment] @returns {boolean} whether it was sent
   */
  rate(questionId, rating, comment = "") {
    return this.#send({ type: "feedback", question_id: questionId, rating, comment: clean(comment) });
  }

  /** Say how the session is listened to, now and after each new connection. @param {object} options as `options` takes them @returns {boolean} whether it was sent */
  listen = (options) => this.#send({ type: "options", ...(this.#listening = options) });
  /** Ask for `batch_progress` of a batch while this connection lasts. @param {string} taskId @returns {boolean} whether it was sent */
  watchBatch = (taskId) => this.#send({ type: "batch_watch", task_id: taskId });
  /** Ask what the last to speak has said since the last question, now. @returns {boolean} whether it was sent */
  askNow = () =>
    this.#state === "fallback" ? this.#http.askAll(this.#finals.all) : this.#send({ type: "control", action: "instant_query" });
  /** Stop listening for a while. @returns {boolean} whether it was sent */
  pause = () => this.#send({ type: "control", action: "pause" });
  /** Listen again. @returns {boolean} whether it was sent */
  resume = () => this.#send({ type: "control", action: "resume" });
  /** Stop the running answer. @returns {boolean} whether it was sent */
  cancel = () => [this.#http?.cancel(), this.#send({ type: "control", action: "cancel" })].some(Boolean);
  /** End the session; where there is no connection, none is sought any more. @returns {boolean} whether it was sent */
  stop = () => {
    this.#isStopping = this.#send({ type: "control", action: "stop" });
    if (!this.#isStopping) this.close();
    return this.#isStopping;
  };

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
    if (this.#state !== "fallback") this.#become({ state: "connecting" });
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
    const lost = { state: this.#state === "fallback" ? "fallback" : "waiting", retryInMs, code };
    this.#become(lost);
    if (this.#http && this.#attempt >= this.#options.fallbackAfter) this.#fallBack(lost);
  }

  /** Ask over HTTP from here on, if the service is there. */
  async #fallBack(lost) {
    const state = (await this.#http.isReachable()) ? "fallback" : "waiting";
    if (TRYING.has(this.#state) && state !== this.#state) this.#become({ ...lost, state });
  }

  #receive(data) {
    this.#heardAt = Date.now();
    const message = JSON.parse(data);
    if (!FORWARDED.has(message.type)) return;
    if (message.type === "ack") this.#acknowledged(message);
    if (message.code === "SERVER_ERROR") this.#repeat(message.details?.segment_id);
    this.#tell(message);
  }

  #tell(message) {
    this.dispatchEvent(new CustomEvent(message.type, { detail: message }));
  }

  #acknowledged({ message, segment_id: segmentId }) {
    this.#finals.acknowledge(segmentId);
    if (message !== "connected") return;
    this.#attempt = 0;
    this.#finals.reconnected();
    this.#become({ state: "open" });
    if (this.#listening) this.listen(this.#listening);
    for (const final of this.#finals.all) this.#send(final);
  }

  /** The server could not store this final: try once more here, and after the next connection. */
  #repeat(segmentId) {
    if (!this.#finals.mayRepeat(segmentId)) return;
    const socket = this.#socket;
    setTimeout(() => {
      const final = this.#finals.find(segmentId);
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

const jittered = (boundMs) => Math.round(boundMs * (0.5 + Math.random() / 2)); // lest clients come all at once
