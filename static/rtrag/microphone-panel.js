/** The microphone's button, language and words. */

import { label, language } from "./i18n.js";
import { Microphone } from "./microphone.js";

/**
 * @param {HTMLElement} panel
 * @param {import("./app.js").Speech} speech
 * @param {(key: string) => void} notify shows a problem when the panel is out of sight
 */
export function installMicrophone(panel, speech, notify) {
  const microphone = new Microphone();
  const button = panel.querySelector("button");
  const choice = panel.querySelector("select");
  const hint = panel.querySelector(".hint");

  const show = () => {
    label(button.querySelector("span"), microphone.isOn ? "microphone.stop" : "microphone.start");
    label(hint, Microphone.isSupported ? `microphone.${microphone.isOn ? "on" : "hint"}` : "microphone.unsupported");
    button.setAttribute("aria-pressed", String(microphone.isOn));
    button.disabled = !Microphone.isSupported;
  };
  button.addEventListener("click", () => (microphone.isOn ? microphone.stop() : microphone.start(choice.value)));
  choice.addEventListener("change", () => microphone.isOn && microphone.start(choice.value));
  microphone.addEventListener("partial", ({ detail }) => speech.partial(detail));
  microphone.addEventListener("final", ({ detail }) => detail && speech.final(detail));
  microphone.addEventListener("change", show);
  microphone.addEventListener("problem", ({ detail }) => {
    if (panel.hidden) notify(`microphone.${detail}`);
    label(hint, `microphone.${detail}`);
  });
  choice.value = language() === "zh" ? "zh-CN" : "en-US";
  show();
  return microphone;
}
