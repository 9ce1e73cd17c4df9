import { ActionContract, type JsonObject, type JsonValue } from '@action-do/contracts';
import { contractBreak } from './contract-break.js';
import type { Matches } from './schema/schema-document.js';

export const CONTRACT = ActionContract.parse({
  name: 'pay',
  version: 1,
  description: '',
  policy: {
    effects: 'verifiable',
    retry: { attemptsMax: 1, initialDelayMs: 1, delayMsMax: 1, factor: 1 },
    attemptTimeoutMs: 1_000,
    deadlineMs: 9_000,
    idempotency: { mode: 'params', windowMs: 'forever', perVersion: false, reopen: 'when-safe' },
  },
  paramsJsonSchema: { type: 'object' },
  resultJsonSchema: {},
  hasProbe: true,
  hasUndo: true,
});
/** Of params that a changed schema of one member makes. */
export const ofMember = (standing: JsonValue, given: JsonValue): string | undefined => {
  const params = (p: JsonValue): JsonObject => ({
    type: 'object',
    properties: { p },
    required: ['p'],
    additionalProperties: false,
  });
  return ofParams(params(standing), params(given))?.replace('paramsJsonSchema.properties.p', 'p');
};
export const ofParams = (standing: JsonObject, given: JsonObject, matches?: Matches) =>
  contractBreak(
    { ...CONTRACT, paramsJsonSchema: standing },
    { ...CONTRACT, paramsJsonSchema: given },
    matches,
  );
export const ofResult = (standing: JsonObject, given: JsonObject, matches?: Matches) =>
  contractBreak(
    { ...CONTRACT, resultJsonSchema: standing },
    { ...CONTRACT, resultJsonSchema: given },
    matches,
  );

export const closed = (properties: JsonObject, ...required: string[]): JsonObject => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
export const string = { type: 'string' };
export const number = { type: 'number' };
export const integer = { type: 'integer' };
export const nothing = { type: 'null' };
