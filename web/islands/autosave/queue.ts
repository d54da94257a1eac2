/**
 * Answers that the server does not have yet: the latest values of each field, in the order of their change.
 *
 * It lies in localStorage and is read anew for every step, so that several tabs share it. Where storage is refused (private windows, a
 * full disk) it lasts as long as the page.
 */
export class Queue {
  private static readonly KEY = "keel.unsaved.1";
  /** The queue itself where the last write to the storage was refused. */
  private memory: Array<[string, string[]]> | undefined;

  constructor(private readonly storage: () => Storage) {}

  /** Adds the values of a field; older ones of the same field are superseded. */
  put(name: string, values: string[]): void {
    this.write([...this.read().filter(([other]) => other !== name), [name, values]]);
  }

  /** The oldest one. */
  first(): [string, string[]] | undefined {
    return this.read()[0];
  }

  entries(): Array<[string, string[]]> {
    return this.read();
  }

  /** Removes what was sent, unless the field has changed in the meantime. */
  remove(name: string, sent: string[]): void {
    const same = (values: string[]) => JSON.stringify(values) === JSON.stringify(sent);
    this.write(this.read().filter(([other, values]) => other !== name || !same(values)));
  }

  private read(): Array<[string, string[]]> {
    if (this.memory) return this.memory;
    try {
      const parsed: unknown = JSON.parse(this.storage().getItem(Queue.KEY) ?? "[]");
      return Array.isArray(parsed) ? parsed.filter(isEntry) : [];
    } catch {
      return [];
    }
  }

  private write(entries: Array<[string, string[]]>): void {
    try {
      if (entries.length === 0) this.storage().removeItem(Queue.KEY);
      else this.storage().setItem(Queue.KEY, JSON.stringify(entries));
      this.memory = undefined;
    } catch {
      this.memory = entries;
    }
  }
}

function isEntry(entry: unknown): entry is [string, string[]] {
  if (!Array.isArray(entry) || entry.length !== 2) return false;
  const [name, values] = entry as [unknown, unknown];
  return typeof name === "string" && Array.isArray(values) && values.every((value) => typeof value === "string");
}
