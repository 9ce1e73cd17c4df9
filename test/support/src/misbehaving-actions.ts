import { type ActionContext, type ActionDefinition, defineAction } from '@do-sdk/actions';
import { z } from 'zod';
import { gate } from './gate.js';
import { ledgerOf, readLedger, recordCall } from './ledger.js';

/**
 * Actions of every effects class that do in their first attempts what no author should: loaded into a worker, for tests
 * of what becomes of it. Each call is a line in the ledger, which is also the effect: it is there once `run` is called.
 */
const ledger = ledgerOf(process.env);

export const MISBEHAVIOURS = [
  'throws-a-string',
  'gives-a-cycle',
  'gives-a-bigint',
  'gives-a-function',
  'gives-undefined',
  'hangs',
  'exits',
] as const;

const params = z.object({
  id: z.string(),
  how: z.enum(MISBEHAVIOURS),
  /** Attempts from the first on that misbehave. */
  times: z.int().min(1).default(1),
  /** It misbehaves as soon as this file exists. One that hangs goes on then. */
  gate: z.string().optional(),
});
type Params = z.infer<typeof params>;

async function misbehave(how: Params['how']): Promise<unknown> {
  switch (how) {
    case 'throws-a-string':
      throw 'out of order';
    case 'gives-a-cycle': {
      const cycle: { self?: unknown } = {};
      cycle.self = cycle;
      return cycle;
    }
    case 'gives-a-bigint':
      return { balance: 7n };
    case 'gives-a-function':
      return () => 'a result';
    case 'exits':
      return process.exit(3);
    default:
      return undefined;
  }
}

const EFFECTS = ['none', 'idempotent', 'transactional', 'verifiable', 'unsafe'] as const;
type Speed = 'hasty' | 'patient';
/** Hasty ones are given up soon; patient ones are not, so that a test decides what happens to them meanwhile. */
const TIMEOUT_MS: Record<Speed, number> = { hasty: 300, patient: 15_000 };

function misbehaving(speed: Speed, effects: (typeof EFFECTS)[number]): ActionDefinition {
  const name = `${speed}-${effects}`;
  const told = (id: string, effectKey: string, attempt: number) => ({ id, effectKey, attempt });
  return defineAction({
    name,
    effects,
    retry: { attemptsMax: 2, initialDelayMs: 20, delayMsMax: 50 },
    attemptTimeoutMs: TIMEOUT_MS[speed],
    deadlineMs: 20_000,
    params,
    result: z.any(),
    run: async ({ id, how, times, gate: file }, { idempotencyKey, attempt }) => {
      recordCall(ledger, { action: name, id, effectKey: idempotencyKey, attempt });
      // Deaf to the signal, as code is that hangs.
      if (attempt <= times) await gate(file);
      return attempt <= times && how !== 'hangs' ? misbehave(how) : told(id, idempotencyKey, attempt);
    },
    ...(effects === 'verifiable' && {
      probe: ({ id }: Params, { idempotencyKey }: ActionContext) => {
        const line = readLedger(ledger).find(({ effectKey }) => effectKey === idempotencyKey);
        if (line === undefined) return { state: 'not-applied' as const };
        return { state: 'applied' as const, result: told(id, idempotencyKey, line.attempt) };
      },
    }),
  });
}

export const misbehavingActions: readonly ActionDefinition[] = EFFECTS.flatMap((effects) => [
  misbehaving('hasty', effects),
  misbehaving('patient', effects),
]);
