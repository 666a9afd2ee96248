/** Long texts: their first lines, and a button for the rest. */

import { label } from "./i18n.js";

/**
 * @param {HTMLElement} element shows its first lines alone, as its style sheet says for `.clamped`
 * @returns {HTMLButtonElement} shows all of it, and less again; hidden where nothing is left out
 */
export function clamp(element) {
  const toggle = document.createElement("button");
  toggle.type = "button";
  toggle.className = "more";
  toggle.hidden = true;
  const show = (isClamped) => {
    element.classList.toggle("clamped", isClamped);
    toggle.setAttribute("aria-expanded", String(!isClamped));
    label(toggle, isClamped ? "page.show_all" : "page.show_less");
  };
  const isClamped = () => element.classList.contains("clamped");
  toggle.addEventListener("click", () => show(!isClamped()));
  new ResizeObserver(() => {
    if (isClamped()) toggle.hidden = element.scrollHeight <= element.clientHeight;
  }).observe(element);
  show(true);
  return toggle;
}
