import { until } from '@action-do/test-support';
import { patternOf } from './markdown-examples.js';
import type { OnePlatform } from './one-platform.js';
import { Reader } from './reader.js';

/** What a user registers and retires, on a platform that is there already: a start of its own would cost more than all of it. */
export function registryOverHttp(one: OnePlatform): void {
  describe('the registry, over HTTP', () => {
    const send = async (method: string, path: string, document?: object) => {
      const { authorization } = one.caller;
      const { status: code, text } = await one.caller.send(`/v1/actions${path}`, {
        method,
        headers: { ...authorization, ...(document ? { 'content-type': 'application/json' } : {}) },
        ...(document ? { body: JSON.stringify(document) } : {}),
      });
      const body: { readonly [member: string]: unknown } = JSON.parse(text);
      return { code, body };
    };
    const document = {
      name: 'charge-later',
      effects: 'idempotent',
      params: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
      result: { type: 'string' },
      // Of a service that answers them, questions tell whether it is there.
      target: { kind: 'bus', answersAsk: true },
    };

    it('takes a document once, names where another one breaks it, and shows it', async () => {
      expect(await send('POST', '', document)).toMatchObject({ code: 200, body: { status: 'registered' } });
      expect(await send('POST', '', document)).toMatchObject({ code: 200, body: { status: 'known' } });
      expect(await send('POST', '', { ...document, result: { type: 'number' } })).toMatchObject({
        code: 409,
        body: { code: 'CONTRACT_CONFLICT', issues: [{ path: expect.stringMatching(/^result/) }] },
      });
      expect(await send('GET', '/charge-later')).toMatchObject({
        code: 200,
        body: { action: { newest: 1, versions: [{ version: 1, status: 'offered', handlers: 'absent' }] } },
      });
      expect((await one.caller.execute('charge-later', { id: 'a' })).body.code).toBe('NO_HANDLER');
      expect((await send('GET', '/charge-latr')).body).toMatchObject({ code: 'ACTION_UNKNOWN' });
    });

    it('retires a version: 410 for new work, with the successor; what was done is answered as it was', async () => {
      const first = await one.caller.execute('block-loop', { id: 'retired' });
      expect(first.status).toBe(200);
      const url = '/block-loop/versions/1?reason=it%20blocks&successor=charge-later@1';
      const successor = { name: 'charge-later', version: 1 };
      expect(await send('DELETE', url)).toMatchObject({ code: 200, body: { status: 'retired', successor } });
      expect(await send('DELETE', url)).toMatchObject({ code: 200, body: { status: 'known', successor } });
      // Through another executor it may still be taken for a second.
      await until('new work is refused', async () => {
        const { status: code, body } = await one.caller.execute('block-loop', { id: `${Math.random()}` });
        if (code === 410) expect(body).toMatchObject({ code: 'ACTION_RETIRED', effect: 'none' });
        if (code === 410) expect(body.detail).toContain('Call charge-later@1 instead.');
        return code === 410;
      });
      const repeat = await one.caller.execute('block-loop', { id: 'retired' });
      expect([repeat.status, repeat.headers.get('idempotency-status')]).toEqual([200, 'replayed']);
      const resultIn = (text: string) => text.slice(0, text.indexOf(',"execution"'));
      expect(resultIn(repeat.text)).toBe(resultIn(first.text));
      expect(one.ledgerOf('retired')).toHaveLength(1);
    });

    it('is told of by the page about new versions', async () => {
      const reader = new Reader('release-a-new-version.md');
      const env = { DO_BASE_URL: one.platform.url, DO_API_KEY: one.platform.apiKey };
      const run = async (name: string) => (await reader.run(name, env)).out;
      try {
        expect((await run('register')).match(/"status":"registered"/g)).toHaveLength(2);
        expect(`${await run('retire')}\n`).toMatch(patternOf(reader.example('retire').output ?? 'nothing'));
        expect(JSON.parse(await run('describe'))).toMatchObject({
          action: {
            newest: 2,
            versions: [
              { version: 2, status: 'offered' },
              { version: 1, status: 'retired', retiredBecause: 'addresses have a form now' },
            ],
          },
        });
      } finally {
        reader.leave();
      }
    });
  });
}
