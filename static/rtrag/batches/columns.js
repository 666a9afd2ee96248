/** The choice of the columns of a table: by their names where its first row holds them, else by their numbers. */

import { label } from "../i18n.js";

export class ColumnChoice {
  #part;
  #column;
  #idColumn;
  #header;
  /** @type {string[]} */ #firstRow = [];

  /**
   * @param {HTMLElement} part holds both choices
   * @param {HTMLElement} header asks whether the first row holds names, where the service cannot tell
   * @param {() => void} onChange
   */
  constructor(part, header, onChange) {
    this.#part = part;
    [this.#column, this.#idColumn] = part.querySelectorAll("select");
    this.#header = header;
    part.addEventListener("change", onChange);
    header.addEventListener("change", ({ target }) => {
      const { column, id_column: idColumn } = this.chosen;
      this.#fill(target.checked ? named(this.#firstRow) : numbered(this.#firstRow));
      const other = target.checked
        ? (number) => this.#firstRow[number - 1] ?? ""
        : (name) => String(this.#firstRow.indexOf(name) + 1 || "");
      this.#choose(other(column), other(idColumn));
      onChange();
    });
  }

  /** The fields of the API: names or numbers, "" for those that the service finds. */
  get chosen() {
    return { column: this.#column.value, id_column: this.#idColumn.value };
  }

  /** Forget the table. */
  clear() {
    this.show({ columns: [], first_row: [], column: "", id_column: "" });
  }

  /** @param {{ columns: string[], first_row: string[], column: string, id_column: string }} found in the file */
  show({ columns, first_row: firstRow, column, id_column: idColumn }) {
    this.#firstRow = firstRow;
    const isAsked = this.#box.checked && columns.length > 0;
    this.#header.hidden = !firstRow.length || (columns.length > 0 && !isAsked);
    this.#box.checked = isAsked;
    const options = columns.length ? named(columns) : numbered(firstRow);
    this.#part.hidden = options.length < 2;
    this.#fill(options);
    this.#choose(column, idColumn);
  }

  get #box() {
    return this.#header.querySelector("input");
  }

  #fill(options) {
    const none = label(new Option("", ""), "new.no_id_column");
    this.#column.replaceChildren(new Option("–", ""), ...options);
    this.#idColumn.replaceChildren(none, ...options.map((option) => option.cloneNode(true)));
  }

  #choose(column, idColumn) {
    this.#column.value = column;
    this.#column.options[0].hidden = column !== "";
    this.#idColumn.value = idColumn;
  }
}

const named = (names) => names.map((name) => new Option(name));
const numbered = (cells) => cells.map((cell, place) => new Option(`${place + 1}: ${cell}`, String(place + 1)));
