// In the place of the browser's speech recognition: a test says what is heard, and when the browser ends it.
window.recognisers = [];
window.SpeechRecognition = window.webkitSpeechRecognition = class {
  constructor() {
    window.recognisers.push(this);
    this.starts = 0;
    this.results = [];
  }
  start() {
    this.starts++;
  }
  stop() {
    this.isStopped = true;
  }
  abort() {
    this.isAborted = true;
  }
};
const current = () => window.recognisers.at(-1);
window.hear = (transcript, isFinal = false) => {
  const recogniser = current();
  const last = recogniser.results.at(-1);
  if (last && !last.isFinal) recogniser.results.pop();
  recogniser.results.push(Object.assign([{ transcript }], { isFinal }));
  recogniser.onresult({ resultIndex: recogniser.results.length - 1, results: recogniser.results });
};
window.refuseSpeech = (error) => {
  current().onerror({ error });
  current().onend?.();
};
window.endSpeech = () => current().onend();
