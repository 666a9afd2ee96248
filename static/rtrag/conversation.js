/** Follows the server's messages: puts questions and answers where they belong and says where the session stands. */

import { AnswerCard } from "./answer.js";

/** The stages in which a question may be met for the first time. */
const BEGINNING = new Set(["analyzing", "instant_query", "querying_rag"]);
/** The stages in which no answer is running any more. */
const ENDING = new Set(["idle", "interrupting", "closed"]);

/** What a note of `waiting_for_question` begins with that tells of an earlier question or of one to come. */
const AGAIN = "asked before";
const UNFINISHED = "unfinished";
const IGNORED = "ignored";
/** The same, in any stage, of a question whose words were corrected and ask it no more. */
const TAKEN_BACK = "taken back";
/** How many questions may be pointed at later on. */
const MAXIMUM_KNOWN = 500;

/** The states of the connection in which answers go on coming. */
const KEEPING = new Set(["open", "fallback"]);

/**
 * Events: `change`, after any of the fields below changed; `noticed`, `answered`, `again`, with the question or its card
 * in `detail`; `resumed`, when the session listens again after a pause.
 */
export class Conversation extends EventTarget {
  #transcript;
  /** @type {Map<string, AnswerCard>} the unfinished ones, by question_id */ #cards = new Map();
  /** @type {Map<string, AnswerCard>} the latest ones, finished or not */ #known = new Map();
  /** @type {Set<AnswerCard>} those asked all the same, until the server says that it has heard */ #demanded = new Set();
  #count = 0;
  /** @type {Set<string>} question_ids: one over the socket, and one over HTTP while that goes on */ #running = new Set();
  /** @type {{ typed: number[], instant: number[] }} when questions without speech were asked */
  #asked = { typed: [], instant: [] };

  stage = "";
  note = "";
  paused = false;
  heard = false;

  /** @param {import("./transcript.js").Transcript} transcript */
  constructor(transcript) {
    super();
    this.#transcript = transcript;
  }

  /** Whether an answer is on its way. */
  get answering() {
    return this.#running.size > 0;
  }

  /** @param {import("./client.js").RealtimeRagClient} client */
  follow(client) {
    client.addEventListener("ack", ({ detail }) => this.#acknowledged(detail));
    client.addEventListener("status", ({ detail }) => this.#status(detail));
    client.addEventListener("answer", ({ detail }) => this.#answer(detail));
    client.addEventListener("error", ({ detail }) => this.#error(detail));
    client.addEventListener("connection", ({ detail }) => KEEPING.has(detail.state) || this.#lost());
  }

  /** A question was just asked without speech. @param {"typed" | "instant"} mode */
  asked(mode) {
    this.#asked[mode].push(performance.now());
  }

  /** The question of a card that was left unanswered was just asked all the same. @param {AnswerCard} card */
  demanded(card) {
    this.#demanded.add(card);
    card.demand();
  }

  #acknowledged({ message, segment_id: id }) {
    if (!id) return;
    const ignored = message === "paused";
    this.#transcript.acknowledged(id, ignored);
    this.heard ||= !ignored;
    this.#changed();
  }

  #status(message) {
    const { stage, note = "", question_id: id } = message;
    this.#transcript.hold(stage === "waiting_for_question" && note.startsWith(UNFINISHED));
    if (note.startsWith(TAKEN_BACK)) this.#takeBack(id);
    if (stage === "waiting_for_question" && id) return this.#settleUnanswered(id, note);
    const card = this.#cards.get(id) ?? (BEGINNING.has(stage) ? this.#begin(message) : null);
    this.stage = stage;
    this.note = note;
    if (stage === "paused") this.paused = true;
    if (stage === "listening") this.#resume();
    if (stage === "querying_rag") {
      if (message.restarted) card.restart();
      else if (!this.#running.has(id)) card.become("searching");
      this.#running.add(id);
    }
    if (ENDING.has(stage)) for (const ended of id ? [id] : this.#running) this.#finish(ended, "stopped");
    this.#changed();
  }

  /** What was said leads to no answer of its own. */
  #settleUnanswered(id, note) {
    if (note.startsWith(AGAIN)) this.#pointTo(this.#known.get(id));
    else this.#finish(id, note.startsWith(IGNORED) ? "ignored" : "dropped");
    this.#changed();
  }

  /** @param {AnswerCard | undefined} card undefined where this page has not seen the question */
  #pointTo(card) {
    if (!card) return;
    this.#transcript.again(card.number);
    card.pointOut();
    this.dispatchEvent(new CustomEvent("again", { detail: card }));
  }

  #resume() {
    if (!this.paused) return;
    this.paused = false;
    this.dispatchEvent(new Event("resumed"));
  }

  #begin(message) {
    const card = this.#takeDemanded(message) ?? this.#newCard(message);
    const { question, question_id: id } = message;
    this.#cards.set(id, card);
    this.#known.set(id, card);
    if (this.#known.size > MAXIMUM_KNOWN) this.#known.delete(this.#known.keys().next().value);
    this.dispatchEvent(new CustomEvent("noticed", { detail: question }));
    return card;
  }

  /** @returns {AnswerCard | undefined} the card in which this question was asked all the same, if it was */
  #takeDemanded({ question, mode }) {
    if (mode !== "typed") return undefined;
    const card = [...this.#demanded].find((each) => each.question === question);
    this.#demanded.delete(card);
    return card;
  }

  #newCard(message) {
    const { question, mode, replaces } = message;
    const number = ++this.#count;
    const replaced = this.#replace(replaces, number);
    const { reply, sentAt } =
      mode === "typed" ? this.#transcript.typed(question, number) : this.#transcript.heard(question, number);
    const card = new AnswerCard(number, question, this.#asked[mode]?.shift() ?? sentAt ?? performance.now());
    card.explain(message);
    reply.append(card.element);
    if (replaced?.element.parentElement === reply) card.element.after(replaced.element);
    return card;
  }

  /**
   * Question `number` takes the place of an earlier one, but for one that somebody wanted answered as it was.
   * @returns {AnswerCard | undefined} the earlier one, if any
   */
  #replace(id, number) {
    const card = this.#known.get(id);
    if (!card || card.isDemanded) return undefined;
    this.#transcript.withdraw(card.number);
    card.giveWayTo(number);
    this.#forget(id);
    return card;
  }

  /** Nobody has asked this question, unless somebody wanted it answered all the same. */
  #takeBack(id) {
    const card = this.#known.get(id);
    if (!card || card.isDemanded) return;
    this.#transcript.withdraw(card.number);
    card.become("taken_back");
    this.#forget(id);
  }

  #answer(frame) {
    const card = this.#cards.get(frame.question_id);
    if (!card) return;
    const hadWords = card.firstWordMs !== null;
    card.add(frame);
    if (frame.final) {
      this.#forget(frame.question_id);
      this.dispatchEvent(new CustomEvent("answered", { detail: card }));
    }
    if (frame.final || !hadWords) this.#changed();
  }

  #error({ code, details = {} }) {
    const card = this.#cards.get(details.question_id) ?? this.#refused(details);
    if (!card) return;
    card.fail(`error.${code}`);
    this.#forget(details.question_id);
    this.#changed();
  }

  /** @returns {AnswerCard | undefined} the card whose question was not taken, where the error names nothing else */
  #refused({ question_id: id, segment_id: final, field }) {
    if (id || final || field) return undefined;
    const [first] = this.#demanded;
    this.#demanded.delete(first);
    return first;
  }

  /** An answer ended before its final frame, if it is not finished already. */
  #finish(id, state) {
    this.#cards.get(id)?.become(state);
    this.#forget(id);
  }

  #forget(id) {
    this.#cards.delete(id);
    this.#running.delete(id);
  }

  #lost() {
    for (const card of [...this.#cards.values(), ...this.#demanded]) card.become("lost");
    this.#transcript.hold(false);
    this.#cards.clear();
    this.#demanded.clear();
    this.#asked = { typed: [], instant: [] };
    this.#running.clear();
    this.paused = this.heard = false;
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
