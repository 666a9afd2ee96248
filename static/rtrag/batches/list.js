/** The list of batches: the server writes it, and while a batch is open the page fetches what has changed in it. */

import "../appearance.js";
import { drawBars } from "./bar.js";
import { Polling } from "./polling.js";
import { showTimes } from "./times.js";

const PAUSE_MS = 2_000;

let list = document.getElementById("batches");

async function refresh() {
  const response = await fetch(location.href, { cache: "no-store" });
  if (!response.ok) throw new Error(String(response.status));
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  update(document.adoptNode(page.getElementById("batches")));
  return pause();
}

/** Where the rows are the same, only what moves is replaced, so that links keep the focus and texts their selection. */
function update(fresh) {
  const isSame = outline(fresh) === outline(list);
  drawBars(fresh);
  showTimes(fresh);
  if (!isSame) {
    const focused = list.contains(document.activeElement) ? document.activeElement.id : "";
    list.replaceWith(fresh);
    list = fresh;
    if (focused) document.getElementById(focused)?.focus();
    return;
  }
  list.dataset.open = fresh.dataset.open;
  for (const part of fresh.querySelectorAll("[data-live]")) document.getElementById(part.id)?.replaceWith(part);
}

/** What of the list does not move. */
function outline(part) {
  const fixed = part.querySelectorAll("[id^=row-], .standing, .pager, .empty");
  return Array.from(fixed, (element) => element.id || element.outerHTML).join();
}

const pause = () => (list.dataset.open === "true" ? PAUSE_MS : null);

drawBars(list);
const polling = new Polling(refresh, () => {});
if (pause() !== null) setTimeout(() => polling.now(), PAUSE_MS);
