/** Numbers of bytes as people read them. */

const UNITS = ["B", "kB", "MB", "GB"];
const STEP = 1024;

/** @param {number} size @returns {string} like `1.5 MB` */
export function bytes(size) {
  const power = Math.min(Math.floor(Math.log2(Math.max(size, 1)) / Math.log2(STEP)), UNITS.length - 1);
  const value = size / STEP ** power;
  return `${value.toFixed(Number.isInteger(value) ? 0 : 1)} ${UNITS[power]}`;
}
