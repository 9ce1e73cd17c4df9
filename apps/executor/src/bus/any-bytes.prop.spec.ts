import { ErrorCode, HEADERS, systemSubjects } from '@action-do/contracts';
import fc from 'fast-check';
import { action } from '../testing/one-executor.contract.js';
import { checkTyped, ServedExecutor } from '../testing/served-executor.contract.js';

const SUBJECTS = [
  'do.v1.gw.default.action.pay.execute',
  'do.v1.gw.default.execution.get',
  'do.v1.gw.default.execution.events',
  'do.v1.gw.default.execution.attach',
  'do.v1.cmd.default.action.pay.execute',
  'do.v1.cmd.default.action.P_ay.execute',
  'do.v1.cmd.DEFAULT.action.pay.execute',
  'do.v1.cmd.other.action.pay.execute',
  'do.v1.cmd.default.execution.get',
  'do.v1.cmd.default.execution.events',
  'do.v1.cmd.default.execution.attach',
  'do.v1.cmd.default.registry.register',
  systemSubjects.accessLookup,
  systemSubjects.recover,
];

let served: ServedExecutor;
beforeAll(async () => {
  served = await ServedExecutor.start([action('pay', () => 1)]);
});
afterAll(() => served.close());

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const almost = fc.constantFrom(
  '{"params":{"id":"a"}}',
  '{"id":"exe_00000000000000000000000000000000-1"}',
  '{"id":"exe_00000000000000000000000000000000-1","cursor":"1"}',
  '{"keyId":"default-000000000000"}',
  '{"streams":["action-default.00000000000000000000000000000000"]}',
  '{"contract":{"name":"pay","version":1,"description":"","policy":{},"paramsJsonSchema":{},"resultJsonSchema":{},"hasProbe":false}}',
);
const payloads = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.json({ maxDepth: 8 }).map(text),
  almost.map(text),
  fc.tuple(almost, fc.nat(150)).map(([whole, end]) => text(whole.slice(0, end))),
  fc
    .tuple(almost, fc.nat(150), fc.nat(255))
    .map(([whole, at, byte]) => text(whole).with(at % whole.length, byte)),
  fc.constantFrom(10, 33, 1_000, 100_000).map((depth) => text('['.repeat(depth))),
  fc
    .constantFrom(33, 5_000, 100_000)
    .map((depth) => text(`{"params":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`)),
);
const values = fc.oneof(
  fc.string({ unit: 'grapheme-ascii', maxLength: 40 }),
  fc.constantFrom('', '0', '-1', '1e3', '99999999999', 'auto:x', '"', '"a"', 'a,b', '2026-01-01', 'é'),
  fc.constantFrom('x'.repeat(5_000), 'Bearer', 'Bearer x', 'Basic x'),
);
const headers = fc.dictionary(
  fc.constantFrom(
    ...Object.values(HEADERS).filter((name) => name !== HEADERS.timeoutMs),
    'authorization',
    'idempotency-key',
    'X',
  ),
  values,
  { maxKeys: 6 },
);

describe('a request on any subject of an executor', () => {
  it('gets an answer, and where that is an error a typed one, whatever its bytes and headers', async () => {
    let errors = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...SUBJECTS),
        payloads,
        headers,
        fc.boolean(),
        async (subject, payload, given, withKey) => {
          const key = withKey ? { [HEADERS.authorization]: `Bearer ${served.made.key}` } : {};
          const answer = await served.ask(subject, payload, { ...given, ...key, [HEADERS.timeoutMs]: '0' });
          checkTyped(answer);
          if (answer.code !== undefined) errors++;
        },
      ),
      { numRuns: 1_500 },
    );
    expect(errors).toBeGreaterThan(500);
  });

  it('without a reply subject harms nothing', async () => {
    for (const subject of SUBJECTS) served.bus.publish(subject, text('{"params":'));
    expect((await served.execute({ params: { id: 'still there' } })).how).toBe('executed');
  });
});

describe('a typed error', () => {
  it('is what the check of these tests asks for', () => {
    const reply = { payload: new Uint8Array(), headers: {} };
    const answer = { json: {}, code: ErrorCode.enum.INTERNAL, how: undefined, id: undefined, reply };
    expect(() => checkTyped(answer)).toThrow();
  });
});
