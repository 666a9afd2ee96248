/** Short words about what went wrong, or was done; each goes by itself, when it is dismissed or when it holds no more. */

import { label, t } from "./i18n.js";

const SHOWN_MS = 8_000;

/**
 * @param {HTMLElement} region a live region
 * @param {number} maximum how many are shown; the oldest makes room
 * @returns {{
 *   notify(key: string, replacements?: Record<string, string>, kind?: "trouble" | "success"): void,
 *   withdraw(key: string): void,
 * }}
 */
export function installNotices(region, maximum = 3) {
  const withdraw = (key) => region.querySelector(`[data-t="${key}"]`)?.parentElement.remove();
  const notify = (key, replacements, kind = "trouble") => {
    withdraw(key);
    const notice = document.createElement("div");
    notice.className = "notice";
    notice.dataset.kind = kind;
    const dismiss = document.createElement("button");
    dismiss.type = "button";
    dismiss.textContent = "×";
    dismiss.dataset.tLabel = "page.dismiss";
    dismiss.setAttribute("aria-label", t("page.dismiss"));
    dismiss.addEventListener("click", () => notice.remove());
    notice.append(label(document.createElement("p"), key, replacements), dismiss);
    while (region.children.length >= maximum) region.firstElementChild.remove();
    region.append(notice);
    setTimeout(() => notice.remove(), SHOWN_MS);
  };
  return { notify, withdraw };
}
