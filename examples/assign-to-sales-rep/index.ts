import { ActionError, defineAction, isActionError } from '@do-sdk/actions';
import { z } from 'zod';
import { outsideWorldUrl, type Service, serviceAt } from '../call-service.js';

const REPS = { north: ['ines', 'jonas', 'kaya'], south: ['lea', 'milo'] } as const;

const Params = z.object({
  leadId: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/)
    .meta({ examples: ['lead_1'], indexed: true }),
  territory: z.enum(['north', 'south']),
});
const Owner = z.object({ assignmentId: z.string(), rep: z.string(), reference: z.string() });
const Result = z.object({ assignmentId: z.string(), rep: z.string() });

/** By the lead and not by chance or by turns, so that every attempt chooses the same. */
function repFor(territory: keyof typeof REPS, leadId: string): string {
  const reps = REPS[territory];
  const sum = [...leadId].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  return reps[sum % reps.length] ?? reps[0];
}

/**
 * Idempotent by a condition: "assign it, if nobody has it" can succeed once. A repeat is told that somebody has it, and
 * looks who: if it was an earlier attempt of its own, that is its success.
 */
export const assignToSalesRepAction = (crm: Service) =>
  defineAction({
    name: 'assign-to-sales-rep',
    description: 'Gives a lead that nobody has to a sales rep. The undo takes it back.',
    params: Params,
    result: Result,
    effects: 'idempotent',
    attemptTimeoutMs: 5_000,
    run: async ({ leadId, territory }, { idempotencyKey: reference, signal }) => {
      const path = `/crm/leads/${encodeURIComponent(leadId)}/owner`;
      const body = { rep: repFor(territory, leadId), reference };
      const assigned = Owner.extend({ reference: z.literal(reference) });
      const owner = await crm
        .ask({ method: 'PUT', path, body, headers: { 'if-none-match': '*' }, answer: assigned, signal })
        .catch(async (error: unknown) => {
          if (!isActionError(error) || error.code !== 'LEAD_ASSIGNED') throw error;
          return found(await crm.ask({ method: 'GET', path, answer: Owner, signal }), reference);
        });
      return { assignmentId: owner.assignmentId, rep: owner.rep };
    },
    // Of this assignment alone: the lead may have been given to somebody else since.
    undo: async ({ leadId }, { assignmentId }, { signal }) => {
      const path = `/crm/leads/${encodeURIComponent(leadId)}/owner?assignmentId=${encodeURIComponent(assignmentId)}`;
      await crm.ask({ method: 'DELETE', path, answer: z.object({ released: z.boolean() }), signal });
    },
  });

/** @throws ActionError it is somebody else's, and so this attempt did nothing */
function found(owner: z.output<typeof Owner>, reference: string): z.output<typeof Owner> {
  if (owner.reference === reference) return owner;
  const { rep } = owner;
  const message = `the lead belongs to ${rep} already`;
  throw new ActionError({ code: 'LEAD_ASSIGNED', message, effect: 'none', details: { rep } });
}

export default assignToSalesRepAction(serviceAt(outsideWorldUrl(process.env)));
