import { serviceAt } from '../call-service.js';
import { keepsItsPromise } from '../idempotent-action.contract.js';
import { triedWorld } from '../tried-action.contract.js';
import { assignToSalesRepAction } from './index.js';

const tried = triedWorld();
const on = 'crm.assign-lead';
const params = (number: number) => ({ leadId: `lead_${number}`, territory: 'north' as const });
const action = () => assignToSalesRepAction(tried.service);

describe('assign-to-sales-rep', () => {
  keepsItsPromise(tried, { make: assignToSalesRepAction, params, on });

  it('does not take a lead from whoever has it', async () => {
    const first = await tried.perform(action(), params(1), 'a');
    expect(first).toMatchObject({ ok: true, result: { rep: expect.stringMatching(/^(ines|jonas|kaya)$/) } });
    const before = tried.countOf(on);
    const { rep } = first.ok ? (first.result as { rep: string }) : { rep: '' };
    expect(await tried.perform(action(), { ...params(1), territory: 'south' }, 'b')).toMatchObject({
      ok: false,
      effect: 'none',
      retryable: false,
      error: { cause: { code: 'LEAD_ASSIGNED', details: { rep } } },
    });
    expect(tried.countOf(on)).toBe(before);
  });

  it('is in doubt where the service assigns it, and names the assignment of somebody else', async () => {
    const strange = { assignmentId: 'asg_0', rep: 'lea', reference: 'of another' };
    const service = serviceAt('http://crm.example', async () => Response.json(strange, { status: 201 }));
    expect(await tried.perform(assignToSalesRepAction(service), params(3))).toMatchObject({
      ok: false,
      effect: 'unknown',
      error: { cause: { code: 'ANSWER_INVALID' } },
    });
  });

  it('is taken back by its undo, but not from whoever got the lead since', async () => {
    const first = await tried.perform(action(), params(2), 'c');
    const undo = () => tried.undo(action(), params(2), first.ok ? first.result : null);
    expect(await undo()).toEqual({ ok: true, result: null });
    expect(await tried.perform(action(), params(2), 'd')).toMatchObject({ ok: true });
    expect(await undo()).toEqual({ ok: true, result: null });
    expect(tried.countOf('crm.release-lead')).toBe(1);
  });
});
