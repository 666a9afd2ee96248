/**
 * How the session is listened to, for people to try out. What they choose is remembered in this browser, said to the
 * server and said again after each new connection; what the panel shows is what the server says holds.
 */

import { label } from "./i18n.js";

const REMEMBERED = "rtrag_listening";
/** Each option, as its field shows it and as the wire has it. */
const KNOBS = {
  sensitivity: { show: (field, value) => (field.value = value), read: (field) => field.value },
  while_answering: { show: (field, value) => (field.value = value), read: (field) => field.value },
  requests: { show: (field, value) => (field.checked = value), read: (field) => field.checked },
  only_known: { show: (field, value) => (field.checked = value), read: (field) => field.checked },
  dedup_window_s: { show: (field, value) => (field.value = value), read: (field) => field.valueAsNumber },
  languages: {
    show: (field, value) => (field.value = value.length > 1 ? "zh,en" : value[0]),
    read: (field) => field.value.split(","),
  },
  speakers: {
    show: (field, value) => (field.value = value === "all" ? "" : value.join(", ")),
    read: (field) => namesIn(field.value),
  },
};

/**
 * @param {HTMLFormElement} form with a field for each option
 * @param {HTMLButtonElement} toggle shows and hides it
 * @param {import("./client.js").RealtimeRagClient} client
 */
export function installListening(form, toggle, client) {
  let chosen = recall();
  /** What a session gets that says nothing. */ let defaults = null;
  let holding = null;
  /** Where somebody is typing, which is not disturbed. */ let edited = null;
  const state = form.querySelector("[role=status]");

  const show = () => {
    for (const [name, knob] of Object.entries(KNOBS)) {
      if (name !== edited) knob.show(form.elements[name], holding[name]);
    }
    toggle.dataset.changed = String(Object.keys(chosen).length > 0);
    label(state, "listening.holding");
  };
  const choose = (options) => {
    chosen = options;
    remember(chosen);
    label(state, "listening.waiting");
    client.listen(chosen);
  };
  form.addEventListener("input", ({ target }) => (edited = target.name));
  form.addEventListener("change", ({ target }) => {
    if (edited === target.name) edited = null;
    const knob = KNOBS[target.name];
    if (knob && target.reportValidity()) choose({ ...chosen, [target.name]: knob.read(target) });
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    if (defaults) client.listen(defaults); // once: after the next connection they are what holds anyway
    choose({});
  });
  installToggling(form, toggle);
  client.addEventListener("ack", ({ detail }) => {
    if (!detail.options) return;
    if (detail.message === "connected") defaults = detail.options;
    holding = detail.options;
    show();
  });
  client.addEventListener("error", ({ detail }) => {
    const name = detail.details?.field?.split(/[.[]/)[0];
    if (!(name in KNOBS)) return;
    const { [name]: _refused, ...others } = chosen;
    choose(others);
  });
  if (Object.keys(chosen).length) client.listen(chosen);
}

/** Show and hide the form. It closes with its own button and with Escape too, which then cancels no answer. */
function installToggling(form, toggle) {
  const open = (isOpen) => {
    form.hidden = !isOpen;
    toggle.setAttribute("aria-expanded", String(isOpen));
    (isOpen ? form.querySelector("select") : toggle).focus();
  };
  toggle.addEventListener("click", () => open(form.hidden));
  form.querySelector(".close").addEventListener("click", () => open(false));
  for (const element of [form, toggle]) {
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || form.hidden) return;
      event.stopPropagation();
      open(false);
    });
  }
}

function namesIn(text) {
  const names = text.split(/[,，、;；]/).map((name) => name.trim());
  const some = [...new Set(names.filter(Boolean))];
  return some.length ? some : "all";
}

function recall() {
  try {
    const found = Object.entries(JSON.parse(localStorage.getItem(REMEMBERED)) ?? {});
    return Object.fromEntries(found.filter(([name]) => name in KNOBS));
  } catch {
    return {};
  }
}

function remember(options) {
  try {
    if (Object.keys(options).length) localStorage.setItem(REMEMBERED, JSON.stringify(options));
    else localStorage.removeItem(REMEMBERED);
  } catch {
    // This browser keeps nothing: what was chosen holds as long as the page is open.
  }
}
