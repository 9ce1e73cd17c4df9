/** What is remembered of what a process said: enough for whoever looks for the reason, and a process may say much. */
const KEPT_CHARACTERS = 256 * 1_024;

/** The last of what was said, between one and two times as much as is kept: it is cut now and then, not at each word. */
export class KeptWords {
  #text = '';

  get text(): string {
    return this.#text;
  }

  add(text: string): void {
    this.#text += text;
    if (this.#text.length > 2 * KEPT_CHARACTERS) this.#text = this.#text.slice(-KEPT_CHARACTERS);
  }
}
