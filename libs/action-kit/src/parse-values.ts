import { z } from 'zod';
import { HIDDEN, Hiding, secretsFrom } from './hide.js';
import { pathText } from './path-text.js';
import type { Sensitive } from './sensitive.js';

export interface Issue {
  /** `items[0].name`; empty for the value itself. */
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/**
 * Checks a value against the author's schema, defaults applied; what is refused is said as data, nothing is thrown.
 * @param sensitive what of it is not repeated in the author's own messages either
 */
export function parseValue<S extends z.core.$ZodType>(
  schema: S,
  input: unknown,
  sensitive: Sensitive | null = null,
): Parsed<z.output<S>> {
  const parsed = z.safeParse(schema, input, { reportInput: sensitive !== null });
  if (parsed.success) return { ok: true, value: parsed.data };
  const hiding = new Hiding(
    sensitive === null ? [] : secretsFrom(saidOf(sensitive, input, parsed.error.issues)),
  );
  const say = (path: readonly PropertyKey[], message: string): string =>
    sensitive?.covers(path) ? `is refused ${HIDDEN}` : hiding.text(message);
  return {
    ok: false,
    issues: parsed.error.issues.map(({ path, code, message }) => ({
      path: pathText(path),
      code,
      message: say(path, message),
    })),
  };
}

/** As sent, and as the schema had changed it when it was refused. */
const saidOf = (sensitive: Sensitive, input: unknown, issues: readonly z.core.$ZodIssue[]): string[] => [
  ...sensitive.textsIn(input),
  ...issues.flatMap(({ input: seen, path }) => [
    ...sensitive.textsIn(seen, path),
    ...sensitive.textsIn(seen),
  ]),
];

/** As `parseValue`; besides, nothing at all is no result, because JSON cannot say it. */
export function parseResultValue<S extends z.core.$ZodType>(
  schema: S,
  input: unknown,
  sensitive: Sensitive | null = null,
): Parsed<z.output<S>> {
  const parsed = parseValue(schema, input, sensitive);
  if (!parsed.ok || parsed.value !== undefined) return parsed;
  return {
    ok: false,
    issues: [{ path: '', code: 'missing', message: 'return null to say that there is nothing' }],
  };
}
