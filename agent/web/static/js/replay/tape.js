// An episode's moments: chunks fetched, unpacked and kept near the moment that is looked at.

const MOST_UNPACKED = 12;

/** Moments of one episode; `head` is what the server says of it. */
export class Tape {
  doubt = "";
  onChunk = () => {};
  #source;
  #path;
  #unpacked = new Map();
  #fetched = new Map();
  #closed = false;
  #ending = new AbortController();

  constructor(source, head) {
    this.head = head;
    this.#source = source;
    this.#path = tapePath(head.run, head.episode);
    this.last = head.moments - 1;
  }

  /** The moment as { picture, previous facts, facts, reward, said }, if it is unpacked; else null. */
  at(moment) {
    const chunk = this.#unpacked.get(this.#index(moment));
    if (!chunk || !(chunk instanceof Moments)) return null;
    return chunk.at(moment);
  }

  /** Makes a moment ready; false where the episode ended before it. */
  async ready(moment) {
    const index = this.#index(moment);
    const chunk = await this.#unpack(index);
    if (!chunk) return false;
    this.#unpacked.delete(index);
    this.#unpacked.set(index, chunk);
    for (const old of this.#unpacked.keys()) {
      if (this.#unpacked.size <= MOST_UNPACKED) break;
      this.#unpacked.delete(old);
    }
    return true;
  }

  /** Fetches all that is not there yet, chunk by chunk. */
  async fetchAll() {
    for (let index = 0; index * this.head.chunk < this.head.moments && !this.#closed; index++) {
      const chunk = await this.#fetch(index).catch(() => null);
      if (!chunk || chunk.last) return;
    }
  }

  close() {
    this.#closed = true;
    this.#ending.abort();
  }

  #index(moment) {
    return Math.floor(moment / this.head.chunk);
  }

  #fetch(index) {
    if (!this.#fetched.has(index)) {
      const asked = this.#source.get(`${this.#path}/moments/${index}`, {}, this.#ending.signal);
      this.#fetched.set(index, asked);
      asked.then((chunk) => this.#note(chunk), () => this.#fetched.delete(index));
    }
    return this.#fetched.get(index);
  }

  #note(chunk) {
    if (chunk.doubt) this.doubt = chunk.doubt;
    if (chunk.last) this.last = Math.max(0, chunk.first + chunk.count - 1);
    if (!this.#closed) this.onChunk(chunk);
  }

  #unpack(index) {
    if (!this.#unpacked.has(index)) {
      const unpacking = this.#fetch(index)
        .then((chunk) => unpackMoments(chunk, this.head))
        .catch((error) => {
          this.#unpacked.delete(index);
          if (error.status === 404 || error.name === "AbortError") return null;
          throw error;
        });
      this.#unpacked.set(index, unpacking);
      unpacking.then((chunk) => chunk && this.#unpacked.has(index) && this.#unpacked.set(index, chunk), () => {});
    }
    return this.#unpacked.get(index);
  }
}

/** The address of an episode's data. */
export function tapePath(run, episode) {
  return `/runs/${encodeURIComponent(run)}/episodes/${encodeURIComponent(episode)}`;
}

class Moments {
  constructor(chunk, columns, pictures, sheet) {
    this.first = chunk.first;
    this.count = chunk.count;
    this.columns = columns;
    this.pictures = pictures;
    this.sheet = sheet;
    this.rewards = new Map(chunk.rewards || []);
    this.said = new Map(chunk.said);
  }

  at(moment) {
    const place = Math.min(Math.max(moment - this.first, 0), this.count - 1);
    return {
      moment: this.first + place,
      picture: this.pictures ? this.pictures[place] : null,
      sheet: this.sheet,
      place,
      fact: (index) => this.columns[index][place],
      before: (index, back = 1) => this.columns[index][Math.max(0, place - back)],
      reward: this.rewards.get(this.first + place) || 0,
      said: this.said.get(this.first + place) || "",
    };
  }
}

async function unpackMoments(chunk, head) {
  const facts = new Int32Array(await inflate(chunk.facts));
  const columns = head.facts.map((_, index) => {
    const column = facts.subarray(index * chunk.count, (index + 1) * chunk.count);
    for (let i = 1; i < column.length; i++) column[i] += column[i - 1];
    return column;
  });
  if (head.kind === "sheet") {
    return new Moments(chunk, columns, null, await createImageBitmap(new Blob([fromBase64(chunk.pictures)])));
  }
  const bytes = new Uint8Array(await inflate(chunk.pictures));
  const length = chunk.count ? bytes.length / chunk.count : 0;
  const pictures = [];
  for (let i = 0; i < chunk.count; i++) {
    const row = bytes.subarray(i * length, (i + 1) * length);
    if (i) for (let j = 0; j < length; j++) row[j] ^= pictures[i - 1][j];
    pictures.push(row);
  }
  return new Moments(chunk, columns, pictures, null);
}

/** Bytes of a base64 text. */
export function fromBase64(text) {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
}

async function inflate(text) {
  const stream = new Blob([fromBase64(text)]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}
