/** Where the questions of a new batch come from: pasted lines or a file, either of which goes to the service as a file. */

import { label } from "../i18n.js";
import { installTabs } from "../tabs.js";
import { bytes } from "./sizes.js";

const $ = (id) => document.getElementById(id);
const UPLOAD = 1;

/** Tells with a `change` event that the questions are others, `typed` where somebody may still be typing. */
export class Source extends EventTarget {
  #maximumBytes;
  /** @type {File | null} */ #chosen = null;
  #chooseTab = installTabs($("sources"));

  /** @param {number} maximumBytes the most that the service takes */
  constructor(maximumBytes) {
    super();
    this.#maximumBytes = maximumBytes;
    $("lines").addEventListener("input", () => this.#tell("typed"));
    $("chosen").addEventListener("change", ({ target }) => this.#choose(target.files[0] ?? null));
    $("file").querySelector("button").addEventListener("click", () => {
      this.#choose(null);
      $("chosen").focus();
    });
    for (const event of ["click", "keyup"]) $("sources").addEventListener(event, () => this.#tell("change"));
    this.#installDropping();
  }

  /** What is to be sent, or null where there is nothing. @returns {File | null} */
  get file() {
    if (!$("panel-upload").hidden) return this.#chosen;
    const text = $("lines").value;
    return text.trim() ? new File([text], "lines.txt", { type: "text/plain" }) : null;
  }

  /** What the batch may be called after, or "". */
  get name() {
    return $("panel-upload").hidden ? "" : (this.#chosen?.name.replace(/\.[^.]*$/, "").trim().slice(0, 100) ?? "");
  }

  /** How large the questions are where that is more than the service takes, else null. @returns {number | null} */
  get excess() {
    const size = this.file?.size ?? 0;
    return size > this.#maximumBytes ? size : null;
  }

  #choose(file) {
    this.#chosen = file;
    if (!file) $("chosen").value = "";
    $("file").hidden = !file;
    if (file) {
      const [name, size] = $("file").children;
      name.textContent = file.name;
      size.textContent = bytes(file.size);
    }
    this.#tell("change");
  }

  #installDropping() {
    const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
    const mark = (isOver) => $("drop").classList.toggle("over", isOver);
    document.addEventListener("dragover", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault(); // or the browser would leave the page for the file
      if ($("panel-upload").hidden) this.#chooseTab(UPLOAD);
      mark(true);
    });
    document.addEventListener("dragleave", (event) => event.relatedTarget ?? mark(false));
    document.addEventListener("drop", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      mark(false);
      this.#choose(event.dataTransfer.files[0] ?? null);
    });
  }

  #tell(kind) {
    this.dispatchEvent(new CustomEvent("change", { detail: kind }));
  }
}

/** Say how large a file may be. */
export function showLimit(maximumBytes) {
  label($("drop-hint"), "new.drop", { size: bytes(maximumBytes) });
}
