import { defineAction, isActionError } from '@do-sdk/actions';
import { z } from 'zod';
import { behind, outsideWorldUrl, type Service, serviceAt } from '../call-service.js';

const Params = z.object({
  userId: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/)
    .meta({ examples: ['usr_1'], indexed: true }),
  plan: z
    .string()
    .max(64)
    .meta({ examples: ['team'] }),
});
const Account = z.object({ userId: z.string(), reference: z.string(), plan: z.string().nullable() });
const Result = z.object({ userId: z.string(), plan: z.string(), reference: z.string() });

/**
 * Idempotent in two steps, each of which finds what an earlier attempt did: a user has one account, and a plan is set to
 * what it is. Whatever goes wrong in the second step, the first is done: no failure of it may say "effect none".
 */
export const setupBillingAccountAction = (billing: Service) =>
  defineAction({
    name: 'setup-billing-account',
    description: 'Opens the billing account of a user and sets its plan. The undo closes it.',
    params: Params,
    result: Result,
    effects: 'idempotent',
    attemptTimeoutMs: 5_000,
    run: async ({ userId, plan }, { idempotencyKey: reference, signal }) => {
      await open(billing, userId, reference, signal);
      const path = `/billing/accounts/${encodeURIComponent(userId)}/plan`;
      await billing
        .ask({ method: 'PUT', path, body: { plan }, answer: Account, signal })
        .catch(behind('the account is open, but has no plan'));
      return { userId, plan, reference };
    },
    undo: async ({ userId }, { reference }, { signal }) => {
      const path = `/billing/accounts/${encodeURIComponent(userId)}?reference=${encodeURIComponent(reference)}`;
      await billing.ask({ method: 'DELETE', path, answer: z.object({ closed: z.boolean() }), signal });
    },
  });

async function open(billing: Service, userId: string, reference: string, signal: AbortSignal): Promise<void> {
  const path = '/billing/accounts';
  try {
    await billing.ask({ method: 'POST', path, body: { userId, reference }, answer: Account, signal });
  } catch (error) {
    if (!isActionError(error) || error.code !== 'ACCOUNT_EXISTS') throw error;
    const found = `${path}/${encodeURIComponent(userId)}`;
    const account = await billing.ask({ method: 'GET', path: found, answer: Account, signal });
    // Somebody else's, and not of an earlier attempt.
    if (account.reference !== reference) throw error;
  }
}

export default setupBillingAccountAction(serviceAt(outsideWorldUrl(process.env)));
