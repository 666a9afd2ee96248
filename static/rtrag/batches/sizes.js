/** Numbers of bytes as people read them. */

const UNITS = ["B", "kB", "MB", "GB"];

/** @param {number} size @returns {string} like `1.5 MB` */
export function bytes(size) {
  const power = Math.min(Math.floor(Math.log10(Math.max(size, 1)) / 3), UNITS.length - 1);
  const value = size / 1000 ** power;
  return `${value.toFixed(power && value < 100 ? 1 : 0)} ${UNITS[power]}`;
}
