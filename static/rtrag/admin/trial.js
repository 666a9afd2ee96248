/** Puts the question to every provider of the page, and shows what each of them says as it comes. */

const form = document.querySelector("[data-trial]");
const panels = [...document.querySelectorAll("[data-ask]")];

/** Yields the objects of a reply of one JSON object a line. */
async function* objects(reply) {
  const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    yield* lines.map((line) => JSON.parse(line));
  }
}

function source({ title, url }) {
  const item = document.createElement("li");
  if (/^https?:\/\//.test(url)) {
    const link = Object.assign(document.createElement("a"), { href: url, target: "_blank", rel: "noopener noreferrer" });
    link.textContent = title || url;
    item.append(link);
  } else {
    item.textContent = title;
  }
  return item;
}

class Panel {
  constructor(element) {
    this.url = element.dataset.ask;
    for (const part of ["first", "total", "model", "text", "failure", "sources"]) {
      this[part] = element.querySelector(`[data-${part}]`);
    }
  }

  clear() {
    this.first.textContent = this.total.textContent = "…";
    this.model.textContent = this.text.textContent = "";
    this.failure.hidden = true;
    this.sources.replaceChildren();
  }

  fail(text) {
    this.failure.textContent = text;
    this.failure.hidden = false;
  }

  show(said) {
    if (said.type === "text") this.text.append(said.text);
    else if (said.type === "first_token") this.first.textContent = `${said.ms} ms`;
    else if (said.type === "total") this.total.textContent = `${said.ms} ms`;
    else if (said.type === "restarted") this.text.textContent = "";
    else if (said.type === "sources") this.sources.replaceChildren(...said.sources.map(source));
    else if (said.type === "note") this.model.textContent = said.text;
    else if (said.type === "ended") this.model.textContent = [said.model, said.finish_reason].filter(Boolean).join(" · ");
    else if (said.type === "failed") this.fail(said.text);
  }

  async ask(body) {
    this.clear();
    try {
      const reply = await fetch(this.url, { method: "POST", body });
      if (!reply.ok) throw new Error(`HTTP ${reply.status}`);
      for await (const said of objects(reply)) this.show(said);
    } catch {
      this.fail(this.failure.dataset.lost);
    }
    if (this.first.textContent === "…") this.first.textContent = "–";
    if (this.total.textContent === "…") this.total.textContent = "–";
  }
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  const body = new URLSearchParams(new FormData(form));
  button.disabled = true;
  await Promise.all(panels.map((element) => new Panel(element).ask(body)));
  button.disabled = false;
});
