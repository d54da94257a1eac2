/**
 * A clock beside a test.
 *
 * An element with `data-timer="down|up"` and `data-seconds` gets a button: down runs to nought, up runs until it is stopped or the end is
 * reached. A time that ran up is put into the field whose id stands in `data-field`, where there is one and it is empty. Without this script
 * the box stays hidden, and the person uses any clock.
 */

/** How often the clock is looked at, milliseconds. */
const TICK = 200;

class Timer {
  private readonly button = document.createElement("button");
  private readonly shown = document.createElement("output");
  private readonly seconds: number;
  private readonly down: boolean;
  private began: number | undefined;
  private ticking = 0;

  constructor(private readonly box: HTMLElement) {
    this.seconds = Number(box.dataset.seconds);
    this.down = box.dataset.timer === "down";
    this.button.type = "button";
    this.button.className = "button";
    this.button.dataset.quiet = "";
    this.button.textContent = box.dataset.start ?? "";
    this.shown.setAttribute("role", "timer");
    this.button.addEventListener("click", () => (this.began === undefined ? this.start() : this.stop()));
    box.append(this.button, this.shown);
    box.hidden = false;
  }

  private start(): void {
    this.began = performance.now();
    this.button.textContent = this.box.dataset.stop ?? "";
    this.ticking = window.setInterval(() => this.tick(), TICK);
    this.tick();
  }

  private ran(): number {
    return this.began === undefined ? 0 : (performance.now() - this.began) / 1000;
  }

  private tick(): void {
    this.show(Math.min(Math.floor(this.ran()), this.seconds));
    if (this.ran() >= this.seconds) this.stop();
  }

  private show(ran: number): void {
    const pattern = this.down ? this.box.dataset.left : this.box.dataset.ran;
    this.shown.textContent = (pattern ?? "").replace("0", String(this.down ? this.seconds - ran : ran));
  }

  private stop(): void {
    window.clearInterval(this.ticking);
    const ran = Math.min(Math.round(this.ran()), this.seconds);
    this.show(ran);
    this.began = undefined;
    this.button.textContent = this.box.dataset.start ?? "";
    navigator.vibrate?.(300);
    if (!this.down) this.fill(ran);
  }

  private fill(ran: number): void {
    const field = document.getElementById(this.box.dataset.field ?? "");
    if (field instanceof HTMLInputElement && field.value === "") {
      field.value = String(ran);
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
}

for (const box of document.querySelectorAll<HTMLElement>("[data-timer]")) new Timer(box);
