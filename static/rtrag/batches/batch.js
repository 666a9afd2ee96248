/** The page of one batch: brings its parts together, and keeps them up to date while the batch is open. */

import "../appearance.js";
import { t } from "../i18n.js";
import { installNotices } from "../notices.js";
import { call, Refusal } from "./api.js";
import { installCommands } from "./commands.js";
import { Items } from "./items.js";
import { Overview } from "./overview.js";
import { Polling } from "./polling.js";

/** How long to wait between two readings, by the state of the batch; it does not change in any other by itself. */
const PAUSES_MS = { running: 1_200, pending: 2_000, paused: 2_500 };
const $ = (id) => document.getElementById(id);
const address = `/api/batch/tasks/${document.body.dataset.task}`;

const overview = new Overview(document.querySelector(".overview"), $("state-task"));
const items = new Items($("items"), address, { filters: $("filters"), pager: $("pager"), none: $("no-items") });
const { notify, withdraw } = installNotices($("notices"), 1);
const showCommands = installCommands($("commands"), $("cancelling"), carryOut);
let last = { status: "", progress: { failed: 0 } };

const polling = new Polling(
  async () => {
    show(await call("GET", address));
    await items.update(last.progress);
    return PAUSES_MS[last.status] ?? null;
  },
  (failures) => (failures ? notify("batch.lost") : withdraw("batch.lost")),
);
items.addEventListener("failed", () => notify("batch.lost"));

function show(task) {
  if (last.status && last.status !== task.status) $("announcer").textContent = t(`announced.${task.status}`);
  last = task;
  if (task.progress.running || task.ended_at) document.querySelector("[data-t='batches.no_worker']")?.remove();
  overview.show(task);
  showCommands(task);
}

/** @param {"pause" | "resume" | "retry" | "cancel"} command */
async function carryOut(command) {
  const failed = last.progress.failed;
  try {
    await (command === "cancel" ? call("DELETE", address) : call("POST", `${address}/${command}`));
    notify(`done.${command}`, { count: failed }, "success");
    items.expectChange();
  } catch (error) {
    if (error instanceof Refusal) notify("batch.refused", { message: error.message });
    else notify("batch.lost");
  }
  await polling.now();
}

polling.now();
