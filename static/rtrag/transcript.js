/**
 * What was said, in turns: each question begins one, so that its answer can stand beside it. Whatever was said goes
 * into the page as text. The oldest lines leave the page when there are too many, and a note counts them.
 */

import { label, languageOf } from "./i18n.js";
import { findQuestion } from "./question-words.js";

const MAXIMUM_SEGMENTS = 400;

/**
 * @typedef {object} Segment
 * @property {string} id
 * @property {string} text
 * @property {number} sentAt when it was sent, on the clock of `performance.now()`
 * @property {HTMLElement} line
 * @property {{ number: number, from: number, to: number }[]} questions
 */

export class Transcript extends EventTarget {
  #list;
  #earlier;
  #partial = line("partial");
  /** @type {Segment[]} */ #segments = [];
  #gone = 0;

  /**
   * @param {HTMLElement} list takes the turns
   * @param {HTMLElement} earlier says how many lines are not shown any more
   */
  constructor(list, earlier) {
    super();
    this.#list = list;
    this.#earlier = earlier;
  }

  /** Show what is being said, in place, and by whom; nothing for blank text. */
  partial(text, speaker = "") {
    if (!text.trim()) return this.#partial.remove();
    wordsOf(this.#partial).textContent = text;
    showSpeaker(this.#partial, speaker);
    if (!this.#partial.isConnected) {
      stamp(this.#partial);
      part(this.#lastTurn(), "said").append(this.#partial);
    }
  }

  /** A final takes the partial's place. */
  said(id, text, speaker = "") {
    const element = line("unsent");
    stamp(element);
    showSpeaker(element, speaker);
    wordsOf(element).textContent = text;
    wordsOf(element).lang = languageOf(text);
    this.#partial.remove();
    part(this.#lastTurn(), "said").append(element);
    this.#keep({ id, text, line: element, sentAt: performance.now(), questions: [] });
  }

  /** The server has stored it, or ignored it because the session is paused. */
  acknowledged(id, ignored) {
    const segment = this.#segments.findLast((candidate) => candidate.id === id);
    segment?.line.classList.remove("unsent");
    segment?.line.classList.toggle("ignored", ignored);
  }

  /**
   * Mark a question where it was said and let a turn begin there.
   * @returns {{ reply: HTMLElement, sentAt: number | null }} where its answer goes, and when the last of it was sent
   */
  heard(question, number) {
    let parts = findQuestion(this.#segments, question);
    const newest = this.#newest;
    if (!parts.length && newest) parts = [{ segment: newest, from: 0, to: newest.text.length }];
    if (!parts.length) return this.typed(question, number);
    for (const { segment, from, to } of parts) {
      segment.questions.push({ number, from, to });
      render(segment);
    }
    const turn = this.#turnOf(parts.map(({ segment }) => segment.line));
    return { reply: part(turn, "reply"), sentAt: parts.at(-1).segment.sentAt };
  }

  /** A question that nobody said begins a turn of its own. */
  typed(question, number) {
    const element = line("typed");
    stamp(element);
    wordsOf(element).append(marked(number, question));
    const turn = this.#newTurn();
    part(turn, "asked").append(element);
    if (this.#partial.isConnected) part(turn, "said").append(this.#partial);
    this.#keep({ id: "", text: "", line: element, sentAt: 0, questions: [] });
    return { reply: part(turn, "reply"), sentAt: null };
  }

  /** The newest words are a question whose end is waited for; said without words, no longer. */
  hold(isHeld) {
    for (const held of this.#list.querySelectorAll(".segment.held")) held.classList.remove("held");
    if (isHeld) this.#newest?.line.classList.add("held");
  }

  /** The newest words ask again what question `number` asked. */
  again(number) {
    const again = this.#newest?.line;
    if (!again || again.querySelector(".badge")) return;
    again.classList.add("again");
    wordsOf(again).prepend(badge(number));
  }

  /** Another question has taken the place of this one. */
  withdraw(number) {
    for (const segment of this.#segments.filter(({ questions }) => questions.some((each) => each.number === number))) {
      segment.questions = segment.questions.filter((each) => each.number !== number);
      render(segment);
    }
  }

  get #newest() {
    return this.#segments.findLast(({ text }) => text);
  }

  #lastTurn() {
    return this.#list.lastElementChild ?? this.#newTurn();
  }

  /** A turn holds a question's lines, the answers beside them, and what was said after the question. */
  #newTurn(after = this.#list.lastElementChild) {
    const turn = document.createElement("li");
    turn.className = "turn";
    for (const name of ["asked", "reply", "said"]) {
      const element = document.createElement("div");
      element.className = name;
      turn.append(element);
    }
    if (after) after.after(turn);
    else this.#list.append(turn);
    this.dispatchEvent(new Event("begun"));
    return turn;
  }

  /** The turn that these lines begin: theirs already, or a new one that takes them and what was said after them. */
  #turnOf(lines) {
    const turn = lines[0].closest(".turn");
    if (lines[0].closest(".asked")) return turn;
    const following = [];
    for (let next = lines.at(-1).nextElementSibling; next; next = next.nextElementSibling) following.push(next);
    const begun = this.#newTurn(turn);
    part(begun, "asked").append(...lines);
    part(begun, "said").append(...following);
    if (!turn.querySelector(".segment")) turn.remove();
    return begun;
  }

  #keep(segment) {
    this.#segments.push(segment);
    while (this.#segments.length > MAXIMUM_SEGMENTS) {
      const oldest = this.#segments.shift().line;
      const turn = oldest.closest(".turn");
      oldest.remove();
      if (!turn.querySelector(".segment")) turn.remove();
      this.#gone++;
    }
    this.#earlier.hidden = !this.#gone;
    if (this.#gone) label(this.#earlier, "page.earlier", { count: this.#gone });
  }
}

/** Before the words, by the style sheet. @param {string} name "" for somebody unnamed */
function showSpeaker(element, name) {
  if (name) wordsOf(element).dataset.speaker = name;
  else delete wordsOf(element).dataset.speaker;
}

function line(kind) {
  const element = document.createElement("p");
  element.className = `segment ${kind}`;
  const words = document.createElement("span");
  words.className = "words";
  element.append(document.createElement("time"), words);
  return element;
}

function part(turn, name) {
  return turn.querySelector(`:scope > .${name}`);
}

function wordsOf(element) {
  return element.querySelector(".words");
}

function stamp(element) {
  const now = new Date();
  const time = element.querySelector("time");
  time.dateTime = now.toISOString();
  time.textContent = now.toTimeString().slice(0, 8);
}

/** The link between a question and its answer. */
export function badge(number, target = "answer") {
  const link = document.createElement("a");
  link.className = "badge";
  link.href = `#${target}-${number}`;
  link.textContent = String(number);
  return link;
}

function marked(number, words) {
  const mark = document.createElement("mark");
  mark.id = `question-${number}`;
  mark.append(badge(number), words);
  return mark;
}

/** @param {Segment} segment */
function render({ line: element, text, questions }) {
  const pieces = [];
  let done = 0;
  for (const { number, from, to } of questions.toSorted((a, b) => a.from - b.from)) {
    pieces.push(text.slice(done, from), marked(number, text.slice(Math.max(from, done), to)));
    done = Math.max(to, done);
  }
  wordsOf(element).replaceChildren(...pieces, text.slice(done));
}
