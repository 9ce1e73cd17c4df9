import type { JsonObject, JsonValue } from '@action-do/contracts';
import canonicalize from 'canonicalize';
import { type Budget, Untold } from './budget.js';
import { isObject, own } from './keywords.js';

const DIALECT = /^https:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/;
const META_SCHEMA = /^https:\/\/json-schema\.org\/draft\/2020-12\//;
/** These make a `$ref` lead somewhere else than its pointer says. */
const ANCHORS = ['$anchor', '$dynamicAnchor', '$dynamicRef', '$recursiveAnchor', '$recursiveRef'];

/** Characters that are put in canonical order, and that are compared, in about the time of one other step. */
const WRITTEN_A_STEP = 16;
const COMPARED_A_STEP = 4_096;

/** Whether a pattern of JSON Schema stands in a text; null where that took too long to tell. */
export type Matches = (pattern: string, text: string) => boolean | null;

/** One schema object of a document: the same object, the same id. */
export interface Constraint {
  readonly id: number;
  readonly schema: JsonObject;
  readonly document: SchemaDocument;
}

/** A whole schema, within which its references lead. */
export class SchemaDocument {
  private readonly constraints = new Map<JsonObject, Constraint>();
  private readonly texts = new WeakMap<object, string>();
  private readonly lists = new WeakMap<readonly JsonValue[], ReadonlySet<string>>();
  /** What there is under each name that a reference may have after its `#`. */
  private readonly anchors = new Map<string, JsonObject[]>();
  /** Whether all that it says is in it, under pointers; else it can only be compared as a whole. */
  readonly selfContained: boolean;
  readonly hasDefaults: boolean;

  /** @param name tells it from the other one */
  constructor(
    readonly name: 'standing' | 'given',
    readonly root: JsonObject,
    readonly budget: Budget,
    private readonly tryPattern: Matches = () => null,
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
    // Not its member '': so has it what checks by it.
    if (ref === '#/') return this.root;
    let at: JsonValue | undefined = this.root;
    for (const token of ref.split('/').slice(1)) {
      this.budget.take();
      const key = decoded(token);
      if (key === undefined || typeof at !== 'object' || at === null) return undefined;
      at = Object.hasOwn(at, key) ? Object.getOwnPropertyDescriptor(at, key)?.value : undefined;
    }
    return isObject(at) || typeof at === 'boolean' ? at : undefined;
  }

  /** All that a `$ref` may lead to; undefined where that cannot be told. What JSON Schema itself is leads to no other. */
  targetsOf(ref: JsonValue): readonly JsonValue[] | undefined {
    const target = this.resolve(ref);
    if (target !== undefined || typeof ref !== 'string') return target === undefined ? undefined : [target];
    return META_SCHEMA.test(ref) ? [] : this.anchors.get(ref);
  }

  matches(pattern: JsonValue, text: string): boolean | null {
    this.budget.take();
    return typeof pattern === 'string' ? this.tryPattern(pattern, text) : null;
  }

  /** A value, of this document or not, as text: written once, since long ones are asked for again and again. @throws Untold */
  textOf(value: JsonValue): string {
    const known = typeof value === 'object' && value !== null ? this.texts.get(value) : undefined;
    const text = known ?? canonical(value);
    this.budget.take(1 + Math.floor(text.length / (known === undefined ? WRITTEN_A_STEP : COMPARED_A_STEP)));
    if (typeof value === 'object' && value !== null) this.texts.set(value, text);
    return text;
  }

  /** Each of these values as text. @throws Untold */
  textsOf(values: readonly JsonValue[]): ReadonlySet<string> {
    this.budget.take();
    const known = this.lists.get(values);
    if (known !== undefined) return known;
    const texts = new Set(values.map((value) => this.textOf(value)));
    this.lists.set(values, texts);
    return texts;
  }

  private survey(value: JsonValue, seen: { foreign: boolean; defaults: boolean }): void {
    this.budget.take();
    if (typeof value !== 'object' || value === null) return;
    if (!Array.isArray(value)) {
      if (Object.hasOwn(value, 'default')) seen.defaults = true;
      if (ANCHORS.some((anchor) => typeof own(value, anchor) === 'string')) seen.foreign = true;
      this.noteAnchors(value);
      if (value !== this.root && typeof own(value, '$id') === 'string') seen.foreign = true;
    }
    for (const member of Object.values(value)) this.survey(member, seen);
  }

  private noteAnchors(schema: JsonObject): void {
    for (const keyword of ['$anchor', '$dynamicAnchor']) {
      const name = own(schema, keyword);
      if (typeof name !== 'string') continue;
      const named = this.anchors.get(`#${name}`) ?? [];
      named.push(schema);
      this.anchors.set(`#${name}`, named);
    }
  }
}

/** Equal texts, equal values. @throws Untold half a surrogate pair: there is no such text */
export function canonical(value: JsonValue): string {
  try {
    return canonicalize(value) ?? '';
  } catch {
    throw new Untold();
  }
}

function decoded(token: string): string | undefined {
  try {
    return decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return undefined;
  }
}
