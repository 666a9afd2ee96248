/** Two ways to type: as if speaking, where keystrokes are partials and Enter makes a final, and asking outright. */

const PARTIAL_EVERY_MS = 120;

/**
 * @param {HTMLFormElement} form with a field for the text, and one for who says it
 * @param {import("./app.js").Speech} speech
 */
export function installTyping(form, speech) {
  const { text: field, speaker } = form.elements;
  const about = () => (speaker.value.trim() ? { speaker: speaker.value.trim() } : {});
  let timer = 0;
  field.addEventListener("input", () => {
    timer ||= setTimeout(() => {
      timer = 0;
      speech.partial(field.value, about());
    }, PARTIAL_EVERY_MS);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    timer = 0;
    if (field.value.trim() && speech.final(field.value.trim(), about())) field.value = "";
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
