/**
 * Saves each answer as it is given.
 *
 * A form that holds an element with `data-saving="/save"` is watched. A changed field is first put into a queue in localStorage and leaves it
 * only when the server has it, so neither a dead network nor a closed tab loses an answer; what is still in the queue when a page opens is
 * put back into the fields and sent. The queue knows the latest value of a field only, so replaying it is harmless.
 * Without this script the form is sent whole, as any form.
 */

import { Queue } from "./queue";

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
type State = "saved" | "saving" | "unsaved" | "signed-out";

/** What became of one sending. */
type Outcome = "taken" | "refused" | "signed-out" | "later";

interface Problem {
  message?: string;
  hint?: string;
}

/** Milliseconds of rest while typing before it counts as an answer. */
const TYPING_PAUSE = 900;
/** Milliseconds until the next try, doubled up to the longest. */
const FIRST_PAUSE = 2_000;
const LONGEST_PAUSE = 30_000;

class Autosave {
  private readonly queue = new Queue(() => window.localStorage);
  private readonly typing = new Map<string, number>();
  private sending = false;
  private pause = FIRST_PAUSE;
  private timer = 0;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly status: HTMLElement,
    private readonly url: string,
  ) {}

  start(): void {
    this.restore();
    this.form.addEventListener("change", (event) => this.changed(event.target));
    this.form.addEventListener("input", (event) => this.typed(event.target));
    window.addEventListener("online", () => void this.flush());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") void this.flush();
      else this.settle();
    });
    void this.flush();
  }

  /** The answer to a question: all values of the fields of that name, as the form would send them. */
  private values(name: string): string[] {
    return new FormData(this.form).getAll(name).filter((value): value is string => typeof value === "string" && value !== "");
  }

  private changed(target: EventTarget | null): void {
    const name = fieldName(target);
    if (name === undefined) return;
    window.clearTimeout(this.typing.get(name));
    this.typing.delete(name);
    this.queue.put(name, this.values(name));
    void this.flush();
  }

  private typed(target: EventTarget | null): void {
    const name = fieldName(target);
    // Ticks and choices are whole answers at once and come as changes.
    if (name === undefined || !isTyped(target)) return;
    window.clearTimeout(this.typing.get(name));
    this.typing.set(name, window.setTimeout(() => this.changed(target), TYPING_PAUSE));
  }

  /** Takes what is being typed as it stands, because the page may be gone in a moment. */
  private settle(): void {
    for (const [name, timer] of this.typing) {
      window.clearTimeout(timer);
      this.queue.put(name, this.values(name));
    }
    this.typing.clear();
    void this.flush();
  }

  /** Puts answers that never reached the server back into their fields. */
  private restore(): void {
    for (const [name, values] of this.queue.entries()) {
      for (const element of this.form.querySelectorAll<Field>(`[name="${CSS.escape(name)}"]`)) {
        if (element instanceof HTMLInputElement && (element.type === "radio" || element.type === "checkbox")) {
          element.checked = values.includes(element.value);
        } else if (!(element instanceof HTMLInputElement && element.type === "hidden")) {
          element.value = values[0] ?? "";
        }
      }
    }
  }

  /** Sends the queue, one answer after the other, until it is empty or the network is. */
  private async flush(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    window.clearTimeout(this.timer);
    try {
      for (let next = this.queue.first(); next !== undefined; next = this.queue.first()) {
        this.show("saving");
        const [name, values] = next;
        const outcome = await this.send(name, values);
        if (outcome === "taken" || outcome === "refused") {
          this.queue.remove(name, values);
          this.pause = FIRST_PAUSE;
          this.show(outcome === "taken" ? "saved" : undefined);
        } else {
          this.show(outcome === "signed-out" ? "signed-out" : "unsaved");
          this.again();
          return;
        }
      }
    } finally {
      this.sending = false;
    }
  }

  private again(): void {
    this.timer = window.setTimeout(() => void this.flush(), this.pause);
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
  }

  private async send(name: string, values: string[]): Promise<Outcome> {
    const body = new URLSearchParams();
    for (const value of values.length > 0 ? values : [""]) body.append(name, value);
    let response: Response;
    try {
      response = await fetch(this.url, {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        credentials: "same-origin",
        redirect: "error",
        keepalive: true,
      });
    } catch {
      return "later";
    }
    if (response.ok) {
      this.explain(name, "");
      // An answer that is an emergency does not wait for the button.
      if (response.headers.get("keel-stop") === "/stop") window.location.assign("/stop");
      return "taken";
    }
    if (response.status === 401) return "signed-out";
    if (response.status >= 500 || response.status === 429) return "later";
    const problem: Problem = await response.json().catch(() => ({}));
    this.explain(name, [problem.message, problem.hint].filter(Boolean).join(" "));
    return "refused";
  }

  /** Shows at its question what is wrong with an answer; nothing once it is right. */
  private explain(name: string, text: string): void {
    const question = this.form.querySelector<HTMLElement>(`[data-path="${CSS.escape(name)}"]`);
    const message = question?.querySelector<HTMLElement>("[data-error]");
    if (!question || !message) return;
    message.textContent = text;
    message.parentElement?.toggleAttribute("hidden", text === "");
    question.toggleAttribute("data-wrong", text !== "");
    const field = question.querySelector<HTMLInputElement>("input[aria-describedby]");
    if (text === "") field?.removeAttribute("aria-invalid");
    else field?.setAttribute("aria-invalid", "true");
  }

  private show(state: State | undefined): void {
    const words: Record<State, string | undefined> = {
      saved: this.status.dataset["savedText"],
      saving: this.status.dataset["savingText"],
      unsaved: this.status.dataset["unsavedText"],
      "signed-out": this.status.dataset["signedOutText"],
    };
    // "Saving" says nothing new while the network is known to be away.
    if (state === "saving" && (this.status.dataset["state"] ?? "saved") !== "saved") return;
    if (state === undefined) delete this.status.dataset["state"];
    else this.status.dataset["state"] = state;
    this.status.textContent = state === undefined ? "" : (words[state] ?? "");
  }
}

function isTyped(target: EventTarget | null): boolean {
  if (target instanceof HTMLTextAreaElement) return true;
  return target instanceof HTMLInputElement && !["radio", "checkbox", "date", "time", "hidden"].includes(target.type);
}

function fieldName(target: EventTarget | null): string | undefined {
  const field = target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;
  return field && target.name !== "" ? target.name : undefined;
}

for (const status of document.querySelectorAll<HTMLElement>("[data-saving]")) {
  const form = status.closest("form");
  const url = status.dataset["saving"];
  if (form && url) new Autosave(form, status, url).start();
}
