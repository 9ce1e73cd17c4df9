import type { z } from 'zod';
import type { ActionContext } from './action-context.js';
import type { JsonObject } from './json.js';
import type { Parsed } from './parse-values.js';
import type { ActionPolicy } from './policy.js';

/** What a probe found out about the effect of earlier attempts. */
export type ProbeAnswer<T> =
  | { readonly state: 'applied'; readonly result: T }
  | { readonly state: 'not-applied' }
  | { readonly state: 'unknown' };

/** The author's code. Methods, so that a definition of particular params is still a definition of any. */
export interface ActionCode<P extends z.ZodObject, R extends z.ZodType> {
  /** Does the work. Gets the params with defaults applied. */
  run(params: z.output<P>, ctx: ActionContext): z.input<R> | Promise<z.input<R>>;
  /** Takes the work back; must bear being repeated. */
  undo?(params: z.output<P>, result: z.output<R>, ctx: ActionContext): void | Promise<void>;
  /** Tells whether the effect happened. Required by, and only for, effects 'verifiable'. */
  probe?(params: z.output<P>, ctx: ActionContext): ProbeAnswer<z.input<R>> | Promise<ProbeAnswer<z.input<R>>>;
}

/** An action, checked and frozen, as `defineAction` makes it. */
export interface ActionDefinition<
  P extends z.ZodObject = z.ZodObject,
  R extends z.ZodType = z.ZodType,
  N extends string = string,
> extends Readonly<ActionCode<P, R>> {
  readonly name: N;
  readonly version: number;
  readonly description: string;
  readonly policy: ActionPolicy;
  /** How many attempts of it one process runs at once; absent: as many as that process runs of all. */
  readonly concurrency?: number;
  /** JSON Schema 2020-12 of what callers send and of what they get. */
  readonly paramsJsonSchema: JsonObject;
  readonly resultJsonSchema: JsonObject;
  /** What is legal but rarely meant. Whoever loads the definition prints it. */
  readonly warnings: readonly string[];
  parseParams(input: unknown): Parsed<z.output<P>>;
  parseResult(input: unknown): Parsed<z.output<R>>;
  /** For the type checker only, never set: what callers send and get, readable without this package. */
  readonly '~types'?: { readonly params: z.input<P>; readonly result: z.output<R> };
}

/** What a caller of the action sends: fields with a default may be left out. */
export type ActionParams<D extends { readonly '~types'?: { params: unknown } }> = NonNullable<
  D['~types']
>['params'];
/** What a caller of the action gets. */
export type ActionResult<D extends { readonly '~types'?: { result: unknown } }> = NonNullable<
  D['~types']
>['result'];

/** Symbol.for, so that definitions of another copy of this package are known too. */
const MARK = Symbol.for('do-sdk.action-definition');

/** Marks and freezes a definition. */
export function sealDefinition<D extends object>(definition: D): Readonly<D> {
  Object.defineProperty(definition, MARK, { value: true });
  return deepFreeze(definition);
}

/** True for what `defineAction` of any copy of this package made. */
export const isActionDefinition = (value: unknown): value is ActionDefinition =>
  typeof value === 'object' && value !== null && MARK in value;

function deepFreeze<T extends object>(value: T): Readonly<T> {
  for (const member of Object.values(value)) if (typeof member === 'object' && member) deepFreeze(member);
  return Object.freeze(value);
}
