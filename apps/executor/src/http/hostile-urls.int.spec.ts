import { once } from 'node:events';
import { createServer, type Server, Socket } from 'node:net';
import { runAttempt } from '../execution/run-attempt.js';
import { HOSTILE_URLS, LYING_NAMES } from '../testing/hostile-urls.contract.js';
import { httpWorld, SimService } from '../testing/http-world.contract.js';
import { silent } from '../testing/sim-executors.contract.js';
import { parseAddress } from './addresses.js';
import { type Dial, systemDial } from './connect.js';
import type { HttpMeans } from './http-service.js';
import type { Resolve } from './resolve.js';

const PUBLIC = '93.184.216.34';
/** Of any connection, whoever speaks what on it. */
let reached = 0;
let port = 0;
const canaries: Server[] = [];

beforeAll(async () => {
  for (const host of ['127.0.0.1', '127.0.0.2', '::1']) {
    const canary = createServer((socket) => {
      reached++;
      socket.on('error', () => {}).end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}');
    });
    // A machine may have no IPv6: then nothing of it can be reached either.
    const heard = once(canary.listen(port, host), 'listening').then(
      () => true,
      () => false,
    );
    if (!(await heard)) continue;
    const address = canary.address();
    port = typeof address === 'object' && address !== null ? address.port : port;
    canaries.push(canary);
  }
});
beforeEach(() => {
  reached = 0;
});
afterAll(() => {
  for (const canary of canaries) canary.close();
});

const MINE = /^(127\.0\.0\.|0\.0\.0\.0$|::1?$|::ffff:(127\.|7f00:))/;
/** Really dials this machine alone; whatever else is noted, and accepts nobody. */
const spy = () => {
  const dialled: string[] = [];
  const dial: Dial = (address, to) => {
    dialled.push(address);
    return MINE.test(address) ? systemDial(address, to) : new Socket().destroy(new Error('away'));
  };
  return { dialled, dial };
};

const lies = async (name: string): Promise<readonly string[]> => LYING_NAMES[name] ?? ['127.0.0.1', '::1'];
const urlOf = (text: string): string => text.replace(':P', `:${port}`);
const run = async (url: string, parts: Partial<Parameters<typeof httpWorld>[0]>) => {
  const { attempt, clock } = httpWorld({ url, resolve: lies, ...parts });
  return runAttempt(attempt, clock, silent).outcome;
};
const NEVER_ASKED = { ok: false, effect: 'none', error: { code: 'NO_HANDLER' } };

it('there are more than 1,000 of them, all different', () => {
  expect(new Set(HOSTILE_URLS).size).toBe(HOSTILE_URLS.length);
  expect(HOSTILE_URLS.length).toBeGreaterThan(1_000);
});

it.each(['*', 'billing.example,*.example', '*,*.localhost,10.9.0.0/16'])(
  'where DO_HTTP_ALLOW is %s, no hostile URL opens a connection, and nothing was done',
  async (allow) => {
    const { dialled, dial } = spy();
    for (const text of HOSTILE_URLS) {
      const outcome = await run(urlOf(text), { allow, dial });
      if (dialled.length > 0) throw new Error(`${text} led to ${dialled}`);
      expect([text, outcome]).toMatchObject([text, NEVER_ASKED]);
    }
    expect(reached).toBe(0);
  },
  60_000,
);

it('a public host that is not named is not asked either', async () => {
  const { dialled, dial } = spy();
  const resolve: Resolve = async () => [PUBLIC];
  for (const url of ['https://other.example/', 'https://example/', `https://${PUBLIC}/`])
    expect(await run(url, { allow: 'billing.example,*.example', dial, resolve })).toMatchObject(
      url.includes('other') ? { ok: false } : NEVER_ASKED,
    );
  // Under *.example.
  expect(new Set(dialled)).toEqual(new Set([PUBLIC]));
  expect(dialled).toHaveLength(1);
});

it('and without the rules the canary would be reached by hundreds of them: it listens', async () => {
  const { dial } = spy();
  const careless: HttpMeans['destinations'] = {
    read: (text) => {
      if (!URL.canParse(text)) return 'is no URL';
      const url = new URL(text);
      const host = url.hostname.replace(/[[\]]/g, '');
      return {
        url,
        host,
        address: parseAddress(host),
        port: Number(url.port),
        isSecure: url.protocol === 'https:',
      };
    },
    addressesOf: async ({ host }) => (/^[\d.:a-f]+$/.test(host) ? [host] : [...(await lies(host))]),
  };
  for (const text of HOSTILE_URLS) await run(urlOf(text), { destinations: careless, dial });
  expect(reached).toBeGreaterThan(200);
}, 60_000);

describe('a resolver that changes its mind', () => {
  it.each<[string, readonly (readonly string[])[]]>([
    ['public, then loopback', [[PUBLIC], ['127.0.0.1'], ['::1']]],
    [
      'public and loopback at once',
      [
        [PUBLIC, '127.0.0.1'],
        ['127.0.0.1', PUBLIC],
        ['::1', PUBLIC],
      ],
    ],
    ['public, then private', [[PUBLIC], ['10.0.0.1'], ['169.254.169.254'], ['fd00::1']]],
  ])('leads nowhere but to the public address: %s', async (_, answers) => {
    const { dialled, dial } = spy();
    let asked = 0;
    const resolve: Resolve = async () => answers[asked++ % answers.length] ?? [];
    const { attempt, clock } = httpWorld({
      url: urlOf('https://billing.example:P/'),
      allow: '*',
      resolve,
      dial,
    });
    for (const _each of answers) await runAttempt(attempt, clock, silent).outcome;
    // Once a call: what was checked is what is connected to.
    expect(asked).toBe(answers.length);
    expect([...new Set(dialled)]).toEqual([PUBLIC]);
    expect(reached).toBe(0);
  });

  it('not even where this machine is listed by the name localhost', async () => {
    const { dialled, dial } = spy();
    await run(urlOf('https://loop.example:P/'), { allow: '*,localhost', dial });
    expect([dialled, reached]).toEqual([[], 0]);
  });
});

describe('a service that is allowed', () => {
  const service = new SimService();
  beforeAll(() => service.start());
  afterAll(() => service.stop());
  const allow = () => `localhost:${service.port},127.0.0.1:${service.port}`;

  it.each([301, 302, 303, 307, 308])(
    'and redirects with %s is not followed, wherever it leads',
    async (status) => {
      const { dialled, dial } = spy();
      const chain = [`http://localhost:${service.port}/next`, 'http://127.0.0.1:P/', 'http://2130706433:P/'];
      for (const location of [
        ...chain,
        '//127.0.0.1:P/',
        'http://[::1]:P/',
        '/next',
        'https://loop.example:P/',
      ]) {
        service.answer = (_, response) => response.writeHead(status, { location: urlOf(location) }).end('{}');
        const before = service.calls.length;
        const outcome = await run(`http://localhost:${service.port}/`, { allow: allow(), dial });
        expect(outcome).toMatchObject({
          ok: false,
          effect: 'unknown',
          error: { cause: { code: `HTTP_${status}` } },
        });
        expect(service.calls.length - before).toBe(1);
      }
      expect(new Set(dialled)).toEqual(new Set(['127.0.0.1']));
      expect(reached).toBe(0);
    },
  );

  it.each([
    ['by the name localhost', 'localhost'],
    ['by its address', '127.0.0.1'],
    ['by its address, however that is written', '2130706433'],
    ['by a name, at an address that is listed', 'billing.example'],
  ])('%s is reached', async (_, host) => {
    service.answer = (_request, response) => void response.end('{"paid":true}');
    const list = `${allow()},billing.example`;
    const outcome = await run(`http://${host}:${service.port}/pay`, { allow: list });
    expect(outcome).toEqual({ ok: true, result: { paid: true } });
  });

  it('is not reached at another port than the listed one', async () => {
    const { dialled, dial } = spy();
    for (const host of ['localhost', '127.0.0.1'])
      expect(await run(urlOf(`http://${host}:P/`), { allow: allow(), dial })).toMatchObject(NEVER_ASKED);
    expect([dialled, reached]).toEqual([[], 0]);
  });
});
