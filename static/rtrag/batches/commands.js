/** What can be done to a batch: each button is there to press where the state of the batch lets it be done. */

const IS_POSSIBLE = {
  pause: ({ status }) => ["pending", "running"].includes(status),
  resume: ({ status }) => status === "paused",
  retry: ({ status, progress }) => progress.failed > 0 && ["running", "paused", "completed", "failed"].includes(status),
  cancel: ({ status }) => ["pending", "running", "paused"].includes(status),
};

const isReachable = (element) => !element.hidden && !element.disabled;

/**
 * @param {HTMLElement} bar holds the buttons, and the links to the results
 * @param {HTMLDialogElement} dialog asks whether to cancel
 * @param {(command: string) => Promise<void>} carryOut
 * @returns {(task: object) => void} show what can be done to the batch as it is now
 */
export function installCommands(bar, dialog, carryOut) {
  const buttons = [...bar.querySelectorAll("[data-command]")];
  let isBusy = false;
  let latest = null;

  const show = (task = latest) => {
    latest = task;
    for (const button of buttons) {
      const { command } = button.dataset;
      const isPossible = IS_POSSIBLE[command](task);
      button.disabled = isBusy || !isPossible;
      if (command === "resume") button.hidden = task.status !== "paused";
      if (command === "pause") button.hidden = task.status === "paused";
    }
  };
  const run = async (command) => {
    isBusy = true;
    show();
    await carryOut(command);
    isBusy = false;
    show();
    if (hasLostFocus()) [...bar.querySelectorAll("button, a")].find(isReachable)?.focus();
  };
  /** A button that cannot be pressed any more loses the focus: at once, or when the page is next drawn. */
  const hasLostFocus = () => {
    const { activeElement: focused } = document;
    return focused === document.body || (bar.contains(focused) && !isReachable(focused));
  };
  bar.addEventListener("click", (event) => {
    const command = event.target.closest("[data-command]")?.dataset.command;
    if (command === "cancel") dialog.showModal();
    else if (command) run(command);
  });
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "yes") run("cancel");
    dialog.returnValue = "";
  });
  return show;
}
