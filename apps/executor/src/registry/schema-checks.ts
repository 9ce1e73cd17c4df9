import type { Issue, JsonObject, JsonValue } from '@action-do/contracts';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { boundedCheck, mayTakeLong } from './bounded-check.js';

const OPTIONS = {
  allErrors: true,
  validateFormats: false,
  strict: false,
  ownProperties: true,
  addUsedSchema: false,
} as const;

/**
 * One for all actions, since each would check and compile the meta-schema anew; schemas are not kept by their `$id`,
 * so two actions may use the same. Formats come with a pattern of their own where zod made the schema, and the
 * author's zod looks again.
 */
const ofParams = compilerWith({ ...OPTIONS, useDefaults: true });
/** What an action gave is recorded as it was given. */
const ofResults = compilerWith(OPTIONS);

/**
 * Whose schema it is. What this process performs itself is code that could keep it waiting in any case, so its schemas are
 * not watched, which would cost more than the check.
 */
export type SchemaAuthor = 'own' | 'other';

/** Compiles a params schema (JSON Schema 2020-12) into a check that also fills in defaults, in place. */
export function compileParamsCheck(
  schema: JsonObject,
  author: SchemaAuthor = 'other',
): (params: JsonObject) => Issue[] {
  const check = by(author, ofParams(schema));
  return (params) => issuesOf(check, params, 'params');
}

/** Compiles a result schema into a check that changes nothing. */
export function compileResultCheck(
  schema: JsonObject,
  author: SchemaAuthor = 'other',
): (result: JsonValue) => Issue[] {
  const check = by(author, ofResults(schema));
  return (result) => issuesOf(check, result, 'result');
}

const ISSUES_MAX = 20;

type Validate = ReturnType<Ajv2020['compile']>;

interface Compiled {
  readonly validate: Validate;
  /** Whether it may take for ever. */
  readonly watched: boolean;
}

const by = (author: SchemaAuthor, { validate, watched }: Compiled): Compiled => ({
  validate,
  watched: watched && author === 'other',
});

/** Checks that are kept beyond the executor that compiled them. */
const KEPT_MAX = 500;

/**
 * The same schema is compiled once, which takes milliseconds: for tenants that register the same contract, and for
 * whoever makes several executors of the same definitions. The oldest are forgotten, and live on where they are used.
 */
function compilerWith(options: ConstructorParameters<typeof Ajv2020>[0]): (schema: JsonObject) => Compiled {
  const compiler = new Ajv2020(options);
  const compiled = new Map<string, Compiled>();
  return (schema) => {
    const text = JSON.stringify(schema);
    const known = compiled.get(text);
    if (known !== undefined) return known;
    const check = { validate: compile(compiler, schema), watched: mayTakeLong(text) };
    const [oldest] = compiled.size >= KEPT_MAX ? compiled.keys() : [];
    if (oldest !== undefined) compiled.delete(oldest);
    compiled.set(text, check);
    return check;
  };
}

let compiledCount = 0;

function compile(compiler: Ajv2020, schema: JsonObject): Validate {
  // A name of its own, by which it refers to itself: two may have the same `$id`, and one may call itself the meta-schema.
  const named = { ...objectWith(schema, inOrder), $id: `https://schema.invalid/${++compiledCount}` };
  const validate = compiler.compile(named);
  // What was compiled stands by itself; kept here too, contracts that were replaced would pile up.
  compiler.removeSchema(named);
  // Such a check would give a promise, and any promise passes for "valid".
  if ('$async' in validate && validate.$async === true) throw new Error('$async is not supported');
  return validate;
}

/**
 * The order in which patterns are tried tells whose default is filled in, and is none of a contract's words: written
 * down in another order it is the same contract, with the same digest.
 */
function inOrder(value: JsonValue, keyword: string): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => inOrder(one, ''));
  const entries = objectWith(value, inOrder);
  return keyword === 'patternProperties'
    ? Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)))
    : entries;
}

const objectWith = (object: JsonObject, to: (value: JsonValue, key: string) => JsonValue): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, to(value, key)]));

function issuesOf({ validate, watched }: Compiled, value: unknown, root: string): Issue[] {
  const valid = watched ? boundedCheck(() => validate(value) === true) : validate(value);
  if (valid === null)
    return [
      { path: root, code: 'unchecked', message: 'takes too long to check by the schema of this action' },
    ];
  if (valid) return [];
  return (validate.errors ?? []).slice(0, ISSUES_MAX).map((error: ErrorObject) => toIssue(error, root));
}

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
