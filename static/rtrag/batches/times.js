/** Moments and durations as people read them, in their own zone and language. */

import { language } from "../i18n.js";

const TAGS = { en: undefined, zh: "zh-Hans" };

/** @param {string} iso a moment with its zone */
export function moment(iso) {
  const tag = TAGS[language()] ?? (navigator.languages.find((each) => each.startsWith("en")) || "en");
  return new Date(iso).toLocaleString(tag, { dateStyle: "medium", timeStyle: "medium" });
}

/** @param {number} ms @returns {string} like `1:02:03` or `4:05`, and below ten seconds like `1.2 s` */
export function duration(ms) {
  if (ms < 10_000) return `${(Math.max(ms, 0) / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const padded = (value) => String(value).padStart(2, "0");
  const rest = `${padded(seconds % 60)}`;
  return hours ? `${hours}:${padded(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** @param {string} iso @returns {HTMLTimeElement} */
export function timeElement(iso) {
  const element = document.createElement("time");
  element.dateTime = iso;
  show(element);
  return element;
}

/** Write every moment of a part of the page anew. */
export function showTimes(root) {
  for (const element of root.querySelectorAll("time[datetime]")) show(element);
}

function show(element) {
  element.textContent = moment(element.dateTime);
  element.title = new Date(element.dateTime).toLocaleString(undefined, { timeZoneName: "short" });
}

showTimes(document);
document.addEventListener("languagechange", () => showTimes(document));
