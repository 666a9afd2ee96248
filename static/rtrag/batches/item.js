/** One question of a batch: a row, and below it, once it is opened, the answer with its sources. */

import { linkCitations } from "../citations.js";
import { label, language, languageOf, t } from "../i18n.js";
import { renderSources } from "../sources.js";
import { duration, timeElement } from "./times.js";

const REASONS = JSON.parse(document.body.dataset.reasons);
const COLUMNS = 5;

export class ItemRow {
  /** @type {HTMLTableSectionElement} the row and its detail */ element = document.createElement("tbody");
  #index;
  #item = null;
  #shown = "";
  #toggle = document.createElement("button");
  #answer = document.createElement("p");
  #mark = label(document.createElement("p"), "item.not_found");
  #state = document.createElement("span");
  #provider = cell("wide provider");
  #took = cell("wide took");
  #detail = document.createElement("td");

  /** @param {number} index its place in the batch, from 0 */
  constructor(index) {
    this.#index = index;
    this.element.id = `item-${index}`;
    this.#toggle.type = "button";
    this.#toggle.className = "question";
    this.#toggle.setAttribute("aria-expanded", "false");
    this.#toggle.setAttribute("aria-controls", `detail-${index}`);
    this.#toggle.addEventListener("click", () => this.#open(this.#isClosed));
    this.#answer.className = "beginning";
    this.#mark.className = "mark";
    this.#state.className = "pill";
    this.#state.append(document.createElement("i"), document.createElement("span"));
    const number = cell("place");
    number.textContent = (index + 1).toLocaleString();
    const question = cell("asked");
    question.append(this.#toggle, this.#answer, this.#mark);
    const state = cell("state");
    state.append(this.#state);
    const row = document.createElement("tr");
    row.append(number, question, state, this.#provider, this.#took);
    this.element.append(row, this.#detailRow());
  }

  /** Whether the question has an answer, which stays. */
  get isSettled() {
    return this.#item?.status === "completed";
  }

  /** @param {object} item as the API describes it */
  show(item) {
    const shown = JSON.stringify([item.status, item.ended_at, item.attempts]);
    this.#item = item;
    if (shown === this.#shown) return;
    this.#shown = shown;
    const { status, text, content, metadata } = item;
    this.#toggle.textContent = text;
    this.#toggle.lang = languageOf(text);
    this.#answer.textContent = content.slice(0, 300);
    this.#answer.lang = languageOf(content);
    this.#mark.hidden = metadata.finish_reason !== "not_found";
    this.#state.dataset.status = status;
    label(this.#state.lastElementChild, status === "running" ? "state.in_progress" : `state.${status}`);
    this.#provider.textContent = metadata.provider ?? "";
    const total = metadata.latency_ms?.total;
    this.#took.textContent = total === undefined || total === null ? "" : duration(total);
    if (!this.#isClosed) this.#showDetail();
  }

  /** The language has changed. */
  translate() {
    if (!this.#isClosed) this.#showDetail();
  }

  #detailRow() {
    const row = document.createElement("tr");
    row.id = `detail-${this.#index}`;
    row.className = "detail";
    row.hidden = true;
    this.#detail.colSpan = COLUMNS;
    row.append(this.#detail);
    return row;
  }

  get #isClosed() {
    return this.#detail.parentElement.hidden;
  }

  #open(isOpen) {
    this.#toggle.setAttribute("aria-expanded", String(isOpen));
    this.#detail.parentElement.hidden = !isOpen;
    if (isOpen) this.#showDetail();
  }

  #showDetail() {
    this.#detail.replaceChildren(...detailsOf(this.#item));
  }
}

function* detailsOf(item) {
  const { index, content, sources, error, status } = item;
  if (content) {
    const answer = paragraph("content", "");
    answer.append(...linkCitations(content, index));
    answer.lang = languageOf(content);
    yield answer;
  } else if (!error) yield label(paragraph("without", ""), `without.${status}`);
  if (error) {
    const words = t(status === "failed" ? "item.failed" : "item.postponed");
    yield paragraph("failure", `${words} ${REASONS[language()][error.reason] ?? error.message}`);
  }
  yield renderSources(sources, index);
  yield measuresOf(item);
}

function measuresOf({ custom_id: customId, metadata, attempts, started_at: from, ended_at: to, usage }) {
  const footer = document.createElement("footer");
  footer.className = "measures";
  const add = (key, replacements) => footer.append(label(document.createElement("span"), key, replacements));
  const { provider, model, cached, latency_ms: latency } = metadata;
  if (customId) add("item.custom_id", { id: customId });
  if (provider) add(cached ? "measure.cached" : "measure.provider", { provider });
  if (model) add("item.model", { model });
  if (latency) add("item.latency", { first: shown(latency.first_token), total: shown(latency.total) });
  if (usage.total_tokens) add("item.tokens", { count: usage.total_tokens.toLocaleString() });
  if (attempts > 1) add("item.attempts", { count: attempts });
  for (const [key, at] of Object.entries({ started: from, ended: to })) {
    if (!at) continue;
    const span = document.createElement("span");
    span.append(label(document.createElement("span"), `batch.${key}`), " ", timeElement(at));
    footer.append(span);
  }
  return footer;
}

function shown(ms) {
  return ms === null || ms === undefined ? "–" : ms < 10 ? ms.toFixed(1) : Math.round(ms);
}

function paragraph(kind, text) {
  const element = document.createElement("p");
  element.className = kind;
  element.textContent = text;
  element.lang = languageOf(text);
  return element;
}

function cell(kind) {
  const element = document.createElement("td");
  element.className = kind;
  return element;
}
