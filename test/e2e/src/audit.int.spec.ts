import { type HttpAnswer, until } from '@action-do/test-support';
import { Do } from '@do-sdk/core';
import { onePlatform } from './one-platform.js';

const one = onePlatform();

/** One page, read only when the views have reached `minPosition`. */
async function list(
  path: string,
  minPosition?: string,
): Promise<HttpAnswer & { items: Record<string, unknown>[] }> {
  const headers = { ...one.caller.authorization, ...(minPosition ? { 'do-min-position': minPosition } : {}) };
  const answer = await one.caller.send(path, { headers });
  const items: Record<string, unknown>[] = JSON.parse(answer.text).items ?? [];
  return { ...answer, items };
}

/** The platform is ready without its views where they take long to open; lists are 503 until then. */
const viewsAreThere = (): Promise<void> =>
  until('the views answer', async () => (await list('/v1/views')).status === 200, 30_000);

describe('what was done can be looked up', () => {
  let position = '';
  beforeAll(async () => {
    await viewsAreThere();
    await one.caller.execute('note-unsafe', { id: 'a1', note: 'first' }, { key: 'order-1' });
    await one.caller.execute('fail-declared', { id: 'a2' });
    const { body } = await one.caller.execute('fail-twice', { id: 'a3' });
    position = body.execution?.position ?? '';
  }, 60_000);

  it('GET /v1/executions tells who did what, with which params, when, how it ended, in how many attempts', async () => {
    const { status, items } = await list('/v1/executions', position);
    expect(status).toBe(200);
    expect(items).toMatchObject([
      { action: 'fail-twice', status: 'succeeded', attempts: 3, params: { id: 'a3' }, result: { id: 'a3' } },
      { action: 'fail-declared', status: 'failed', params: { id: 'a2' }, error: { code: 'ACTION_FAILED' } },
      { action: 'note-unsafe', status: 'succeeded', version: 1, params: { id: 'a1', note: 'first' } },
    ]);
    for (const item of items) {
      expect(item).toMatchObject({ actor: { type: 'api_key', id: expect.any(String) } });
      for (const time of ['requestedAt', 'startedAt', 'endedAt'])
        expect(item[time]).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
    }
  });

  it.each([
    ['action=note-unsafe', ['a1']],
    ['action=note-unsafe&action=fail-twice', ['a3', 'a1']],
    ['status=failed', ['a2']],
    ['status=-failed', ['a3', 'a1']],
    ['params.id=a3', ['a3']],
    ['until=2020-01-01T00:00:00Z', []],
    ['key=order-1', ['a1']],
    ['limit=1', ['a3']],
  ])('by %s they are %j', async (query, ids) => {
    const { items } = await list(`/v1/executions?${query}`, position);
    expect(items.map(({ params }) => params)).toMatchObject(ids.map((id) => ({ id })));
  });

  it('an action and a key show the state of that key', async () => {
    const { text, items } = await list('/v1/executions?action=note-unsafe&key=order-1', position);
    expect(JSON.parse(text).idempotency).toMatchObject([
      {
        key: 'order-1',
        executionId: items[0]?.['id'],
        generation: 1,
        status: 'succeeded',
        windowEndsAt: null,
      },
    ]);
  });

  it('GET /v1/audit/events has every event once, over pages, with its record', async () => {
    const events: Record<string, unknown>[] = [];
    let cursor = '';
    do {
      const page = await list(`/v1/audit/events?type=ActionStarted&limit=2${cursor}`, position);
      events.push(...page.items);
      const { nextCursor } = JSON.parse(page.text);
      cursor = nextCursor === null ? '' : `&cursor=${nextCursor}`;
    } while (cursor !== '');
    expect(events.map(({ action }) => action)).toEqual([
      'fail-twice',
      'fail-twice',
      'fail-twice',
      'fail-declared',
      'note-unsafe',
    ]);
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(5);
    expect(events[0]).toMatchObject({ record: { tenant: 'default', channel: 'http' } });
  });

  it('the SDK iterates over the same, and tells the story of one execution', async () => {
    const d = new Do(one.platform.apiKey, { baseUrl: one.platform.url });
    const types: string[] = [];
    let executionId = '';
    for await (const event of d.audit.query({
      action: 'fail-declared',
      type: '-ActionRegistered',
      minPosition: position,
    })) {
      types.push(event.type);
      executionId = event.executionId;
    }
    expect(types).toEqual(['ActionFailed', 'ActionStarted', 'ActionRequested']);
    const { result } = await d.audit.get(executionId);
    expect(result?.map(({ type }) => type)).toEqual(types.toReversed());
  });

  it('a filter that is not known is refused and the nearest is named; a position of another log is 410', async () => {
    const refused = await list('/v1/executions?acton=x');
    expect([refused.status, refused.body.code]).toEqual([400, 'REQUEST_INVALID']);
    expect(refused.text).toContain('action');
    const foreign = await list('/v1/executions', 'otherlog-1');
    expect([foreign.status, foreign.body.code]).toEqual([410, 'POSITION_FOREIGN']);
  });

  it('views that were deleted are built again, the same row by row', async () => {
    const paths = ['/v1/executions?limit=500', '/v1/audit/events?limit=500'];
    const rows = () => Promise.all(paths.map(async (path) => (await list(path, position)).items));
    const before = await rows();
    await one.platform.stop();
    one.deleteViews();
    await one.start();
    await viewsAreThere();
    expect(await rows()).toEqual(before);
  }, 60_000);
});

describe('what can be called is listed', () => {
  beforeAll(viewsAreThere, 60_000);

  it('with what executors perform themselves, by name, and that they are there', async () => {
    // Registered when the platform starts; an execution that follows says how far the views have to be.
    const { body } = await one.caller.execute('note-unsafe', { id: 'c1' });
    const { status, items } = await list('/v1/actions?limit=500', body.execution?.position);
    expect(status).toBe(200);
    const names = items.map(({ name }) => String(name));
    expect(names).toEqual(names.toSorted((a, b) => (a < b ? -1 : 1)));
    expect(items.find(({ name }) => name === 'note-unsafe')).toMatchObject({
      version: 1,
      status: 'offered',
      policy: { effects: 'unsafe' },
      paramsJsonSchema: { type: 'object', properties: { id: { type: 'string' } } },
      target: 'in-process',
      registeredBy: { type: 'system' },
      handlers: 'present',
    });
  });

  it('in pages, and by what is asked for; a name that is not known is refused and the nearest is named', async () => {
    const names: unknown[] = [];
    let cursor = '';
    do {
      const page = await list(`/v1/actions?action=-note-unsafe&limit=5${cursor}`);
      names.push(...page.items.map(({ name }) => name));
      const { nextCursor } = JSON.parse(page.text);
      cursor = nextCursor === null ? '' : `&cursor=${nextCursor}`;
    } while (cursor !== '');
    const all = (await list('/v1/actions?limit=500')).items.map(({ name }) => name);
    expect(names).toEqual(all.filter((name) => name !== 'note-unsafe'));
    expect((await list('/v1/actions?target=bus&target=http')).items).toEqual([]);
    const refused = await list('/v1/actions?actions=x');
    expect([refused.status, refused.body.code, refused.text.includes('nearest is action ')]).toEqual([
      400,
      'REQUEST_INVALID',
      true,
    ]);
  });

  it('with what is registered over HTTP as soon as that is answered, and what is retired flagged with what to call instead', async () => {
    const d = new Do(one.platform.apiKey, { baseUrl: one.platform.url });
    const schema = { type: 'object', properties: { id: { type: 'string' } } };
    const document = { name: 'pay-elsewhere', params: schema, result: {}, effects: 'idempotent' } as const;
    const catalogued = async (minPosition: string | undefined, status?: 'retired') => {
      const found: object[] = [];
      const query = { action: 'pay-elsewhere', minPosition, ...(status && { status }) };
      for await (const { version, handlers, successor, retiredBecause } of d.actions.list(query))
        found.push({ version, handlers, successor, retiredBecause });
      return found;
    };
    const offered = { handlers: 'unknown', successor: null, retiredBecause: null };

    const first = await d.actions.register(document);
    const second = await d.actions.register({ ...document, version: 2 });
    expect([first.result?.status, second.result?.status]).toEqual(['registered', 'registered']);
    expect(await catalogued(second.result?.position)).toEqual([
      { version: 2, ...offered },
      { version: 1, ...offered },
    ]);
    expect((await d.actions.register(document)).result).toMatchObject({ status: 'known' });

    const retired = await d.actions.retire({ name: 'pay-elsewhere', version: 1, reason: 'it is too dear' });
    const successor = { name: 'pay-elsewhere', version: 2 };
    expect(retired.result).toMatchObject({ status: 'retired', successor });
    const flagged = { version: 1, handlers: 'unknown', successor, retiredBecause: 'it is too dear' };
    expect(await catalogued(retired.result?.position)).toEqual([{ version: 2, ...offered }, flagged]);
    expect(await catalogued(undefined, 'retired')).toEqual([flagged]);
    const described = await d.actions.get('pay-elsewhere');
    expect(described.result).toMatchObject({ newest: 2, versions: [{ version: 2 }, flagged] });
    const { items } = await list('/v1/actions?action=pay-elsewhere');
    expect(described.result?.versions).toEqual(items);
    expect((await d.actions.get('pay-elsewere')).error?.code).toBe('ACTION_UNKNOWN');
  });
});
