import { CONTROL_VERBS, clientSubjects, gatewaySubjects, HEADERS, parseApiKey } from '@action-do/contracts';
import { ActionError, defineAction } from '@do-sdk/actions';
import { z } from 'zod';
import { checkTyped, ServedExecutor } from '../testing/served-executor.contract.js';
import { TENANT } from '../testing/sim-executors.contract.js';

let served: ServedExecutor;
let undone: number;
beforeEach(async () => {
  undone = 0;
  const pay = defineAction({
    ...{ name: 'pay', effects: 'unsafe', params: z.object({ id: z.string() }), result: z.string() },
    attemptTimeoutMs: 5_000,
    run: ({ id }) => {
      if (id === 'no') throw new ActionError({ code: 'NO', message: 'no', effect: 'none' });
      if (id === 'lost') throw new Error('lost');
      return `paid ${id}`;
    },
    undo: () => {
      undone += 1;
    },
  });
  served = await ServedExecutor.start([pay]);
});
afterEach(() => served.close());

const execute = async (id: string) => (await served.execute({ params: { id } })).id ?? '';
const asClient = (verb: (typeof CONTROL_VERBS)[number], body: unknown) =>
  served.ask(clientSubjects.execution(TENANT, verb), body);
const actors = async () => {
  const found = [];
  for await (const { type, metadata } of served.store.readAll({ streamPrefixes: ['action-'] }))
    found.push([type, metadata['actorId'], metadata['channel']]);
  return found;
};
const outcome = { error: { message: 'found nothing', effect: 'none' } };

describe('control on the bus', () => {
  it('is open to clients with a key, who are named by it', async () => {
    const id = await execute('a');
    const reply = await asClient('undo', { id, reason: 'withdrew' });
    expect(reply).toMatchObject({
      code: undefined,
      how: 'executed',
      id,
      json: { execution: { status: 'undone' } },
    });
    expect(undone).toBe(1);
    const keyId = parseApiKey(served.made.key)?.keyId;
    expect((await actors()).slice(-3)).toEqual([
      ['ActionUndoRequested', keyId, 'bus'],
      ['ActionUndoStarted', keyId, 'bus'],
      ['ActionUndone', keyId, 'bus'],
    ]);
  });

  it('is open to gateways, who say who it is', async () => {
    const id = await execute('no');
    const subject = gatewaySubjects.execution(TENANT, 'retry');
    const headers = { [HEADERS.actorType]: 'user', [HEADERS.actorId]: 'ada', [HEADERS.channel]: 'http' };
    const reply = await served.ask(subject, { id, reason: 'now there is money' }, headers);
    expect(reply).toMatchObject({ code: 'ACTION_FAILED', how: 'executed', id: id.replace(/-1$/, '-2') });
    expect((await actors()).slice(-3)).toEqual([
      ['ActionRequested', 'ada', 'http'],
      ['ActionStarted', 'ada', 'http'],
      ['ActionFailed', 'ada', 'http'],
    ]);
  });

  it('settles what nobody knew', async () => {
    const id = await execute('lost');
    expect(await asClient('resolve', { id, reason: 'looked', outcome })).toMatchObject({
      code: 'IN_PROGRESS',
    });
    served.nowMs += 10_000;
    const reply = await asClient('resolve', { id, reason: 'looked', outcome, evidence: 'no invoice' });
    expect(reply).toMatchObject({
      code: undefined,
      json: { execution: { status: 'failed', effect: 'none' } },
    });
  });

  it.each(CONTROL_VERBS)('%s is refused without a key, and does nothing', async (verb) => {
    const id = await execute('a');
    const before = await actors();
    const body = { id, reason: 'because', ...(verb === 'resolve' ? { outcome } : {}) };
    const reply = await served.ask(clientSubjects.execution(TENANT, verb), body, {});
    expect(reply.code).toBe('UNAUTHENTICATED');
    expect(await actors()).toEqual(before);
  });

  it.each(CONTROL_VERBS)('%s is refused without a reason, naming it', async (verb) => {
    const id = await execute('a');
    const reply = await asClient(verb, { id, ...(verb === 'resolve' ? { outcome } : {}) });
    expect(reply).toMatchObject({ code: 'BODY_INVALID', json: { issues: [{ path: 'reason' }] } });
    checkTyped(reply);
  });

  it.each(CONTROL_VERBS)('%s of what there is not is NOT_FOUND', async (verb) => {
    const more = verb === 'resolve' ? { outcome } : {};
    for (const id of [`exe_${'0'.repeat(32)}-1`, 'nothing'])
      expect((await asClient(verb, { id, reason: 'because', ...more })).code).toBe('NOT_FOUND');
  });

  it.each([
    ['cancel', 'it can be undone, where its action has an undo'],
    ['retry', 'is succeeded and cannot be retried'],
    ['resolve', 'is succeeded and cannot be resolved'],
  ] as const)('%s of a success is NOT_POSSIBLE, and says what can be done', async (verb, said) => {
    const id = await execute('a');
    const more = verb === 'resolve' ? { outcome } : {};
    const reply = await asClient(verb, { id, reason: 'because', ...more });
    expect(reply).toMatchObject({ code: 'NOT_POSSIBLE', json: { detail: expect.stringContaining(said) } });
    checkTyped(reply);
  });
});
