/** What the service reads in the questions before they are submitted: how many, the first, and the wrong lines. */

import { label, languageOf, t } from "../i18n.js";
import { call, Refusal } from "./api.js";

const $ = (id) => document.getElementById(id);

export class Preview {
  #columns;
  #onRefusal;
  /** @type {AbortController | null} of the reading under way */ #reading = null;
  /** @type {object | null} what was read last */ #found = null;

  /**
   * @param {import("./columns.js").ColumnChoice} columns
   * @param {(refusal: Refusal | null) => void} onRefusal told why the file cannot be read, and null where it can
   */
  constructor(columns, onRefusal) {
    this.#columns = columns;
    this.#onRefusal = onRefusal;
    document.addEventListener("languagechange", () => this.#show());
  }

  /** What the service said last, as the API describes it; null where nothing is known. */
  get found() {
    return this.#found;
  }

  /** Forget what was read. */
  clear() {
    this.#reading?.abort();
    this.#reading = null;
    this.#found = null;
    this.#setBusy(false);
    this.#show();
    this.#columns.clear();
  }

  /** Read a file anew. @param {File} file */
  async read(file) {
    this.#reading?.abort();
    const reading = (this.#reading = new AbortController());
    this.#setBusy(true);
    const body = new FormData();
    for (const [name, column] of Object.entries(this.#columns.chosen)) body.append(name, column);
    body.append("file", file);
    try {
      this.#found = await call("POST", "/api/batch/preview", { body, signal: reading.signal });
      this.#columns.show(this.#found);
      this.#onRefusal(null);
    } catch (error) {
      if (reading.signal.aborted) return;
      this.#found = null;
      this.#onRefusal(error instanceof Refusal ? error : null);
    }
    this.#setBusy(false);
    this.#show();
  }

  #setBusy(isBusy) {
    $("preview").setAttribute("aria-busy", String(isBusy));
    $("reading").hidden = !isBusy;
  }

  #show() {
    const found = this.#found ?? { count: 0, rows: [], bad: [] };
    if (this.#found) label($("count"), "new.count", { count: found.count.toLocaleString() });
    else $("count").textContent = "";
    $("rows").hidden = !found.rows.length;
    $("rows").querySelector("ol").replaceChildren(...found.rows.map(rowOf));
    $("bad").hidden = !found.bad.length;
    label($("bad-count"), "new.bad", { count: found.bad.length.toLocaleString() });
    $("bad").querySelector("ul").replaceChildren(...[...byProblem(found.bad)].map(problemOf));
  }
}

function rowOf({ text, custom_id: customId }) {
  const row = document.createElement("li");
  const words = document.createElement("span");
  words.textContent = text;
  words.lang = languageOf(text);
  row.append(words);
  if (!customId) return row;
  const id = document.createElement("code");
  id.textContent = customId;
  id.title = t("new.id");
  row.append(id);
  return row;
}

/** The numbers of the wrong lines, by what is wrong with them. @returns {Map<string, number[]>} */
function byProblem(lines) {
  const problems = new Map();
  for (const { line, problem } of lines) {
    if (!problems.has(problem)) problems.set(problem, []);
    problems.get(problem).push(line);
  }
  return problems;
}

function problemOf([problem, numbers]) {
  const line = document.createElement("li");
  const word = document.createElement("strong");
  line.append(t("new.lines_numbered", { lines: ranges(numbers) }), " – ", label(word, `problem.${problem}`));
  return line;
}

/** `1, 3–5` for 1, 3, 4 and 5. @param {number[]} numbers in their order */
export function ranges(numbers) {
  const found = [];
  for (const number of numbers) {
    const last = found.at(-1);
    if (last && number === last[1] + 1) last[1] = number;
    else found.push([number, number]);
  }
  return found.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(", ");
}
