/** Reads again and again while there is something to see: one reading at a time, none while nobody looks. */

const MAXIMUM_PAUSE_MS = 15_000;

export class Polling {
  #read;
  #onFailure;
  /** @type {number | undefined} */ #timer;
  #isReading = false;
  #isWanted = false;
  #failures = 0;

  /**
   * @param {() => Promise<number | null>} read gives how many milliseconds to wait until it is called again, or null
   *   where nothing changes any more
   * @param {(failures: number) => void} onFailure told how many readings have failed in a row; 0 where one has not
   */
  constructor(read, onFailure) {
    this.#read = read;
    this.#onFailure = onFailure;
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.now();
      else clearTimeout(this.#timer);
    });
  }

  /** Read at once; where it is reading already, once more after that. */
  async now() {
    clearTimeout(this.#timer);
    this.#isWanted = this.#isReading;
    if (this.#isReading) return;
    this.#isReading = true;
    const pause = await this.#attempt();
    this.#isReading = false;
    if (this.#isWanted) await this.now();
    else if (pause !== null && document.visibilityState === "visible") {
      this.#timer = setTimeout(() => this.now(), pause);
    }
  }

  async #attempt() {
    try {
      const pause = await this.#read();
      if (this.#failures) this.#onFailure((this.#failures = 0));
      return pause;
    } catch {
      this.#onFailure(++this.#failures);
      return Math.min(1_000 * 2 ** this.#failures, MAXIMUM_PAUSE_MS);
    }
  }
}
