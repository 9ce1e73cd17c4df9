import { keepsItsPromise } from '../idempotent-action.contract.js';
import { triedWorld } from '../tried-action.contract.js';
import { updateCrmRecordAction } from './index.js';

const tried = triedWorld();
const on = 'crm.put-record';
const params = (number: number) => ({ userId: `usr_${number}`, revision: 3, fields: { stage: 'lead' } });

describe('update-crm-record', () => {
  keepsItsPromise(tried, { make: updateCrmRecordAction, params, on });

  it.each([
    ['that comes late, when the record has moved on', { revision: 2 }, 'RECORD_NEWER'],
    ['that says something else of the same revision', { fields: { stage: 'customer' } }, 'REVISION_REUSED'],
  ])('%s is refused with effect none', async (_what, change, code) => {
    const action = updateCrmRecordAction(tried.service);
    await tried.perform(action, params(1));
    const before = tried.countOf(on);
    expect(await tried.perform(action, { ...params(1), ...change })).toMatchObject({
      ok: false,
      effect: 'none',
      retryable: false,
      error: { cause: { code } },
    });
    expect(tried.countOf(on)).toBe(before);
  });
});
