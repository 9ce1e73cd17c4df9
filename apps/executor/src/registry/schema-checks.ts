import type { Issue, JsonObject, JsonValue } from '@action-do/contracts';
import type { ErrorObject } from 'ajv/dist/2020.js';
import { bounded } from './bounded.js';
import { type CompiledSchema, compileSchema, SchemaTooMuch } from './compile-schema.js';
import { KeptChecks } from './kept-checks.js';
import { mayTakeLong } from './may-take-long.js';

/** How long one check may keep everybody else in this process waiting; twice, at the most. */
const CHECK_MS_MAX = 250;
const ISSUES_MAX = 20;

/**
 * Whose schema it is. What this process performs itself is code that could keep it waiting in any case, so neither its
 * schemas nor checks by them are watched, which would cost more than the check.
 */
export type SchemaAuthor = 'own' | 'other';

/** What becomes of defaults, and what is spoken of in issues. */
interface Kind {
  readonly root: 'params' | 'result';
  readonly useDefaults: boolean;
  readonly kept: KeptChecks;
}
const PARAMS: Kind = { root: 'params', useDefaults: true, kept: new KeptChecks() };
/** What an action gave is recorded as it was given. */
const RESULT: Kind = { root: 'result', useDefaults: false, kept: new KeptChecks() };

/**
 * A check by a params schema (JSON Schema 2020-12) that also fills in defaults, in place. One's own is compiled at once, that
 * of another when it is used, and again if it was not used for long.
 * @throws Error one's own is no schema
 */
export const paramsCheck = (schema: JsonObject, author: SchemaAuthor): ((params: JsonObject) => Issue[]) =>
  checkBy(PARAMS, schema, author);

/** A check by a result schema, likewise, that changes nothing. */
export const resultCheck = (schema: JsonObject, author: SchemaAuthor): ((result: JsonValue) => Issue[]) =>
  checkBy(RESULT, schema, author);

/** Makes sure that there are checks by the schema of another. @throws Error why there is none */
export function tryParamsSchema(schema: JsonObject): void {
  compiled(PARAMS, schema, JSON.stringify(schema), 'other');
}

/** Likewise of results. @throws Error why there is none */
export function tryResultSchema(schema: JsonObject): void {
  compiled(RESULT, schema, JSON.stringify(schema), 'other');
}

function checkBy(kind: Kind, schema: JsonObject, author: SchemaAuthor): (value: JsonValue) => Issue[] {
  if (author === 'own') {
    const check = compiled(kind, schema, JSON.stringify(schema), author);
    return (value) => issuesOf(check, value, kind, false);
  }
  // Not every version that is known is called.
  let used: { text: string; isWatched: (value: JsonValue) => boolean } | undefined;
  return (value) => {
    if (used === undefined) {
      const text = JSON.stringify(schema);
      used = { text, isWatched: mayTakeLong(text) };
    }
    try {
      return issuesOf(compiled(kind, schema, used.text, author), value, kind, used.isWatched(value));
    } catch (error) {
      // Whoever registered it was told; it may have been compiled on a faster machine.
      if (error instanceof SchemaTooMuch) return [unchecked(kind)];
      throw error;
    }
  };
}

function compiled(
  { kept, useDefaults }: Kind,
  schema: JsonObject,
  text: string,
  author: SchemaAuthor,
): CompiledSchema {
  const known = kept.get(text);
  if (known !== undefined) return known;
  const check = compileSchema(schema, { useDefaults, watched: author === 'other' });
  kept.add(text, check);
  return check;
}

function issuesOf({ validate }: CompiledSchema, value: JsonValue, kind: Kind, watched: boolean): Issue[] {
  const valid = watched ? bounded(() => validate(value) === true, CHECK_MS_MAX) : validate(value);
  if (valid === null) return [unchecked(kind)];
  if (valid) return [];
  const errors = validate.errors ?? [];
  // There may be a hundred thousand, which would be kept until the next check.
  validate.errors = null;
  return errors.slice(0, ISSUES_MAX).map((error: ErrorObject) => toIssue(error, kind.root));
}

const unchecked = ({ root }: Kind): Issue => ({
  path: root,
  code: 'unchecked',
  message: 'takes too long to check by the schema of this action',
});

function toIssue(
  { instancePath, keyword, params, message = 'is not valid' }: ErrorObject,
  root: string,
): Issue {
  const at = `${root}${toPath(instancePath)}`;
  const member = keyword === 'required' ? params['missingProperty'] : params['additionalProperty'];
  if (keyword === 'required') return { path: `${at}.${member}`, code: 'required', message: 'is missing' };
  if (keyword === 'additionalProperties')
    return {
      path: `${at}.${member}`,
      code: 'unknown',
      message: root === 'params' ? 'is not a param of this action' : 'is not in the schema',
    };
  const allowed =
    keyword === 'enum' && Array.isArray(params['allowedValues'])
      ? `: ${params['allowedValues'].join(', ')}`
      : '';
  return { path: at, code: keyword, message: `${message}${allowed}` };
}

/** `/items/0/name` → `.items[0].name` */
const toPath = (pointer: string): string =>
  pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((token) => (/^\d+$/.test(token) ? `[${token}]` : `.${token}`))
    .join('');
