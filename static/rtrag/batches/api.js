/** Calls of the API for batches. */

/** What the service says no with; everything else that goes wrong is a lost connection. */
export class Refusal extends Error {
  /** @param {number} status @param {{ error?: string, message?: string, details?: object }} body */
  constructor(status, { error = "", message = "", details = {} }) {
    super(message);
    this.status = status;
    this.code = error;
    this.details = details;
  }
}

/** @returns {Promise<any>} what the service answers. Throws `Refusal`, or what `fetch` throws. */
export async function call(method, address, { body, signal } = {}) {
  const response = await fetch(address, { method, body, signal, cache: "no-store" });
  const answer = await response.json();
  if (!response.ok) throw new Refusal(response.status, answer);
  return answer;
}
