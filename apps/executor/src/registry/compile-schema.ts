import type { JsonObject, JsonValue } from '@action-do/contracts';
import { Ajv2020, type Options } from 'ajv/dist/2020.js';
import { bounded } from './bounded.js';

/** How long one schema may keep everybody else in this process waiting while it is compiled; twice, at the most. */
const COMPILE_MS_MAX = 500;
/**
 * What a check is compiled to, characters: some 1,400 members that have a type and a bound, in a third of a second.
 * What is refused should not hang on how busy a machine is, so most of what is too much is too much by this.
 */
const CODE_LENGTH_MAX = 1_000_000;

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

const OPTIONS = {
  allErrors: true,
  // Formats come with a pattern of their own where zod made the schema, and the author's zod looks again.
  validateFormats: false,
  validateSchema: false,
  strict: false,
  ownProperties: true,
  addUsedSchema: false,
  // Else a copy of what is referred to stands in each place that refers to it: kilobytes become hundreds of megabytes.
  // And defaults would be filled in by the copies under `not` and `anyOf` or not, as annotations within have it.
  inlineRefs: false,
  // Would print the whole code where it is none.
  logger: false,
} as const;

type Validate = ReturnType<Ajv2020['compile']>;

export interface CompiledSchema {
  readonly validate: Validate;
  /** Characters of the code; it is kept in about twice as many bytes. */
  readonly codeLength: number;
}

export interface CompileOptions {
  readonly useDefaults: boolean;
  /** Whether it is stopped after a while. */
  readonly watched: boolean;
}

/** It may be a schema; there is no check by it, for it would be too much of one. */
export class SchemaTooMuch extends Error {}

/**
 * Compiles a schema by itself: what one declares, wherever it does, is nothing to another, and goes with it.
 * @throws Error it is no JSON Schema 2020-12  @throws SchemaTooMuch
 */
export function compileSchema(schema: JsonObject, { useDefaults, watched }: CompileOptions): CompiledSchema {
  const meta = metaSchema();
  const work = () => compiled(meta, schema, { ...OPTIONS, useDefaults });
  const check = watched ? bounded(work, COMPILE_MS_MAX) : work();
  if (check === null)
    throw new SchemaTooMuch(`it goes too deep, or takes more than ${COMPILE_MS_MAX} ms to compile`);
  return check;
}

function compiled(meta: Ajv2020, schema: JsonObject, options: Options): CompiledSchema {
  let codeLength = 0;
  const process = (code: string): string => {
    codeLength += code.length;
    if (codeLength > CODE_LENGTH_MAX)
      throw new SchemaTooMuch(
        `it says too much at once: its check would have over ${CODE_LENGTH_MAX.toLocaleString('en')} characters of code`,
      );
    return code;
  };
  const { $schema = DIALECT, ...words } = objectWith(schema, inOrder);
  // Each other one, and each part of ours, would be looked for and kept under that name.
  if ($schema !== DIALECT && $schema !== `${DIALECT}#`) throw new Error(`$schema is not ${DIALECT}`);
  // A name of its own, by which it refers to itself: one may call itself the meta-schema.
  const named = { ...words, $id: 'https://schema.invalid/' };
  meta.validateSchema(named, true);
  // To optimize takes longer than all else, and saves a tenth of a microsecond a check.
  const validate = new Ajv2020({ ...options, code: { optimize: false, process } }).compile(named);
  // Such a check would give a promise, and any promise passes for "valid".
  if ('$async' in validate && validate.$async === true) throw new Error('$async is not supported');
  return { validate, codeLength };
}

let meta: Ajv2020 | undefined;

/** One for all schemas: its own takes longer to compile than theirs. */
function metaSchema(): Ajv2020 {
  if (meta !== undefined) return meta;
  meta = new Ajv2020(OPTIONS);
  // Now, not while somebody holds a watch.
  meta.validateSchema({});
  return meta;
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
