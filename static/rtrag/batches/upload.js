/** Sends a form and tells how far it is, which `fetch` cannot. */

import { Refusal } from "./api.js";

const JSON_TYPE = "application/json";

/**
 * @param {FormData} body
 * @param {string} key makes that the same submission, sent again, is taken once
 * @param {(share: number) => void} onProgress told the part that was sent, from 0 to 1
 * @returns {Promise<any>} what the service answers. Throws `Refusal`, or an error where the connection is lost.
 */
export function upload(address, body, key, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("Idempotency-Key", key);
    request.setRequestHeader("Accept", JSON_TYPE);
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(total ? loaded / total : 1));
    request.addEventListener("load", () => {
      if (request.status < 300 && request.response) resolve(request.response);
      else reject(new Refusal(request.status, request.response ?? {}));
    });
    request.addEventListener("error", () => reject(new Error("the connection is lost")));
    request.send(body);
  });
}

/** A key that nobody else makes. Browsers have `crypto.randomUUID` on secure pages alone. */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
