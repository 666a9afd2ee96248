/** Short words about what went wrong; each goes by itself, when it is dismissed or when it does not hold any more. */

import { label, t } from "./i18n.js";

const SHOWN_MS = 8_000;
const MAXIMUM = 3;

/**
 * @param {HTMLElement} region a live region
 * @returns {{ notify(key: string, replacements?: Record<string, string>): void, withdraw(key: string): void }}
 */
export function installNotices(region) {
  const withdraw = (key) => region.querySelector(`[data-t="${key}"]`)?.parentElement.remove();
  const notify = (key, replacements) => {
    withdraw(key);
    const notice = document.createElement("div");
    notice.className = "notice";
    const dismiss = document.createElement("button");
    dismiss.type = "button";
    dismiss.textContent = "×";
    dismiss.dataset.tLabel = "page.dismiss";
    dismiss.setAttribute("aria-label", t("page.dismiss"));
    dismiss.addEventListener("click", () => notice.remove());
    notice.append(label(document.createElement("p"), key, replacements), dismiss);
    while (region.children.length >= MAXIMUM) region.firstElementChild.remove();
    region.append(notice);
    setTimeout(() => notice.remove(), SHOWN_MS);
  };
  return { notify, withdraw };
}
