/** Which questions of a batch are looked at, kept in the address of the page: it survives a reload, and can be sent. */

/** @param {string[]} statuses that may be asked for @returns {{ status: string, page: number }} */
export function placeInAddress(statuses) {
  const query = new URLSearchParams(location.search);
  const [status, page] = [query.get("status") ?? "", Number(query.get("page"))];
  return { status: statuses.includes(status) ? status : "", page: Number.isSafeInteger(page) && page > 0 ? page : 1 };
}

/** @param {{ status: string, page: number }} place */
export function keepInAddress({ status, page }) {
  const address = new URL(location.href);
  const { searchParams: query } = address;
  if (status) query.set("status", status);
  else query.delete("status");
  if (page > 1) query.set("page", page);
  else query.delete("page");
  if (address.search === location.search) return;
  address.hash = ""; // of a source of what was looked at before
  history.replaceState(history.state, "", address);
}
