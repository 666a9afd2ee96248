/** One answer beside its question: grows as it is streamed, then shows its sources and how long it took. */

import { linkCitations } from "./citations.js";
import { clamp } from "./clamp.js";
import { renderDemand, renderFollowUp } from "./follow-up.js";
import { label, languageOf } from "./i18n.js";
import { renderSources } from "./sources.js";
import { badge } from "./transcript.js";

const CITATION_BEGUN = /\[\d{0,2}$/;

/** The states of a question that was heard and not answered, which may be asked all the same. */
const UNANSWERED = new Set(["unanswered", "ignored", "dropped"]);
/** The ends without an answer after which a question that was asked all the same may be asked once more. */
const GIVEN_UP = new Set(["stopped", "failed", "lost"]);

/**
 * @typedef {"noticed" | "searching" | "streaming" | "done" | "not_found" | "stopped" | "failed" | "lost" | "replaced" |
 *   "unanswered" | "ignored" | "dropped" | "taken_back"} CardState
 */

export class AnswerCard {
  #startedAt;
  isDemanded = false;
  #held = "";
  /** @type {number | null} */ firstWordMs = null;
  element = document.createElement("article");
  #content = document.createElement("div");
  #state = document.createElement("span");
  #sources = document.createElement("section");
  #measures = document.createElement("footer");

  /**
   * @param {number} number links it with its question
   * @param {string} question the question's own words
   * @param {number} startedAt when the question was sent, on the clock of `performance.now()`
   */
  constructor(number, question, startedAt) {
    this.number = number;
    this.question = question;
    this.#startedAt = startedAt;
    this.element.className = "answer";
    this.element.id = `answer-${number}`;
    this.element.tabIndex = -1;
    this.#content.className = "content";
    this.#state.className = "state";
    this.#measures.className = "measures";
    const header = document.createElement("header");
    const title = document.createElement("h3");
    title.textContent = question;
    title.lang = languageOf(question);
    header.append(badge(number, "question"), title, this.#state);
    this.element.append(header, clamp(title), this.#content, this.#sources, this.#measures);
    this.become("noticed");
  }

  /** Who asked; how sure the detector was that this is a question, and by which rule; nothing for one that it did not find. */
  explain({ mode, confidence, reason, speaker }) {
    if (speaker) this.#name(speaker);
    if (mode || confidence === undefined) return;
    this.#measure("measure.confidence", { percent: Math.round(confidence * 100) }).title = reason ?? "";
  }

  /** @param {CardState} state */
  become(state) {
    this.element.dataset.state = state;
    this.element.setAttribute("aria-busy", String(["searching", "streaming"].includes(state)));
    label(this.#state, `answer.${state}`);
    this.element.querySelector(".demand")?.remove();
    if (UNANSWERED.has(state) || (this.isDemanded && GIVEN_UP.has(state))) this.element.append(renderDemand(this));
  }

  /** It was asked all the same: what comes takes the place of what there is. */
  demand() {
    this.isDemanded = true;
    this.#startedAt = performance.now();
    this.firstWordMs = null;
    this.element.querySelector(".failure")?.remove();
    this.#measures.replaceChildren(...this.#measures.querySelectorAll("[data-t='measure.confidence']"));
    this.element.focus({ preventScroll: true }); // the button that had it goes
    this.#clear();
    this.become("noticed");
  }

  /** The speaker went on, and another question came of it; what was answered until then can be unfolded. */
  giveWayTo(number) {
    this.become("replaced");
    this.#state.after(badge(number));
    this.element.classList.remove("unfolded");
    if (!this.text) return;
    const more = label(document.createElement("button"), "page.show_all");
    more.type = "button";
    more.className = "more";
    more.addEventListener("click", () => {
      const isUnfolded = this.element.classList.toggle("unfolded");
      label(more, isUnfolded ? "page.show_less" : "page.show_all");
    });
    this.element.append(more);
  }

  /** The same was asked again. */
  pointOut() {
    this.element.classList.remove("pointed-out");
    void this.element.offsetWidth; // begins the animation anew
    this.element.classList.add("pointed-out");
  }

  /** What went wrong, in words that follow the interface's language. */
  fail(key) {
    this.become("failed");
    const words = document.createElement("p");
    words.className = "failure";
    this.#content.after(label(words, key));
  }

  /** What was said so far no longer counts. */
  restart() {
    this.#clear();
    this.become("searching");
  }

  /** Take the next `answer` frame. */
  add(frame) {
    const { content, final, sources, finish_reason: finishReason, latency_ms: latency, provider, cached } = frame;
    if (sources) this.#showSources(sources);
    if (content && this.firstWordMs === null) this.#firstWord();
    this.#write(content, final);
    if (!final) return;
    this.become(finishReason !== "not_found" ? "done" : this.text ? "not_found" : "unanswered");
    if (latency) this.#measure("measure.server", rounded(latency));
    if (this.text) this.element.append(renderFollowUp(frame.question_id, frame.suggested_questions ?? []));
    if (provider) this.#measure(cached ? "measure.cached" : "measure.provider", { provider });
  }

  get text() {
    return this.#content.textContent;
  }

  #clear() {
    this.#content.replaceChildren();
    this.#showSources([]);
    this.#held = "";
  }

  #firstWord() {
    this.firstWordMs = performance.now() - this.#startedAt;
    this.become("streaming");
    this.#measure("measure.first_word", { ms: Math.round(this.firstWordMs) });
  }

  #showSources(sources) {
    const open = new Set(Array.from(this.#sources.querySelectorAll("details[open]"), ({ id }) => id));
    const fresh = renderSources(sources, this.number);
    for (const details of fresh.querySelectorAll("details")) details.open = open.has(details.id);
    this.#sources.replaceWith(fresh);
    this.#sources = fresh;
  }

  /** Append text; a citation mark, which two frames may share, becomes a link to its source. */
  #write(content, final) {
    let rest = this.#held + content;
    this.#held = final ? "" : (CITATION_BEGUN.exec(rest)?.[0] ?? "");
    rest = rest.slice(0, rest.length - this.#held.length);
    this.#content.append(...linkCitations(rest, this.number));
    this.#content.lang = languageOf(this.text);
  }

  #name(speaker) {
    const chip = document.createElement("span");
    chip.className = "speaker";
    chip.textContent = speaker;
    this.element.querySelector("h3").before(chip);
  }

  #measure(key, replacements) {
    const element = label(document.createElement("span"), key, replacements);
    this.#measures.append(element);
    return element;
  }
}

function rounded(latency) {
  const shown = (ms) => (ms === null || ms === undefined ? "–" : ms < 10 ? ms.toFixed(1) : Math.round(ms));
  return { detect: shown(latency.detect), first: shown(latency.first_token), total: shown(latency.total) };
}
