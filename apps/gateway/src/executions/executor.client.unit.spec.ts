import { type ActionName, CONTROL_VERBS, type TenantName } from '@action-do/contracts';
import { NoAnswer } from '../bus/no-answer.js';
import { ExecutorClient } from './executor.client.js';

const asking = { tenant: 'default' as TenantName, headers: {}, waitMs: 0, sinceMs: 0 };
const silence = new ExecutorClient({ ask: () => Promise.reject(new NoAnswer(true, undefined)) });
const detailed = (detail: string) => ({ problem: { code: 'UNAVAILABLE', detail } });

describe('a request that is not answered', () => {
  it('and would execute is found out about with the same key', async () => {
    const asked = silence.execute('pay' as ActionName, new Uint8Array(), asking);
    await expect(asked).rejects.toMatchObject(
      detailed(
        'No executor answered in time: the request may have been recorded. A repeat with the same key finds out.',
      ),
    );
  });

  it.each(CONTROL_VERBS)('and was the word of an operator, which has no key, by its id: %s', async (verb) => {
    const asked = silence.control(verb, { id: 'exe_1-1', reason: 'because' }, asking);
    await expect(asked).rejects.toMatchObject(
      detailed(
        'No executor answered in time: the request may have been recorded. A repeat with the same Do-Request-Id finds out.',
      ),
    );
  });

  it('and only reads has recorded nothing', async () => {
    const asked = silence.execution('get', { id: 'exe_1-1' }, asking);
    await expect(asked).rejects.toMatchObject(detailed('No executor answered in time.'));
  });
});
