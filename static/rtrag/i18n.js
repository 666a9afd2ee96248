/** The interface in two languages. The server renders it in the first; switching happens here, in place. */

const TAGS = { en: "en", zh: "zh-Hans" };
/** The attributes that can hold a text, by the `data-` attribute that names its key. */
const ATTRIBUTES = { tLabel: "aria-label", tPlaceholder: "placeholder", tTitle: "title" };
/** The folders of the texts: those of all pages, and those that this page has besides. */
const FOLDERS = ["strings", document.body.dataset.strings].filter(Boolean);
const values = new WeakMap();
const tables = Object.fromEntries(await Promise.all(Object.keys(TAGS).map(async (each) => [each, await read(each)])));

async function read(language) {
  const addresses = FOLDERS.map((folder) => new URL(`./${folder}/${language}.json`, import.meta.url));
  const parts = await Promise.all(addresses.map(async (address) => (await fetch(address)).json()));
  return Object.assign({}, ...parts);
}

/** @returns {"en" | "zh"} */
export function language() {
  return document.documentElement.lang.startsWith("zh") ? "zh" : "en";
}

/** The text under a dotted key in the current language, with `{name}` replaced by the values. */
export function t(key, replacements = {}) {
  const text = key.split(".").reduce((table, name) => table?.[name], tables[language()]) ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => replacements[name] ?? whole);
}

/** Give an element a text that follows the language. */
export function label(element, key, replacements = {}) {
  element.dataset.t = key;
  values.set(element, replacements);
  element.textContent = t(key, replacements);
  return element;
}

/** Switch the interface, remember the choice for a year, and tell `document` with a `languagechange` event. */
export function setLanguage(chosen) {
  document.documentElement.lang = TAGS[chosen];
  document.cookie = `django_language=${TAGS[chosen].toLowerCase()};path=/;max-age=31536000;samesite=lax`;
  for (const element of document.querySelectorAll("[data-t]")) {
    element.textContent = t(element.dataset.t, values.get(element));
  }
  for (const [data, attribute] of Object.entries(ATTRIBUTES)) {
    const name = data.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    for (const element of document.querySelectorAll(`[data-${name}]`)) {
      element.setAttribute(attribute, t(element.dataset[data]));
    }
  }
  document.dispatchEvent(new Event("languagechange"));
}

/** The language of a text, for the right glyphs and the right voice. */
export function languageOf(text) {
  return /\p{Script=Han}/u.test(text) ? TAGS.zh : TAGS.en;
}
