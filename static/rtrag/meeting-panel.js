/** The player of the two recorded meetings: choice, play and pause, speed, progress. */

import { label, language } from "./i18n.js";
import { MeetingPlayer } from "./meeting.js";

const PROGRESS_EVERY_MS = 250;

/**
 * @param {HTMLElement} panel
 * @param {import("./app.js").Speech} speech
 * @param {(key: string) => void} notify shows a problem
 */
export function installMeeting(panel, speech, notify) {
  const player = new MeetingPlayer();
  const [button] = panel.getElementsByClassName("play");
  const { recording, speed } = panel.elements;
  const progress = panel.querySelector("progress");
  const clock = panel.querySelector("output");
  let ticking = 0;

  const showProgress = () => {
    progress.max = player.durationMs || 1;
    progress.value = player.positionMs;
    clock.textContent = `${minutes(player.positionMs)} / ${minutes(player.durationMs)}`;
  };
  const load = async () => {
    const response = await fetch(new URL(`./meetings/${recording.value}.json`, import.meta.url));
    if (!response.ok) throw new Error(response.statusText);
    player.load(await response.json());
  };
  const play = async () => {
    try {
      if (player.language !== recording.value) await load();
      player.play();
    } catch {
      notify("meeting.failed");
    }
  };
  player.addEventListener("change", () => {
    clearInterval(ticking);
    if (player.isPlaying) ticking = setInterval(showProgress, PROGRESS_EVERY_MS);
    label(button.querySelector("span"), player.isPlaying ? "meeting.pause" : "meeting.play");
    button.setAttribute("aria-pressed", String(player.isPlaying));
  });
  player.addEventListener("progress", showProgress);
  player.addEventListener("partial", ({ detail }) => speech.partial(detail.text, detail.about));
  player.addEventListener("final", ({ detail }) => speech.final(detail.text, detail.about));
  recording.addEventListener("change", () => load().catch(() => notify("meeting.failed")));
  speed.addEventListener("change", () => player.setSpeed(Number(speed.value)));
  panel.addEventListener("submit", (event) => {
    event.preventDefault();
    if (player.isPlaying) player.pause();
    else play();
  });
  recording.value = language();
  load().catch(() => notify("meeting.failed"));
  return { player, play };
}

function minutes(ms) {
  const seconds = Math.floor(ms / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
