// The speaker's view: a second window with this beat's row of the plan, what comes next, and the clock.
import { make } from "./stage.js";

const SIZE = "popup,width=900,height=700";
const STYLE = `body { font: 22px/1.5 sans-serif; margin: 24px } dt { font-weight: bold } dd { margin: 0 0 12px }
  .clock { font-size: 40px }`;

/** A text of the teacher's page without its marks for bold, italics and code. */
const plain = (words) => words.replace(/\*|`/g, "");

export class Speaker {
  /** onKey hears the keys of the window, so that a clicker works in it as well. */
  constructor(onKey) {
    this.onKey = onKey;
    this.began = Number((sessionStorage["lecture-began"] ??= Date.now()));
  }

  /** Open the window, or bring it to the front; a reload of the show finds it by its name. */
  open() {
    this.window = window.open("", "lecture-speaker", SIZE);
    if (!this.window) {
      return;
    }
    const { document: page } = this.window;
    page.title = "Speaker's view";
    page.head.replaceChildren(make("style", "", STYLE));
    this.clock = make("p", "clock");
    this.list = make("dl", "");
    page.body.replaceChildren(this.clock, this.list);
    this.window.onkeydown = this.onKey;
    this.ticking ??= setInterval(() => this.tick(), 1000);
    this.show();
  }

  /** What stands in the window: pairs of a name and words. until: the minutes that the plan gives up to here. */
  show(beat = this.beat) {
    this.beat = beat;
    if (!this.window || this.window.closed || !beat) {
      return;
    }
    const pairs = Object.entries(beat.words).filter(([, words]) => words);
    this.list.replaceChildren(...pairs.flatMap(([name, words]) => [make("dt", "", name), make("dd", "", plain(words))]));
    this.tick();
  }

  tick() {
    if (this.window && !this.window.closed) {
      const minutes = Math.floor((Date.now() - this.began) / 60_000);
      const time = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
      const planned = this.beat?.until ? `, planned up to here: ${this.beat.until}` : "";
      this.clock.textContent = `${time} · ${minutes} min since the start${planned}`;
    }
  }
}
