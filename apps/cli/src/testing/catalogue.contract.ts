/** One version of one action, as the catalogue shows it. */
export const version = (change: object = {}) => ({
  name: 'send-invoice',
  version: 2,
  description: 'Creates the invoice and mails it.',
  status: 'offered',
  policy: {
    effects: 'idempotent',
    retry: { attemptsMax: 5, initialDelayMs: 200, delayMsMax: 30_000, factor: 2 },
    attemptTimeoutMs: 10_000,
    deadlineMs: 300_000,
    idempotency: { mode: 'params', windowMs: 'forever', perVersion: false, reopen: 'when-safe' },
  },
  paramsJsonSchema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: {
      customerId: { type: 'string', description: "Whose it is; 'c1' and the like." },
      copies: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER, default: 1 },
      lines: {
        type: 'array',
        items: { type: 'object', properties: { sku: { $ref: '#/$defs/Sku' } }, required: ['sku'] },
      },
      plan: { enum: ['free', 'team'] },
    },
    required: ['customerId', 'lines'],
    additionalProperties: false,
    $defs: { Sku: { type: 'string', pattern: '^s', personal: true } },
  },
  resultJsonSchema: { type: 'null' },
  hasProbe: false,
  hasUndo: true,
  target: 'http',
  url: 'https://billing.example/do',
  digest: 'd2',
  registeredAt: '2030-01-01T00:00:00.000Z',
  registeredBy: { type: 'api_key', id: 'default-abc' },
  retiredAt: null,
  retiredBy: null,
  retiredBecause: null,
  successor: null,
  handlers: 'present',
  ...change,
});
export const retired = version({
  version: 1,
  status: 'retired',
  retiredAt: '2030-01-02T00:00:00.000Z',
  retiredBy: { type: 'api_key', id: 'default-abc' },
  retiredBecause: 'two is better',
  successor: { name: 'send-invoice', version: 2 },
  handlers: 'absent',
});
export const other = version({
  name: 'send-mail',
  version: 1,
  target: 'bus',
  url: null,
  handlers: 'unknown',
});
/** All versions of one. */
export const one = { action: { name: 'send-invoice', newest: 2, versions: [version(), retired] } };
