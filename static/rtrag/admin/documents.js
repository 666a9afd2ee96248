/** Looks again while documents wait or are being indexed, unless somebody is in the middle of something. */

const LOOK_AGAIN_MS = 3_000;

function isBusy() {
  const isTyping = document.activeElement?.matches("input:not([type=checkbox]), select, textarea");
  return document.hidden || isTyping || document.querySelector("input.action-select:checked") !== null;
}

if (document.querySelector("[data-indexing]")) {
  setInterval(() => isBusy() || location.reload(), LOOK_AGAIN_MS);
}
