/** The sources of an answer, to open one by one. Titles, passages and addresses come from documents: text only. */

import { label, languageOf, t } from "./i18n.js";

/**
 * @param {{ position: number, title: string, content: string, url: string, score: number | null }[]} sources
 * @param {number} answer the answer's number, for the links from its citation marks
 */
export function renderSources(sources, answer) {
  const section = document.createElement("section");
  section.className = "sources";
  if (!sources.length) return section;
  section.append(label(document.createElement("h4"), "sources.title"));
  for (const source of sources) section.append(renderSource(source, answer));
  return section;
}

function renderSource({ position, title, content, url, score }, answer) {
  const details = document.createElement("details");
  details.id = sourceId(answer, position);
  const summary = document.createElement("summary");
  summary.append(span("position", position), span("title", title));
  if (score !== null) {
    const shown = span("score", score < 10 ? score.toFixed(2) : score.toFixed(1));
    shown.dataset.tTitle = "sources.score";
    shown.title = t("sources.score");
    summary.append(shown);
  }
  const passage = document.createElement("p");
  passage.textContent = content;
  passage.lang = languageOf(content);
  details.append(summary, passage);
  if (isWebAddress(url)) details.append(linkTo(url));
  return details;
}

export function sourceId(answer, position) {
  return `source-${answer}-${position}`;
}

/** Only these: a `javascript:` address in a document must not become a link. */
function isWebAddress(url) {
  return /^https?:\/\//i.test(url);
}

function linkTo(url) {
  const link = document.createElement("a");
  link.href = url;
  link.textContent = url;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  return link;
}

function span(kind, text) {
  const element = document.createElement("span");
  element.className = kind;
  element.textContent = String(text);
  return element;
}
