// Conversations in this browser, kept over reloads. They are encrypted with a secret that only the page knows: another
// program that listens at the same port later is the same "site" to the browser, and could read them otherwise.

const NAME = "quotewise";
const TABLE = "conversations";

const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));

const done = (wanted) =>
  new Promise((resolve, reject) => {
    wanted.onsuccess = () => resolve(wanted.result);
    wanted.onerror = () => reject(wanted.error);
  });

export class Store {
  /** `secret` is the key, 64 hexadecimal digits; `space` keeps the conversations of several collections apart. */
  static async open(secret, space) {
    const key = await crypto.subtle.importKey("raw", bytes(secret), "AES-GCM", false, ["encrypt", "decrypt"]);
    const opening = indexedDB.open(`${NAME}-${space}`, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(TABLE, { keyPath: "id" });
    return new Store(await done(opening), key);
  }

  constructor(database, key) {
    this.database = database;
    this.key = key;
  }

  table(mode) {
    return this.database.transaction(TABLE, mode).objectStore(TABLE);
  }

  /** All conversations that can be read, the one used last first. */
  async all() {
    const rows = await done(this.table("readonly").getAll());
    const read = await Promise.all(rows.map((row) => this.decrypted(row)));
    return read.filter(Boolean).sort((a, b) => b.used - a.used);
  }

  async decrypted({ id, iv, data }) {
    try {
      const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: bytes(id) }, this.key, data);
      return JSON.parse(new TextDecoder().decode(plain));
    } catch {
      return null; // of another secret, or damaged
    }
  }

  async put(conversation) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const text = new TextEncoder().encode(JSON.stringify(conversation));
    const id = conversation.id;
    const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bytes(id) }, this.key, text);
    await done(this.table("readwrite").put({ id, iv, data }));
  }

  remove(id) {
    return done(this.table("readwrite").delete(id));
  }

  clear() {
    return done(this.table("readwrite").clear());
  }
}

/** A new id: 32 hexadecimal digits. */
export const newId = () => crypto.randomUUID().replaceAll("-", "");
