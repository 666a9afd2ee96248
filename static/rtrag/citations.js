/** The marks like `[1]` in an answer, as links to its sources. The answer itself stays text. */

import { sourceId } from "./sources.js";

const CITATION = /\[(\d{1,2})\]/;

/**
 * @param {string} text @param {number} answer the answer's number, as `renderSources` was given it
 * @returns {(string | HTMLElement)[]} what to append where the text is to stand
 */
export function linkCitations(text, answer) {
  return text.split(CITATION).map((piece, index) => (index % 2 ? linkTo(piece, answer) : piece));
}

function linkTo(position, answer) {
  const link = document.createElement("a");
  link.className = "citation";
  link.href = `#${sourceId(answer, position)}`;
  link.textContent = `[${position}]`;
  link.addEventListener("click", () => {
    const source = document.getElementById(sourceId(answer, position));
    if (source) source.open = true;
  });
  return link;
}
