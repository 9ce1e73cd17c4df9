import { z } from 'zod';
import { isActionDefinition } from './action-definition.js';
import { ActionDefinitionError } from './action-definition-error.js';
import { type ActionOptions, defineAction } from './define-action.js';

type Options = ActionOptions<z.ZodObject, z.ZodType, string>;
const valid: Options = {
  name: 'send-invoice',
  params: z.object({ customerId: z.string(), note: z.string().default('-') }),
  result: z.object({ invoiceId: z.string() }),
  effects: 'idempotent',
  run: () => ({ invoiceId: 'inv_1' }),
};
/** As plain JavaScript would call it: with members that the types forbid, or without ones that they require. */
const define = (change: Record<string, unknown>) => defineAction({ ...valid, ...change } as Options);

describe('an action definition', () => {
  it('has every default filled in', () => {
    expect(defineAction(valid)).toMatchObject({
      name: 'send-invoice',
      version: 1,
      description: '',
      warnings: [],
      policy: {
        effects: 'idempotent',
        retry: { attemptsMax: 5, initialDelayMs: 200, delayMsMax: 30_000, factor: 2 },
        attemptTimeoutMs: 10_000,
        deadlineMs: 300_000,
        idempotency: { mode: 'params', windowMs: 'forever', perVersion: false, reopen: 'when-safe' },
      },
    });
  });

  it('keeps what the author wrote', () => {
    const { policy, version, concurrency } = define({
      version: 7,
      concurrency: 3,
      retry: { attemptsMax: 2, factor: 1.5 },
      idempotency: { windowMs: 1_000, perVersion: true, reopen: 'never', mode: 'key-required' },
    });
    expect([version, concurrency]).toEqual([7, 3]);
    expect('concurrency' in defineAction(valid)).toBe(false);
    expect(policy.retry).toEqual({ attemptsMax: 2, initialDelayMs: 200, delayMsMax: 30_000, factor: 1.5 });
    expect(policy.idempotency).toEqual({
      mode: 'key-required',
      windowMs: 1_000,
      perVersion: true,
      reopen: 'never',
    });
  });

  it('makes every call of a read new work', () => {
    expect(define({ effects: 'none' }).policy.idempotency.mode).toBe('none');
  });

  it('tries an unsafe action once, and warns where the author wants more', () => {
    expect(define({ effects: 'unsafe' })).toMatchObject({
      policy: { retry: { attemptsMax: 1 } },
      warnings: [],
    });
    expect(define({ effects: 'unsafe', retry: { attemptsMax: 3 } }).warnings).toEqual([
      expect.stringContaining("effect 'none'"),
    ]);
  });

  it('is frozen to the bottom', () => {
    const definition = defineAction(valid);
    for (const part of [
      definition,
      definition.policy.retry,
      definition.paramsJsonSchema,
      definition.warnings,
    ])
      expect(Object.isFrozen(part)).toBe(true);
  });

  it('is known by its mark, over copies of the package, and nothing else is', () => {
    const ofAnotherCopy = { [Symbol.for('do-sdk.action-definition')]: true };
    expect([defineAction(valid), ofAnotherCopy].every(isActionDefinition)).toBe(true);
    expect([valid, {}, null, undefined, 'send-invoice'].some(isActionDefinition)).toBe(false);
  });

  it('leaves the schemas usable for others', () => {
    defineAction(valid);
    valid.params.extend({ more: z.string() }).parse({ customerId: 'c', more: 'm' });
  });
});

describe('a definition is refused, naming the action and what to write instead,', () => {
  const probe = () => ({ state: 'unknown' });
  const cases: [why: string, change: Record<string, unknown>, says: RegExp][] = [
    ['without effects', { effects: undefined }, /effects is missing.*'unsafe' \(a repeat may do it twice\)/],
    ['with unknown effects', { effects: 'safe' }, /effects is 'safe': write one of 'none'/],
    ['with effects named as something every object has', { effects: 'toString' }, /write one of 'none'/],
    [
      'with a version that is no whole number',
      { version: 1.5 },
      /version is 1.5: write a whole number from 1/,
    ],
    ['with version 0', { version: 0 }, /version is 0/],
    ['with params that are no object', { params: z.string() }, /params must be a z\.object/],
    ['with params that are no schema', { params: { id: 'string' } }, /params must be a z\.object/],
    ['with a result that is no schema', { result: undefined }, /result must be a zod schema/],
    ['without run', { run: undefined }, /run is missing/],
    ['with an undo that is no function', { undo: true }, /undo must be a function/],
    ['verifiable without probe', { effects: 'verifiable' }, /needs a probe/],
    ['with a probe that nobody would ask', { probe }, /'idempotent': write effects: 'verifiable'/],
    ['with a misspelt option', { efects: 'none' }, /unknown option 'efects'/],
    ['with a misspelt retry option', { retry: { attempts: 3 } }, /retry has an unknown option 'attempts'/],
    ['with a misspelt idempotency option', { idempotency: { window: 3 } }, /unknown option 'window'/],
    ['with retry that is no object', { retry: 3 }, /retry is 3: write an object/],
    [
      'with no attempts',
      { retry: { attemptsMax: 0 } },
      /attemptsMax is 0: write a whole number from 1 to 100/,
    ],
    ['with too many attempts', { retry: { attemptsMax: 101 } }, /from 1 to 100/],
    [
      'with a factor under 1',
      { retry: { factor: 0.5 } },
      /retry\.factor is 0\.5: write a number from 1 to 10/,
    ],
    ['with a delay that is no number', { retry: { initialDelayMs: '5' } }, /initialDelayMs is '5'/],
    ['with an attempt timeout of 0', { attemptTimeoutMs: 0 }, /attemptTimeoutMs is 0/],
    ['with an endless deadline', { deadlineMs: Number.POSITIVE_INFINITY }, /deadlineMs is Infinity/],
    ['with an unknown mode', { idempotency: { mode: 'key' } }, /mode is 'key': write 'params' or 'key-req/],
    ['with a window of 0', { idempotency: { windowMs: 0 } }, /idempotency\.windowMs is 0/],
    [
      'with no attempts at once',
      { concurrency: 0 },
      /concurrency is 0: write a whole number from 1 to 100000/,
    ],
    ['with a concurrency that is no number', { concurrency: 'all' }, /concurrency is 'all'/],
    ['with a description that is no text', { description: 3 }, /description must be a string/],
  ];
  it.each(cases)('%s', (_why, change, says) => {
    expect(() => define(change)).toThrow(ActionDefinitionError);
    expect(() => define(change)).toThrow(says);
    expect(() => define(change)).toThrow(/^action 'send-invoice': /);
  });

  it.each(['', 'Send', 'send_invoice', '-send', 'send-', 'send--it', 'a.b', 'x'.repeat(65), 3, undefined])(
    'with the name %p',
    (name) => expect(() => define({ name })).toThrow(/name must be lower-case words/),
  );
});
