/** Of a line without an end as much is held back; what comes behind that is passed on as it comes. */
const HELD_CHARACTERS_MAX = 64 * 1_024;

/** Cuts what a process says where a line ends: several say it to one output, and half a line would be joined with another's. */
export class WholeLines {
  #held = '';

  /** @returns what may be passed on; perhaps nothing */
  take(text: string): string {
    const all = this.#held + text;
    const lineEnd = all.lastIndexOf('\n') + 1;
    const cut = all.length - lineEnd > HELD_CHARACTERS_MAX ? all.length : lineEnd;
    this.#held = all.slice(cut);
    return all.slice(0, cut);
  }

  /** The last line of whoever ended within it: it gets its end. */
  rest(): string {
    const held = this.#held;
    this.#held = '';
    return held === '' ? '' : `${held}\n`;
  }
}
