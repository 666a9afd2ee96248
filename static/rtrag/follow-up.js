/**
 * What can be done about a finished answer: say how it was, or ask what its provider proposes; and about a missing one.
 *
 * They bubble up as events of the elements: `rate` with `{ questionId, rating }`, `propose` with the question, `demand`
 * with the card.
 */

import { label, languageOf, t } from "./i18n.js";

const RATINGS = { like: "follow_up.like", dislike: "follow_up.dislike" };

/** @param {string} questionId @param {string[]} suggestions @returns {HTMLElement} */
export function renderFollowUp(questionId, suggestions) {
  const element = document.createElement("div");
  element.className = "follow-up";
  const group = document.createElement("span");
  group.setAttribute("role", "group");
  group.dataset.tLabel = "follow_up.rating";
  group.setAttribute("aria-label", t("follow_up.rating"));
  group.append(...Object.keys(RATINGS).map((rating) => ratingButton(group, questionId, rating)));
  element.append(group, ...suggestions.map(suggestionButton));
  return element;
}

/** Asks a question all the same that was left unanswered. @param {import("./answer.js").AnswerCard} card @returns {HTMLElement} */
export function renderDemand(card) {
  const element = document.createElement("div");
  element.className = "follow-up demand";
  const button = label(document.createElement("button"), "follow_up.demand");
  button.type = "button";
  button.addEventListener("click", () => emit(button, "demand", card));
  element.append(button);
  return element;
}

function ratingButton(group, questionId, rating) {
  const key = RATINGS[rating];
  const button = document.createElement("button");
  button.type = "button";
  button.className = `rating ${rating}`;
  button.append(thumb());
  button.dataset.tLabel = button.dataset.tTitle = key;
  button.title = t(key);
  button.setAttribute("aria-label", button.title);
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    for (const other of group.children) other.setAttribute("aria-pressed", String(other === button));
    emit(button, "rate", { questionId, rating });
  });
  return button;
}

/** An upward thumb of the page's own, for not every machine has a font with one. */
function thumb() {
  const [icon, use] = ["svg", "use"].map((name) => document.createElementNS("http://www.w3.org/2000/svg", name));
  icon.setAttribute("aria-hidden", "true");
  use.setAttribute("href", "#icon-like");
  icon.append(use);
  return icon;
}

function suggestionButton(question) {
  const button = document.createElement("button");
  button.textContent = question;
  button.type = "button";
  button.className = "suggestion";
  button.lang = languageOf(question);
  button.addEventListener("click", () => emit(button, "propose", question));
  return button;
}

function emit(element, name, detail) {
  element.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
}
