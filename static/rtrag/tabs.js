/** A list of tabs that arrow keys walk through, as the ARIA authoring practices describe it. */

/**
 * @param {HTMLElement} list holds the tabs; each names its panel in `aria-controls`, and is disabled until now, so that
 * no press is lost
 * @returns {(index: number) => void} choose a tab and put the focus into its panel
 */
export function installTabs(list) {
  const tabs = [...list.querySelectorAll("[role=tab]")];
  const panelOf = (tab) => document.getElementById(tab.getAttribute("aria-controls"));

  for (const tab of tabs) tab.disabled = false;
  const select = (chosen) => {
    for (const tab of tabs) {
      const isChosen = tab === chosen;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
      panelOf(tab).hidden = !isChosen;
    }
  };
  list.addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (!tab) return;
    select(tab);
    panelOf(tab).querySelector("input")?.focus();
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = tabs.at((tabs.indexOf(document.activeElement) + step) % tabs.length);
    select(next);
    next.focus();
  });
  return (index) => {
    select(tabs[index]);
    panelOf(tabs[index]).querySelector("input, button:not([disabled]), select")?.focus();
  };
}
