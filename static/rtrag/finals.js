/** What was said and is not known to be stored yet; a part of `client.js`. */

export class Finals {
  /** @type {Map<string, object>} messages by segment_id, oldest first */ #kept = new Map();
  /** @type {Set<string>} those sent twice over this connection */ #repeated = new Set();
  #prefix = crypto.getRandomValues(new Uint32Array(2)).join("-");
  #count = 0;
  #options;

  /** @param {{ maximumUnacknowledged: number, maximumCharacters: number }} options */
  constructor(options) {
    this.#options = options;
  }

  get size() {
    return this.#kept.size;
  }

  /** @returns {object[]} */
  get all() {
    return [...this.#kept.values()];
  }

  /**
   * Keep a final until it is acknowledged.
   * @param {string} text @param {object} about fields of its message, such as `speaker`
   * @returns {object | null} its message; null for blank text
   * @throws {RangeError} if it is too long, or too many are kept
   */
  keep(text, about = {}) {
    const words = clean(text).trim();
    if (!words) return null;
    if (words.length > this.#options.maximumCharacters) throw new RangeError("The text is too long.");
    if (this.size >= this.#options.maximumUnacknowledged) throw new RangeError("Too many are waiting.");
    const id = `${this.#prefix}-${++this.#count}`;
    const message = { type: "asr_chunk", text: words, is_final: true, segment_id: id, ...about };
    this.#kept.set(message.segment_id, message);
    return message;
  }

  /** @param {string} segmentId @returns {object | undefined} its message, while it is not acknowledged */
  find(segmentId) {
    return this.#kept.get(segmentId);
  }

  acknowledge(segmentId) {
    this.#kept.delete(segmentId);
  }

  /** Whether it may be sent once more over this connection; it is asked once. */
  mayRepeat(segmentId) {
    if (!this.#kept.has(segmentId) || this.#repeated.has(segmentId)) return false;
    this.#repeated.add(segmentId);
    return true;
  }

  /** There is a new connection, over which each may be sent twice again. */
  reconnected() {
    this.#repeated.clear();
  }
}

/** The protocol takes neither NUL nor halves of surrogate pairs. */
export function clean(text) {
  return text.replaceAll("\0", "").replace(/\p{Surrogate}/gu, "\ufffd");
}
