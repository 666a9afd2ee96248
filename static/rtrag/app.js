/** The demo page: brings its parts together. */

import { RealtimeRagClient } from "./client.js";
import { installControls } from "./controls.js";
import { Conversation } from "./conversation.js";
import { installFollowing } from "./follow.js";
import { label, language, setLanguage, t } from "./i18n.js";
import { installListening } from "./listening.js";
import { installMeeting } from "./meeting-panel.js";
import { installMicrophone } from "./microphone-panel.js";
import { installNotices } from "./notices.js";
import { installTabs } from "./tabs.js";
import { installTheme } from "./theme.js";
import { Transcript } from "./transcript.js";
import { installAsking, installTyping } from "./typing.js";

/** The states of the connection in which a typed question finds its way. */
const ASKING = new Set(["open", "fallback"]);
const $ = (id) => document.getElementById(id);
const address = new URL(document.body.dataset.socket, location.href);
const provider = new URLSearchParams(location.search).get("provider");
if (provider) address.searchParams.set("provider", provider);
address.protocol = location.protocol === "https:" ? "wss:" : "ws:";

const maximumCharacters = Number(document.body.dataset.maximumCharacters);
const client = new RealtimeRagClient(address, { maximumCharacters });
const transcript = new Transcript($("turns"), $("earlier"));
const conversation = new Conversation(transcript);
const { notify, withdraw } = installNotices($("notices"));
const announce = (text) => ($("announcer").textContent = text);

/**
 * Where every kind of spoken input ends; `final` says whether it was taken.
 * @typedef {{ partial(text: string, about?: About): void, final(text: string, about?: About): boolean }} Speech
 * @typedef {import("./client.js").About} About
 */
const speech = {
  partial(text, about = {}) {
    if (conversation.paused || client.state === "closed") return;
    transcript.partial(text, about.speaker);
    client.sendPartial(text, about);
  },
  final(text, about = {}) {
    const obstacle = obstacleTo(text);
    if (obstacle) {
      notify(obstacle);
      return false;
    }
    try {
      const id = client.sendFinal(text, about);
      if (id) transcript.said(id, text, about.speaker);
      if (client.state === "fallback") show();
      return true;
    } catch {
      notify("notice.full");
      return false;
    }
  },
};

function obstacleTo(text) {
  if (client.state === "closed") return "notice.ended";
  if (conversation.paused) return "notice.paused";
  return text.length > maximumCharacters ? "notice.too_long" : null;
}

/** @param {string} offline says that there is no connection @returns {boolean} whether the question was sent */
function send(text, offline) {
  const obstacle = obstacleTo(text) ?? (ASKING.has(client.state) ? null : offline);
  if (!obstacle && client.ask(text)) return true;
  notify(obstacle ?? "notice.full");
  return false;
}

function ask(text, offline = "notice.unreachable") {
  const isSent = send(text, offline);
  if (isSent) conversation.asked("typed");
  return isSent;
}

const microphone = installMicrophone($("panel-microphone"), speech, notify);
const { player, play } = installMeeting($("panel-meeting"), speech, notify);
installTyping($("panel-typing"), speech);
installAsking($("panel-asking"), (text) => ask(text, "notice.offline"));
const choose = installTabs($("inputs"));

/** One voice at a time. */
microphone.addEventListener("change", () => microphone.isOn && player.pause());
player.addEventListener("change", () => player.isPlaying && microphone.stop());

/** Whether the pause of the session stopped the playback, which then goes on with it. */
let hasStoppedPlayback = false;

/** @returns {Promise<void>} done when the last words are sent */
async function silence() {
  player.pause();
  await microphone.stop();
  transcript.partial("");
}

const showControls = installControls($("commands"), {
  ask_now: () => client.askNow() && conversation.asked(client.state === "fallback" ? "typed" : "instant"),
  pause: async () => {
    hasStoppedPlayback = player.isPlaying;
    await silence();
    client.pause();
  },
  resume: client.resume,
  cancel: client.cancel,
  stop: async () => {
    await silence();
    client.stop();
  },
  restart: () => client.connect(),
});
const show = () => {
  const { stage, note, paused, answering, heard } = conversation;
  const unasked = client.state === "fallback" && client.unacknowledged > 0;
  showControls({ connection: client.state, stage, note, paused, answering, heard: heard || unasked });
};
conversation.addEventListener("change", show);
conversation.addEventListener("resumed", () => {
  withdraw("notice.paused");
  if (hasStoppedPlayback && !microphone.isOn) player.play();
});
conversation.addEventListener("noticed", ({ detail }) => announce(t("announce.question", { question: detail })));
conversation.addEventListener("again", ({ detail: card }) => announce(t("announce.again", { number: card.number })));
conversation.addEventListener("answered", ({ detail: card }) => {
  announce(card.text);
  if (card.firstWordMs !== null) label($("latency"), "latency", { ms: Math.round(card.firstWordMs) });
});
client.addEventListener("connection", ({ detail }) => {
  show();
  if (ASKING.has(detail.state)) for (const key of ["notice.ended", "notice.offline", "notice.unreachable"]) withdraw(key);
  if (detail.state === "waiting") announce(t("connection.waiting"));
});
client.addEventListener("error", ({ detail }) => notify(`error.${detail.code}`));
$("conversation").addEventListener("rate", ({ detail }) => {
  if (!client.rate(detail.questionId, detail.rating)) notify("notice.unreachable");
});
$("conversation").addEventListener("propose", ({ detail }) => ask(detail));
$("conversation").addEventListener("demand", ({ detail: card }) => {
  if (send(card.question, "notice.unreachable")) conversation.demanded(card);
});
transcript.addEventListener("begun", begin, { once: true });

function begin() {
  $("welcome").hidden = true;
  $("conversation").hidden = false;
}

for (const [index, start] of [play, null, null, null].entries()) {
  document.querySelector(`[data-begin="${index}"]`)?.addEventListener("click", () => {
    choose(index);
    start?.();
  });
}
document.addEventListener("keydown", (event) => {
  if (event.key === "?" && !event.target.closest("input, select, dialog")) $("shortcuts").showModal();
  const input = /^Digit([1-4])$/.exec(event.code);
  if (!event.altKey || !input) return;
  event.preventDefault();
  choose(Number(input[1]) - 1);
});
$("language").addEventListener("click", () => setLanguage(language() === "zh" ? "en" : "zh"));
$("provider")?.addEventListener("change", ({ target }) => {
  location.search = target.value && new URLSearchParams({ provider: target.value });
});
$("help").addEventListener("click", () => $("shortcuts").showModal());
addEventListener("beforeunload", (event) => {
  if (conversation.answering || client.unacknowledged) event.preventDefault();
});
installTheme($("theme"));
installFollowing($("turns"), $("newest"));
installListening($("listening"), $("listening-toggle"), client);

conversation.follow(client);
client.connect();
