import type { CompiledSchema } from './compile-schema.js';

/** Characters of code and of schemas: some thousands of the usual contracts, and at most about 40 MB. */
const KEPT_LENGTH_MAX = 16_000_000;

/**
 * Compiled checks, by the text of their schemas: the same one is compiled once for all tenants, and for whoever makes several
 * executors of the same definitions. Bounded by what they are made of; those that nobody used for longest are forgotten.
 */
export class KeptChecks {
  private readonly byText = new Map<string, CompiledSchema>();
  private length = 0;

  constructor(private readonly lengthMax = KEPT_LENGTH_MAX) {}

  get(text: string): CompiledSchema | undefined {
    const check = this.byText.get(text);
    if (check === undefined) return undefined;
    this.byText.delete(text);
    this.byText.set(text, check);
    return check;
  }

  /** What is too long by itself is not kept. */
  add(text: string, check: CompiledSchema): void {
    this.length += lengthOf(text, check);
    this.byText.set(text, check);
    for (const [oldest, kept] of this.byText) {
      if (this.length <= this.lengthMax) return;
      this.byText.delete(oldest);
      this.length -= lengthOf(oldest, kept);
    }
  }
}

const lengthOf = (text: string, { codeLength }: CompiledSchema): number => text.length + codeLength;
