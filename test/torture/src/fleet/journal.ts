import { appendFileSync, writeFileSync } from 'node:fs';

/** A file of JSON lines: what was done, when, and what came of it. Each line tells the mode and the seed. */
export class Journal {
  constructor(
    readonly file: string,
    private readonly run: { readonly mode: string; readonly seed: number },
  ) {
    writeFileSync(file, '');
  }

  note(what: string, fields: object): void {
    const line = { at: new Date().toISOString(), ...this.run, what, ...fields };
    appendFileSync(this.file, `${JSON.stringify(line)}\n`);
  }
}
