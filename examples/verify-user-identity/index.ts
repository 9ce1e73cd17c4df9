import { setTimeout as pause } from 'node:timers/promises';
import { type ActionContext, defineAction } from '@do-sdk/actions';
import { z } from 'zod';
import { behind, outsideWorldUrl, type Service, serviceAt } from '../call-service.js';

const Params = z.object({
  userId: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/)
    .meta({ examples: ['usr_1'], subject: true }),
  fullName: z.string().min(1).max(200).meta({ personal: true }),
  documentNumber: z.string().min(1).max(64).meta({ personal: true, sensitive: true }),
  country: z
    .string()
    .length(2)
    .meta({ examples: ['DE'] }),
});
const State = z.discriminatedUnion('state', [
  z.object({ state: z.literal('running') }),
  z.object({ state: z.literal('done'), verified: z.boolean() }),
]);

export interface VerifyOptions {
  /** Between two questions how far it is, in milliseconds. */
  readonly pollMs?: number;
}

/**
 * Idempotent because we name what is made: a check is put under the effect key, and putting it again finds it there. It
 * takes longer than an attempt may be silent, so it sends heartbeats. A check that was begun costs money whatever becomes of
 * the questions behind it, so none of these may say "effect none". That somebody is not who they say they are is no
 * failure of the action: it is its result.
 */
export const verifyUserIdentityAction = (identity: Service, { pollMs = 500 }: VerifyOptions = {}) =>
  defineAction({
    name: 'verify-user-identity',
    description: 'Has the document of a user checked, which takes its time.',
    params: Params,
    result: z.object({ checkId: z.string(), verified: z.boolean() }),
    effects: 'idempotent',
    attemptTimeoutMs: 5_000,
    deadlineMs: 3_600_000,
    run: async ({ fullName, documentNumber, country }, ctx) => {
      const { idempotencyKey: checkId, signal } = ctx;
      const path = `/identity/checks/${encodeURIComponent(checkId)}`;
      await identity.ask({
        method: 'PUT',
        path,
        body: { fullName, documentNumber, country },
        answer: z.object({ checkId: z.string() }),
        signal,
      });
      return { checkId, verified: await outcomeOf(identity, path, ctx, pollMs) };
    },
  });

async function outcomeOf(
  identity: Service,
  path: string,
  { signal, heartbeat }: ActionContext,
  pollMs: number,
): Promise<boolean> {
  for (;;) {
    const answer = await identity
      .ask({ method: 'GET', path, answer: State, signal })
      .catch(behind('the check was begun, and is not known to be done'));
    if (answer.state === 'done') return answer.verified;
    // Begins the attempt timeout anew; how long all of it may take is bounded by deadlineMs.
    heartbeat();
    await pause(pollMs, undefined, { signal });
  }
}

export default verifyUserIdentityAction(serviceAt(outsideWorldUrl(process.env)));
