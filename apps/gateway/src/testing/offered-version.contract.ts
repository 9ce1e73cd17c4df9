import type { CatalogueVersion, JsonObject } from '@action-do/contracts';

/** A version as the list of actions has it. */
export const version = (name: string, over: Partial<CatalogueVersion> = {}): CatalogueVersion => ({
  name,
  version: 1,
  description: `What ${name} does.`,
  status: 'offered',
  policy: {
    effects: 'none',
    retry: { attemptsMax: 1, initialDelayMs: 1, delayMsMax: 1, factor: 1 },
    attemptTimeoutMs: 1,
    deadlineMs: 1,
    idempotency: { mode: 'params', windowMs: 'forever', perVersion: false, reopen: 'never' },
  },
  paramsJsonSchema: { type: 'object', properties: { id: { type: 'string' } }, additionalProperties: false },
  resultJsonSchema: { type: 'string' },
  hasProbe: false,
  hasUndo: false,
  target: 'bus',
  url: null,
  digest: 'd',
  registeredAt: '2026-01-01T00:00:00.000Z',
  registeredBy: { type: 'user', id: 'u' },
  retiredAt: null,
  retiredBy: null,
  retiredBecause: null,
  successor: null,
  handlers: 'unknown',
  ...over,
});

/** As zod writes it, and as a hand may. */
export const TREE: JsonObject = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'https://example.org/tree',
  type: 'object',
  properties: {
    root: { $ref: '#/$defs/a~1node' },
    same: { $ref: '#/properties/size' },
    size: { type: 'integer' },
    again: { $ref: '#' },
  },
  additionalProperties: false,
  $defs: {
    'a/node': {
      type: 'object',
      properties: { leaf: { $ref: '#/$defs/leaf' }, next: { $ref: '#/$defs/a~1node' } },
      additionalProperties: false,
    },
    leaf: { type: 'boolean' },
  },
};
