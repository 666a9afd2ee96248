/** Keeps the newest words in view while the reader is at the end of the page, and leaves them alone elsewhere. */

const NEAR_PX = 120;

/**
 * @param {HTMLElement} growing
 * @param {HTMLButtonElement} button goes to the newest; shown only where it is out of sight
 */
export function installFollowing(growing, button) {
  let follows = true;
  let top = 0;
  const root = document.scrollingElement;
  const isAtEnd = () => root.scrollHeight - root.scrollTop - root.clientHeight < NEAR_PX;
  const goToEnd = () => root.scrollTo({ top: root.scrollHeight, behavior: "instant" });

  document.addEventListener(
    "scroll",
    () => {
      // Only going up ends it: by the time its own scrolling is told, the page may have grown far beyond.
      follows = isAtEnd() || (follows && root.scrollTop >= top);
      top = root.scrollTop;
      button.hidden = follows || !growing.childElementCount;
    },
    { passive: true },
  );
  const observer = new ResizeObserver(() => {
    if (!growing.childElementCount) return;
    if (follows) goToEnd();
    button.hidden = isAtEnd();
  });
  observer.observe(growing);
  observer.observe(button.closest(".dock"));
  button.addEventListener("click", () => {
    follows = true;
    goToEnd();
  });
}
