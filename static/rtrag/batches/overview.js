/** How far a batch has come: its state, the bar and the counts, its times and the history of its states. */

import { label } from "../i18n.js";
import { drawBar } from "./bar.js";
import { duration, timeElement } from "./times.js";

const STATUSES = ["completed", "failed", "running", "pending", "cancelled"];
const $ = (id) => document.getElementById(id);

export class Overview {
  #bar;
  #state;
  #task = null;
  #shownHistory = "";

  /** @param {HTMLElement} section @param {HTMLElement} state the pill with the state */
  constructor(section, state) {
    this.#bar = section.querySelector(".parts");
    this.#state = state;
    setInterval(() => this.#task && this.#showElapsed(), 1_000);
    document.addEventListener("languagechange", () => this.#task && this.show(this.#task));
  }

  /** @param {object} task as the API describes it */
  show(task) {
    this.#task = task;
    const { status, progress } = task;
    this.#state.dataset.status = status;
    label(this.#state.querySelector("[data-t]"), `state.${status}`);
    drawBar(this.#bar, progress, progress.percent);
    $("percent").textContent = `${progress.percent} %`;
    const ended = progress.completed + progress.failed + progress.cancelled;
    label($("ended"), "batch.ended_of", { ended: shown(ended), total: shown(progress.total) });
    for (const each of STATUSES) $(`count-${each}`).textContent = shown(progress[each]);
    this.#showTimes(task);
    this.#showHistory(task.history);
    this.#showWebhook(task.webhook);
  }

  #showTimes(task) {
    $("started").replaceChildren(task.started_at ? timeElement(task.started_at) : "–");
    label($("end-label"), task.ended_at ? "batch.ended" : "batch.estimated");
    const end = task.ended_at ?? task.estimated_completion;
    $("end").replaceChildren(end ? timeElement(end) : "–");
    this.#showElapsed();
  }

  #showElapsed() {
    const { started_at: from, ended_at: to } = this.#task;
    $("elapsed").textContent = from ? duration((to ? new Date(to) : Date.now()) - new Date(from)) : "–";
  }

  #showHistory(history) {
    const key = JSON.stringify(history);
    if (key === this.#shownHistory) return;
    this.#shownHistory = key;
    const lines = history.map(({ status, at }) => {
      const line = document.createElement("li");
      line.append(label(document.createElement("span"), `state.${status}`), timeElement(at));
      line.dataset.status = status;
      return line;
    });
    $("history").replaceChildren(...lines);
  }

  #showWebhook({ outcome, attempts }) {
    const place = $("webhook");
    if (place) place.textContent = outcome && `${outcome} (${attempts})`;
  }
}

function shown(number) {
  return number.toLocaleString();
}
