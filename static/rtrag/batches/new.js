/** The form of a new batch: brings its parts together and submits it. */

import "../appearance.js";
import { label, t } from "../i18n.js";
import { Refusal } from "./api.js";
import { ColumnChoice } from "./columns.js";
import { FormErrors } from "./errors.js";
import { Preview } from "./preview.js";
import { bytes } from "./sizes.js";
import { showLimit, Source } from "./source.js";
import { moment } from "./times.js";
import { newKey, upload } from "./upload.js";

const TYPING_PAUSE_MS = 500;
const $ = (id) => document.getElementById(id);
const form = $("submission");
const { maximumBytes, maximumConcurrency, enabled } = document.body.dataset;
const errors = new FormErrors(form, $("failure"));
const source = new Source(Number(maximumBytes));
const columns = new ColumnChoice($("columns"), $("header"), look);
const preview = new Preview(columns, (refusal) => refusal && showRefusal(refusal));

/** One batch comes of one form, however often it is sent. */
let key = newKey();
let isSending = false;
/** @type {number | undefined} */ let timer;

source.addEventListener("change", ({ detail }) => {
  clearTimeout(timer);
  if (detail !== "typed") preview.clear();
  form.elements.name.placeholder = defaultName();
  timer = setTimeout(look, detail === "typed" ? TYPING_PAUSE_MS : 0);
});

/** Let the service read the questions as they are now. */
function look() {
  errors.clear("file");
  const { file } = source;
  if (!file || !isSmallEnough()) preview.clear();
  else preview.read(file);
}

function isSmallEnough() {
  if (source.excess === null) return true;
  errors.show("file", "refused.too_large", { size: bytes(source.excess), limit: bytes(Number(maximumBytes)) });
  return false;
}

function defaultName() {
  return source.name || t("new.default_name", { date: moment(new Date().toISOString()) });
}

/** Say what is wrong before anything is sent. @returns {boolean} whether nothing is */
function isComplete() {
  const { concurrency, start_at: startAt, skip_invalid: skipInvalid } = form.elements;
  errors.clear();
  if (!source.file) errors.show("file", "refused.no_questions");
  else if (!isSmallEnough()) return false;
  else if (preview.found?.bad.length && !skipInvalid.checked) errors.show("skip_invalid", "refused.bad_lines");
  else if (!concurrency.validity.valid) errors.show("concurrency", "refused.concurrency", { limit: maximumConcurrency });
  else if (!startAt.validity.valid) errors.show("start_at", "refused.not_a_time");
  else return true;
  return false;
}

/** What is sent: the form, where moments have their zone and the questions come last. */
function contents() {
  const body = new FormData(form);
  if (!body.get("name").trim()) body.set("name", defaultName());
  if (body.get("start_at")) body.set("start_at", new Date(body.get("start_at")).toISOString());
  if (!preview.found?.bad.length) body.delete("skip_invalid");
  body.append("file", source.file);
  return body;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (isSending || !isComplete()) return;
  setSending(true);
  try {
    const { task_id: task } = await upload("/api/batch/uploads", contents(), key, showSent);
    isSending = false;
    location.assign(`/batches/${task}/`);
  } catch (error) {
    setSending(false);
    if (error instanceof Refusal) showRefusal(error);
    else errors.show("", "refused.lost");
  }
});

function setSending(isNow) {
  isSending = isNow;
  form.querySelector(".action").disabled = isNow || enabled !== "true";
  $("sending").hidden = $("sending-words").hidden = !isNow;
  if (isNow) showSent(0);
}

function showSent(share) {
  $("sending").value = 100 * share;
  if (share < 1) label($("sending-words"), "new.sending", { percent: Math.round(100 * share) });
  else label($("sending-words"), "new.writing");
}

/** @param {Refusal} refusal */
function showRefusal({ status, code, message, details }) {
  if (status === 422) {
    key = newKey();
    errors.show("", "refused.repeated");
  } else if (code === "BATCH_QUEUE_FULL") errors.show("", "refused.queue_full");
  else if (status >= 500) errors.show("", code === "SERVICE_UNAVAILABLE" ? "batches.off" : "refused.failed");
  else if (details.fields) for (const { field } of details.fields.toReversed()) errors.show(field, "refused.field");
  else if (details.field === "kind") errors.show("file", "refused.kind");
  else errors.show(details.field ?? "", "refused.other", { message });
}

addEventListener("beforeunload", (event) => isSending && event.preventDefault());
addEventListener("pageshow", ({ persisted }) => persisted && ((key = newKey()), setSending(false)));
document.addEventListener("languagechange", () => (form.elements.name.placeholder = defaultName()));
label($("lead"), "new.lead", { count: Number($("lead").dataset.count).toLocaleString() });
showLimit(Number(maximumBytes));
form.elements.name.placeholder = defaultName();
if (source.file) look();
setSending(false); // until now the browser would have sent the form itself, to nowhere
