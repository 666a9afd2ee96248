/** The switches that `templates/sessions/appearance.html` puts at the top of every page: language and theme. */

import { language, setLanguage } from "./i18n.js";
import { installTheme } from "./theme.js";

const toggle = document.getElementById("language");
toggle.addEventListener("click", () => setLanguage(language() === "zh" ? "en" : "zh"));
installTheme(document.getElementById("theme"));
