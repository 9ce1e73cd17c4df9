import type { z } from 'zod';
import { type ActionCode, type ActionDefinition, sealDefinition } from './action-definition.js';
import { ActionDefinitionError } from './action-definition-error.js';
import { isActionName } from './action-name.js';
import { parseResultValue, parseValue } from './parse-values.js';
import type { PolicyOptions } from './policy.js';
import { checkNumber, onlyKnown, policyWarnings, type Refuse, resolvePolicy } from './resolve-policy.js';
import { toJsonSchema } from './schema/json-schema.js';
import { refuseDefaults } from './schema/refuse-defaults.js';
import { refuseFlags } from './schema/refuse-flags.js';
import { refuseInexpressible } from './schema/refuse-inexpressible.js';
import { refuseInherited } from './schema/refuse-inherited.js';
import { Sensitive } from './sensitive.js';

export interface ActionOptions<P extends z.ZodObject, R extends z.ZodType, N extends string>
  extends PolicyOptions,
    Readonly<ActionCode<P, R>> {
  /** Lower-case words joined by hyphens, such as `send-invoice`; at most 64 characters. Never personal data: names cannot be erased. */
  readonly name: N;
  /** From 1. The same version may change only compatibly: what breaks callers is refused when it is registered, with the path. */
  readonly version?: number;
  /** What it does, in a sentence, for the catalogue. */
  readonly description?: string;
  /** What callers send: a `z.object({ … })`. Unknown properties are refused, save in `z.looseObject`; defaults are filled in. */
  readonly params: P;
  /** What callers get: a zod schema that JSON Schema can express; `z.null()` where there is nothing. */
  readonly result: R;
  /**
   * How many attempts of this version one process runs at once; default: as many as it runs of all (`concurrency` of a
   * worker, `DO_EXECUTOR_SLOTS`). Others wait for their turn in the order in which they came, at most half of what their
   * process lets wait (`queue`, `DO_EXECUTOR_QUEUE`); beyond it, `RATE_LIMITED`. `undo` and `probe` are not counted.
   */
  readonly concurrency?: number;
}

const OPTIONS = {
  code: ['run', 'undo', 'probe'],
  policy: ['effects', 'retry', 'attemptTimeoutMs', 'deadlineMs', 'idempotency'],
  identity: ['name', 'version', 'description', 'params', 'result'],
  process: ['concurrency'],
} as const;

/** As much as a worker runs of all actions. */
const CONCURRENCY_MAX = 100_000;

/**
 * Makes an action out of a contract (name, schemas, policy) and code.
 * @throws ActionDefinitionError something is missing, unknown, out of bounds, or cannot be said in JSON Schema
 */
export function defineAction<const N extends string, P extends z.ZodObject, R extends z.ZodType>(
  options: ActionOptions<P, R, N>,
): ActionDefinition<P, R, N> {
  const { name, version = 1, description = '', params, result, concurrency, run, undo, probe } = options;
  const refuse: Refuse = (complaint) => {
    throw new ActionDefinitionError(name, complaint);
  };
  if (!isActionName(name))
    refuse('name must be lower-case words joined by hyphens, at most 64 characters, such as send-invoice');
  onlyKnown('the definition', options, Object.values(OPTIONS).flat(), refuse);
  if (!Number.isSafeInteger(version) || version < 1)
    refuse(`version is ${String(version)}: write a whole number from 1`);
  if (typeof description !== 'string') refuse('description must be a string');
  const policy = resolvePolicy(options, refuse);
  if (concurrency !== undefined) checkNumber('concurrency', concurrency, [1, CONCURRENCY_MAX], refuse);
  checkCode(options, refuse);
  checkSchemas(params, result, refuse);
  const [paramsJsonSchema, resultJsonSchema] = [
    toJsonSchema(params, 'input'),
    toJsonSchema(result, 'output'),
  ];
  const ofParams = Sensitive.of(paramsJsonSchema);
  const ofResult = Sensitive.of(resultJsonSchema);
  return sealDefinition({
    name,
    version,
    description,
    policy,
    ...(concurrency === undefined ? {} : { concurrency }),
    paramsJsonSchema,
    resultJsonSchema,
    warnings: policyWarnings(policy),
    parseParams: (input: unknown) => parseValue(params, input, ofParams),
    parseResult: (input: unknown) => parseResultValue(result, input, ofResult),
    run,
    ...(undo && { undo }),
    ...(probe && { probe }),
  });
}

function checkCode(
  { run, undo, probe, effects }: Partial<ActionOptions<z.ZodObject, z.ZodType, string>>,
  refuse: Refuse,
) {
  if (typeof run !== 'function') refuse('run is missing: write run: async (params, ctx) => …');
  if (undo !== undefined && typeof undo !== 'function') refuse('undo must be a function');
  if (probe !== undefined && typeof probe !== 'function') refuse('probe must be a function');
  if (effects === 'verifiable' && !probe)
    refuse("effects 'verifiable' needs a probe: write probe: async (params, ctx) => ({ state: 'unknown' })");
  if (effects !== 'verifiable' && probe)
    refuse(
      `probe is never asked where effects is '${effects}': write effects: 'verifiable', or leave probe out`,
    );
}

function checkSchemas(params: z.core.$ZodType, result: z.core.$ZodType, refuse: Refuse): void {
  if (params?._zod?.def?.type !== 'object') refuse('params must be a z.object({ … })');
  if (result?._zod?.def === undefined)
    refuse('result must be a zod schema, such as z.object({ … }) or z.null()');
  for (const [root, schema] of [
    ['params', params],
    ['result', result],
  ] as const) {
    refuseInexpressible(root, schema, refuse);
    refuseInherited(root, schema, refuse);
    refuseDefaults(root, schema, refuse);
    refuseFlags(root, schema, refuse);
  }
}
