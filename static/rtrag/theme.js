/** Light or dark: as the system says, until the person chooses. */

const dark = matchMedia("(prefers-color-scheme: dark)");

function current() {
  return document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light");
}

/** Make a button switch the theme and remember the choice for a year. */
export function installTheme(button) {
  const show = () => button.setAttribute("aria-pressed", String(current() === "dark"));
  button.addEventListener("click", () => {
    const chosen = current() === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = chosen;
    document.cookie = `rtrag_theme=${chosen};path=/;max-age=31536000;samesite=lax`;
    show();
  });
  dark.addEventListener("change", show);
  show();
}
