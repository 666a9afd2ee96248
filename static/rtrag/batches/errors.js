/** What is wrong with a form, each at its field; a field without a place of its own has it above the button. */

import { label } from "../i18n.js";

const PLACES = { texts: "file-error", file: "file-error", kind: "file-error", column: "file-error", id_column: "file-error" };

export class FormErrors {
  #form;
  #general;

  /** @param {HTMLFormElement} form @param {HTMLElement} general takes what belongs to no field */
  constructor(form, general) {
    this.#form = form;
    this.#general = general;
    form.addEventListener("input", ({ target }) => this.clear(target.name));
  }

  /** Take away what is said about a field, or about all of them. @param {string} [name] */
  clear(name) {
    if (name === "") return;
    const places = name ? [this.#placeOf(name, false)] : [...this.#form.querySelectorAll(".error")];
    for (const place of places) if (place) place.hidden = true;
    for (const field of this.#form.elements) {
      if (!name || field.name === name) field.removeAttribute("aria-invalid");
    }
  }

  /**
   * @param {string} name the field's as the API has it, or "" for the whole form
   * @param {string} key of the words @param {Record<string, string>} [replacements]
   */
  show(name, key, replacements) {
    const place = this.#placeOf(name.replace(/^options\./, ""), true);
    place.hidden = false;
    label(place, key, replacements);
    const field = this.#fieldOf(name.replace(/^options\./, ""));
    field?.setAttribute("aria-invalid", "true");
    const folded = field?.closest("details");
    if (folded) folded.open = true;
    (field ?? place).scrollIntoView({ block: "center" });
    field?.focus();
  }

  /** The element for the words about a field, made where it has none. */
  #placeOf(name, isWanted) {
    if (PLACES[name]) return document.getElementById(PLACES[name]);
    const field = this.#fieldOf(name);
    if (!field) return isWanted ? this.#general : null;
    const id = `${name}-error`;
    const there = document.getElementById(id);
    if (there || !isWanted) return there;
    const place = document.createElement("p");
    place.id = id;
    place.className = "error";
    field.closest("label").after(place);
    field.setAttribute("aria-describedby", id);
    return place;
  }

  #fieldOf(name) {
    return PLACES[name] ? null : (this.#form.elements.namedItem(name) ?? null);
  }
}
