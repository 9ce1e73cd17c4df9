import type { CatalogueVersion } from '@action-do/contracts';

/** Actions that one document holds: what generators and readers still bear. */
export const ACTIONS_MAX = 500;
/** Characters of schemas likewise. */
const SCHEMAS_LENGTH_MAX = 4_000_000;

/** What documents tell of a version. */
export type OfferedVersion = Pick<
  CatalogueVersion,
  'name' | 'version' | 'description' | 'policy' | 'target' | 'paramsJsonSchema' | 'resultJsonSchema'
>;

export interface OfferedVersions {
  readonly versions: readonly OfferedVersion[];
  /** Whether these are all. */
  readonly complete: boolean;
}

/** One version of each action, as many as one document takes: of several of an action the first counts. */
export class FittingVersions {
  readonly #versions = new Map<string, OfferedVersion>();
  #left = SCHEMAS_LENGTH_MAX;
  #isFull = false;

  /** There was one more than fits: no other is taken. */
  get isFull(): boolean {
    return this.#isFull;
  }

  add(version: OfferedVersion): void {
    if (this.#isFull || this.#versions.has(version.name)) return;
    this.#left -= JSON.stringify([version.paramsJsonSchema, version.resultJsonSchema]).length;
    this.#isFull = this.#versions.size >= ACTIONS_MAX || this.#left < 0;
    if (!this.#isFull) this.#versions.set(version.name, version);
  }

  /** @param complete whether all that there are were added */
  taken(complete: boolean): OfferedVersions {
    return { versions: [...this.#versions.values()], complete: complete && !this.#isFull };
  }
}
