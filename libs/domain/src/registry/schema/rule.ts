import type { JsonValue } from '@action-do/contracts';
import type { Defaults } from './defaults.js';
import type { Facts } from './facts.js';
import type { Path } from './keywords.js';
import type { Constraint, SchemaDocument } from './schema-document.js';

/** What is said of one value, by all of these schemas of a document. */
export type Given = readonly [SchemaDocument, readonly JsonValue[]];
/** What it is held against. */
export type Wanted = readonly [SchemaDocument, JsonValue];

/** How a rule compares what is within the value, or what else is said of it. */
export interface Parts {
  readonly defaults: Defaults;
  /** Of a member or an item: every value valid under all of `given` is valid under `wanted`; else where it breaks. */
  firstBreak(given: Given, wanted: Wanted): Path | undefined;
  /** Of the same value, and without defaults. */
  follows(given: Given, wanted: Wanted): boolean;
}

/**
 * Whether what one schema object says by these keywords follows from what is said already. It may say "broken" where that
 * is not so, and never the other way round.
 */
export interface Rule {
  readonly keywords: readonly string[];
  firstBreak(from: Facts, to: Constraint, parts: Parts): Path | undefined;
}
