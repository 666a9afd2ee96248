/** The session at a glance and in hand: stage, connection, buttons, keys. */

import { label } from "./i18n.js";

/**
 * @typedef {object} View
 * @property {import("./client.js").ConnectionState} connection
 * @property {string} stage
 * @property {string} note
 * @property {boolean} paused
 * @property {boolean} answering
 * @property {boolean} heard whether anything final was heard in this session
 */

/** Which buttons make sense. @param {View} view */
function possible({ connection, paused, answering, heard }) {
  const isOpen = connection === "open";
  const canAsk = isOpen || connection === "fallback";
  return {
    ask_now: canAsk && heard && !paused,
    pause: isOpen && !paused,
    resume: isOpen && paused,
    cancel: canAsk && answering,
    stop: connection !== "closed",
    restart: connection === "closed",
  };
}

/**
 * @param {HTMLElement} bar holds the buttons, each with a command in `data-command`
 * @param {Record<string, () => void>} commands
 */
export function installControls(bar, commands) {
  const buttons = [...bar.querySelectorAll("[data-command]")];
  const stage = document.getElementById("stage");
  const connection = document.getElementById("connection");
  let allowed = {};

  const run = (command) => allowed[command] && commands[command]();
  bar.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-command]");
    if (button) run(button.dataset.command);
  });
  document.addEventListener("keydown", (event) => {
    const command = commandOf(event, allowed);
    if (!command) return;
    event.preventDefault();
    run(command);
  });

  /** @param {View} view */
  return (view) => {
    allowed = possible(view);
    for (const button of buttons) button.disabled = !allowed[button.dataset.command];
    bar.dataset.paused = String(view.paused);
    bar.dataset.connection = view.connection;
    const shown = view.connection === "open" ? (view.paused ? "paused" : view.stage) : "offline";
    stage.dataset.stage = shown;
    label(stage.querySelector("span"), `stage.${shown || "listening"}`);
    stage.title = view.note;
    connection.dataset.state = view.connection;
    label(connection.querySelector("span"), `connection.${view.connection}`);
  };
}

/** Esc cancels, Ctrl+Enter asks now, Alt+P pauses and resumes; the page lists them under `?`. */
function commandOf(event, allowed) {
  if (event.key === "Escape" && !document.querySelector("dialog[open]")) return allowed.cancel && "cancel";
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return "ask_now";
  if (event.altKey && event.code === "KeyP") return allowed.resume ? "resume" : "pause";
  return null;
}
