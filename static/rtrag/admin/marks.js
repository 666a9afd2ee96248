/**
 * Marks verdicts without leaving the page, which offers marks to export while there are some. Words that are refused
 * say so at their field; where anything else fails, the form goes the way it goes without scripts.
 */

document.addEventListener("submit", async (event) => {
  const form = event.target.closest(".marks");
  if (!form) return;
  event.preventDefault();
  const { submitter } = event;
  const pressed = submitter.closest("details") ? "summary" : `[data-mark="${submitter.dataset.mark}"]`;
  const body = new URLSearchParams(new FormData(form, submitter));
  body.set("fragment", "1");
  try {
    const reply = await fetch(form.action, { method: "POST", body });
    if (reply.status === 400 && submitter.value === "words") return refuse(form.elements.words, await reply.text());
    if (!reply.ok || reply.redirected) throw new Error(reply.statusText);
    const verdict = document.createRange().createContextualFragment(await reply.text()).firstElementChild;
    form.closest(".verdict").replaceWith(verdict);
    document.getElementById("export-marks").hidden = !reply.headers.get("X-Has-Marks");
    verdict.querySelector(pressed).focus({ preventScroll: true });
  } catch {
    send(form, submitter);
  }
});

function refuse(field, words) {
  field.setCustomValidity(words);
  field.reportValidity();
  field.addEventListener("input", () => field.setCustomValidity(""), { once: true });
}

function send(form, submitter) {
  const chosen = document.createElement("input");
  chosen.type = "hidden";
  chosen.name = submitter.name;
  chosen.value = submitter.value;
  form.append(chosen);
  form.submit();
}
