import { z } from 'zod';
import { pathText } from './path-text.js';

export interface Issue {
  /** `items[0].name`; empty for the value itself. */
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/** Checks a value against the author's schema, defaults applied; what is refused is said as data, nothing is thrown. */
export function parseValue<S extends z.core.$ZodType>(schema: S, input: unknown): Parsed<z.output<S>> {
  const parsed = z.safeParse(schema, input);
  if (parsed.success) return { ok: true, value: parsed.data };
  return {
    ok: false,
    issues: parsed.error.issues.map(({ path, code, message }) => ({ path: pathText(path), code, message })),
  };
}

/** As `parseValue`; besides, nothing at all is no result, because JSON cannot say it. */
export function parseResultValue<S extends z.core.$ZodType>(schema: S, input: unknown): Parsed<z.output<S>> {
  const parsed = parseValue(schema, input);
  if (!parsed.ok || parsed.value !== undefined) return parsed;
  return {
    ok: false,
    issues: [{ path: '', code: 'missing', message: 'return null to say that there is nothing' }],
  };
}
