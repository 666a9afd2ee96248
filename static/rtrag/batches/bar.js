/** A bar of progress in its parts: what has ended and how, what is running; what waits is left empty. */

const SHOWN = ["completed", "failed", "cancelled", "running"];

/**
 * @param {HTMLElement} bar has the role `progressbar`
 * @param {{ completed: number, failed: number, cancelled: number, running: number, pending: number }} progress
 * @param {number} percent as the service counts it
 */
export function drawBar(bar, progress, percent) {
  if (!bar.children.length) bar.append(...SHOWN.map(part));
  const total = progress.pending + SHOWN.reduce((sum, name) => sum + progress[name], 0);
  for (const [index, name] of SHOWN.entries()) {
    bar.children[index].style.width = `${total ? (100 * progress[name]) / total : 0}%`;
  }
  bar.setAttribute("aria-valuenow", String(percent));
}

/** Draw every bar of a part of the page whose numbers came with it. */
export function drawBars(root) {
  for (const bar of root.querySelectorAll(".parts[data-pending]")) {
    const numbers = Object.entries(bar.dataset).map(([name, value]) => [name, Number(value)]);
    drawBar(bar, Object.fromEntries(numbers), Number(bar.getAttribute("aria-valuenow")));
  }
}

function part(name) {
  const element = document.createElement("i");
  element.className = name;
  return element;
}
