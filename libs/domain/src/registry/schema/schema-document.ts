import type { JsonObject, JsonValue } from '@action-do/contracts';
import canonicalize from 'canonicalize';
import type { Budget } from './budget.js';
import { isObject, own } from './keywords.js';

const DIALECT = /^https:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/;
/** These make a `$ref` lead somewhere else than its pointer says. */
const ANCHORS = ['$anchor', '$dynamicAnchor', '$dynamicRef', '$recursiveAnchor', '$recursiveRef'];

/** One schema object of a document: the same object, the same id. */
export interface Constraint {
  readonly id: number;
  readonly schema: JsonObject;
  readonly document: SchemaDocument;
}

/** A whole schema, within which its references lead. */
export class SchemaDocument {
  private readonly constraints = new Map<JsonObject, Constraint>();
  private readonly texts = new Map<readonly JsonValue[], ReadonlySet<string>>();
  /** Whether all that it says is in it, under pointers; else it can only be compared as a whole. */
  readonly selfContained: boolean;
  readonly hasDefaults: boolean;

  /** @param name tells it from the other one */
  constructor(
    readonly name: 'standing' | 'given',
    readonly root: JsonObject,
    readonly budget: Budget,
  ) {
    const seen = { foreign: false, defaults: false };
    const dialect = own(root, '$schema');
    if (dialect !== undefined && !(typeof dialect === 'string' && DIALECT.test(dialect))) seen.foreign = true;
    this.survey(root, seen);
    this.selfContained = !seen.foreign;
    this.hasDefaults = seen.defaults;
  }

  constraint(schema: JsonObject): Constraint {
    const known = this.constraints.get(schema);
    if (known !== undefined) return known;
    const constraint = { id: this.constraints.size, schema, document: this };
    this.constraints.set(schema, constraint);
    return constraint;
  }

  /** What a `$ref` leads to; undefined where that is not within this document. */
  resolve(ref: JsonValue | undefined): JsonValue | undefined {
    if (typeof ref !== 'string' || !/^#(\/|$)/.test(ref)) return undefined;
    let at: JsonValue | undefined = this.root;
    for (const token of ref.split('/').slice(1)) {
      this.budget.take();
      const key = decoded(token);
      if (key === undefined || typeof at !== 'object' || at === null) return undefined;
      at = Object.hasOwn(at, key) ? Object.getOwnPropertyDescriptor(at, key)?.value : undefined;
    }
    return isObject(at) || typeof at === 'boolean' ? at : undefined;
  }

  /** Each of these values as text; equal texts, equal values. */
  textsOf(values: readonly JsonValue[]): ReadonlySet<string> {
    const known = this.texts.get(values);
    if (known !== undefined) return known;
    this.budget.take(values.length);
    const texts = new Set(values.map(textOf));
    this.texts.set(values, texts);
    return texts;
  }

  private survey(value: JsonValue, seen: { foreign: boolean; defaults: boolean }): void {
    this.budget.take();
    if (typeof value !== 'object' || value === null) return;
    if (!Array.isArray(value)) {
      if (Object.hasOwn(value, 'default')) seen.defaults = true;
      if (ANCHORS.some((anchor) => typeof own(value, anchor) === 'string')) seen.foreign = true;
      if (value !== this.root && typeof own(value, '$id') === 'string') seen.foreign = true;
    }
    for (const member of Object.values(value)) this.survey(member, seen);
  }
}

/** @throws Error half a surrogate pair: there is no such text */
export const textOf = (value: JsonValue): string => canonicalize(value) ?? '';

function decoded(token: string): string | undefined {
  try {
    return decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return undefined;
  }
}
