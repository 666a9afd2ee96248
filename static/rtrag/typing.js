/** Two ways to type: as if speaking, where keystrokes are partials and Enter makes a final, and asking outright. */

const PARTIAL_EVERY_MS = 120;

/**
 * @param {HTMLFormElement} form with one text field
 * @param {{ partial(text: string): void, final(text: string): boolean }} speech `final` says whether it was taken
 */
export function installTyping(form, speech) {
  const field = form.elements.text;
  let timer = 0;
  field.addEventListener("input", () => {
    timer ||= setTimeout(() => {
      timer = 0;
      speech.partial(field.value);
    }, PARTIAL_EVERY_MS);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    timer = 0;
    if (field.value.trim() && speech.final(field.value.trim())) form.reset();
  });
}

/**
 * @param {HTMLFormElement} form with one text field
 * @param {(text: string) => boolean} ask says whether the question was taken
 */
export function installAsking(form, ask) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = form.elements.text.value.trim();
    if (text && ask(text)) form.reset();
  });
}
