// Where data comes from: a server, or documents that stand inline in an offline page.

/** An answer that was no success; `kind` and `didYouMean` are the server's. */
export class SourceError extends Error {
  constructor(kind, message, didYouMean = [], status = 0) {
    super(message);
    this.kind = kind;
    this.didYouMean = didYouMean;
    this.status = status;
  }
}

/** The address of a document: path and sorted query; also its name in an offline page. */
export function addressOf(path, query = {}) {
  const pairs = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
  pairs.sort(([a], [b]) => (a < b ? -1 : 1));
  const search = pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&");
  return search ? `${path}?${search}` : path;
}

/** The source of this page: inline documents when it has some, else the server that sent it. */
export function openSource() {
  const inline = document.getElementById("documents");
  return inline ? new InlineSource(JSON.parse(inline.textContent)) : new ServerSource(takeToken());
}

/** Takes the token off the address and keeps it while this tab is open. */
function takeToken() {
  const given = /(?:^#|&)token=([\w-]+)/.exec(location.hash);
  try {
    if (given) sessionStorage.setItem("token", given[1]);
    if (given) history.replaceState(null, "", location.pathname + location.hash.replace(/&?token=[\w-]+/, ""));
    return sessionStorage.getItem("token") || "";
  } catch {
    return given ? given[1] : "";
  }
}

class ServerSource {
  offline = false;
  #token;
  constructor(token) {
    this.#token = token;
  }
  /** Whether commands can be sent. */
  get mayWrite() {
    return Boolean(this.#token);
  }
  #fetch(address, options = {}) {
    const headers = { ...(options.headers || {}), ...(this.#token ? { authorization: `Bearer ${this.#token}` } : {}) };
    return fetch(`/api${address}`, { ...options, headers });
  }
  async #ask(address, options) {
    let response;
    try {
      response = await this.#fetch(address, options);
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new SourceError("NotReached", "The server does not answer. Is journeyman serve still running?");
    }
    if (response.ok) return response;
    const { error = {} } = await response.json().catch(() => ({}));
    throw new SourceError(error.kind || "Failed", error.message || `The server answered ${response.status}.`, error.did_you_mean, response.status);
  }
  /** JSON. */
  async get(path, query, signal) {
    return (await this.#ask(addressOf(path, query), { signal })).json();
  }
  /** An address for `img.src`; free it with `URL.revokeObjectURL`. */
  async picture(path, query, signal) {
    return URL.createObjectURL(await (await this.#ask(addressOf(path, query), { signal })).blob());
  }
  /** Bytes. */
  async bytes(path, query, signal) {
    return (await this.#ask(addressOf(path, query), { signal })).arrayBuffer();
  }
  /** A command; what was answered. */
  async send(path, body) {
    const options = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    return (await this.#ask(path, options)).json();
  }
  /** Server-sent events, `onMessage(data, event)`; reconnects by itself; returns what ends it. */
  stream(path, query, onMessage, onState = () => {}) {
    const ending = new AbortController();
    this.#listen(path, query, onMessage, onState, ending.signal);
    return () => ending.abort();
  }
  async #listen(path, query, onMessage, onState, signal) {
    let last = "";
    let wait = 500;
    while (!signal.aborted) {
      try {
        const headers = last ? { "last-event-id": last } : {};
        const response = await this.#ask(addressOf(path, query), { signal, headers });
        onState("open");
        wait = 500;
        for await (const event of readEvents(response.body)) {
          if (event.id) last = event.id;
          if (event.event === "end") return onState("ended");
          onMessage(JSON.parse(event.data), event.event);
        }
      } catch (error) {
        if (signal.aborted) return;
        onState("lost", error);
        if (error.status && error.status < 500) return;
      }
      await new Promise((resolve) => setTimeout(resolve, wait));
      wait = Math.min(8000, wait * 2);
    }
  }
}

class InlineSource {
  offline = true;
  mayWrite = false;
  #documents;
  constructor(documents) {
    this.#documents = documents;
  }
  async get(path, query) {
    const address = addressOf(path, query);
    if (Object.hasOwn(this.#documents, address)) return this.#documents[this.#documents[address]?.["="] ?? address];
    throw new SourceError("NotInThisFile", "This is not in the file. Open it with journeyman serve.");
  }
  /** The other file of a bundle that has a view; nothing when this one has it. */
  async fileOf({ name, parts }) {
    const files = this.#documents["/files"] || {};
    return Object.hasOwn(files, `${name}/${parts[0]}`) ? files[`${name}/${parts[0]}`] : Object.hasOwn(files, name) && files[name];
  }
  async picture(path, query) {
    return this.get(path, query);
  }
  async bytes(path, query) {
    const text = atob(await this.get(path, query));
    return Uint8Array.from(text, (letter) => letter.charCodeAt(0)).buffer;
  }
  async send() {
    throw new SourceError("Offline", "A file cannot steer practice. Use journeyman serve.");
  }
  stream() {
    return () => {};
  }
}

/** The events of a `text/event-stream`, as they come. */
export async function* readEvents(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += value.replaceAll("\r", "");
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const event = { data: "", event: "message", id: "" };
      const lines = [];
      for (const line of text.slice(0, end).split("\n")) {
        const [, name, rest] = /^([a-z]+): ?(.*)$/.exec(line) || [];
        if (name === "data") lines.push(rest);
        else if (name === "event" || name === "id") event[name] = rest;
      }
      text = text.slice(end + 2);
      event.data = lines.join("\n");
      if (event.data || event.event === "end") yield event;
    }
  }
}
