/** The questions of a batch, a page of them at a time: the visible page alone is fetched, and only when it may change. */

import { call } from "./api.js";
import { ItemRow } from "./item.js";
import { keepInAddress, placeInAddress } from "./place.js";

const SIZE = 25;

export class Items extends EventTarget {
  #table;
  #address;
  #filters;
  #pager;
  #none;
  #status = "";
  #page = 1;
  #pages = 1;
  /** @type {Map<number, ItemRow>} by the number of the question */ #rows = new Map();
  /** @type {AbortController | null} of the reading under way */ #reading = null;
  #seen = "";

  /**
   * @param {HTMLTableElement} table
   * @param {string} address of the batch
   * @param {{ filters: HTMLElement, pager: HTMLElement, none: HTMLElement }} parts what stands around the table
   */
  constructor(table, address, { filters, pager, none }) {
    super();
    this.#table = table;
    this.#address = address;
    this.#filters = filters;
    this.#pager = pager;
    this.#none = none;
    const { status, page } = placeInAddress(Array.from(filters.children, (button) => button.dataset.status));
    [this.#status, this.#page] = [status, page];
    this.#markFilter();
    filters.addEventListener("click", ({ target }) => this.#filter(target.closest("[data-status]")));
    pager.addEventListener("click", ({ target }) => {
      const step = target.closest("[data-step]")?.dataset.step;
      if (step) this.#go(this.#page + Number(step));
    });
    this.#pageField.addEventListener("change", () => this.#go(this.#pageField.valueAsNumber || this.#page));
    document.addEventListener("languagechange", () => {
      for (const row of this.#rows.values()) row.translate();
    });
  }

  /** Read the page again where it may not be as the counts say any more. */
  async update(progress) {
    const counts = JSON.stringify(progress);
    if (counts === this.#seen || (this.#seen && this.#isSettled())) return;
    await this.#read();
    this.#seen = counts;
  }

  /** Something was done to the batch: what has ended may not have for good. */
  expectChange() {
    this.#seen = "";
  }

  /** Whether nothing of what is shown will change by itself. */
  #isSettled() {
    return !this.#status && this.#rows.size > 0 && [...this.#rows.values()].every((row) => row.isSettled);
  }

  async #read() {
    this.#reading?.abort();
    this.#reading = new AbortController();
    const { signal } = this.#reading;
    const query = new URLSearchParams({ page: this.#page, size: SIZE, ...(this.#status && { status: this.#status }) });
    let answer;
    try {
      answer = await call("GET", `${this.#address}/results?${query}`, { signal });
    } catch (error) {
      if (signal.aborted) return; // another reading has begun
      throw error;
    }
    const { results, total } = answer;
    this.#pages = Math.max(Math.ceil(total / SIZE), 1);
    if (this.#page > this.#pages) {
      this.#page = this.#pages;
      return this.#read();
    }
    this.#show(results);
  }

  #show(results) {
    const fresh = new Map(results.map((item) => [item.index, this.#rows.get(item.index) ?? new ItemRow(item.index)]));
    for (const item of results) fresh.get(item.index).show(item);
    for (const [index, row] of this.#rows) if (!fresh.has(index)) row.element.remove();
    for (const [place, row] of [...fresh.values()].entries()) {
      const there = this.#table.tBodies[place];
      if (there !== row.element) this.#table.insertBefore(row.element, there ?? null);
    }
    this.#rows = fresh;
    this.#table.setAttribute("aria-busy", "false");
    this.#table.hidden = !results.length;
    this.#none.hidden = results.length > 0;
    keepInAddress({ status: this.#status, page: this.#page });
    this.#showPager();
  }

  #showPager() {
    this.#pager.hidden = this.#pages === 1;
    this.#pageField.max = String(this.#pages);
    if (document.activeElement !== this.#pageField) this.#pageField.value = String(this.#page);
    this.#pager.querySelector("output").textContent = this.#pages.toLocaleString();
    this.#pager.querySelector("[data-step='-1']").disabled = this.#page === 1;
    this.#pager.querySelector("[data-step='1']").disabled = this.#page === this.#pages;
  }

  get #pageField() {
    return this.#pager.querySelector("input");
  }

  #filter(button) {
    if (!button) return;
    this.#status = button.dataset.status;
    this.#markFilter();
    this.#turnTo(1);
  }

  #markFilter() {
    for (const each of this.#filters.children) {
      each.setAttribute("aria-pressed", String(each.dataset.status === this.#status));
    }
  }

  async #go(page) {
    await this.#turnTo(Math.min(Math.max(Math.trunc(page), 1), this.#pages));
    this.#pageField.value = String(this.#page);
    this.#table.scrollIntoView({ block: "nearest" });
  }

  async #turnTo(page) {
    this.#page = page;
    this.#table.setAttribute("aria-busy", "true");
    try {
      await this.#read();
    } catch {
      this.dispatchEvent(new Event("failed"));
    }
  }
}
