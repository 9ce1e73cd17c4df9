import { createServer, type Server } from 'node:http';
import { z } from 'zod';
import { outsideWorldUrl, serviceAt } from './call-service.js';

/** What the service answers next. */
let next: { status: number; body: string; headers?: Record<string, string> };
let asked = 0;
let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    asked += 1;
    request.resume();
    response.writeHead(next.status, next.headers).end(next.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const ask = (method: 'GET' | 'POST', signal = new AbortController().signal) =>
  serviceAt(url).ask({ method, path: '/x', answer: z.object({ id: z.string() }), signal });

describe('a service that is asked', () => {
  it('is believed where it says what it has to', async () => {
    next = { status: 201, body: '{"id":"1"}' };
    expect(await ask('POST')).toEqual({ id: '1' });
  });

  it.each([
    ['fails', 500, '{"code":"NO"}', 'SERVICE_FAILED'],
    ['leads elsewhere', 307, '', 'ANSWER_LOST'],
    ['says something else', 200, '{"id":1}', 'ANSWER_INVALID'],
    ['says nothing that can be read', 200, '<html>', 'ANSWER_INVALID'],
    ['says too much', 200, `{"id":"${'x'.repeat(300_000)}"}`, 'ANSWER_LOST'],
  ])('and %s may have done its work, unless it was only asked', async (_what, status, body, code) => {
    next = { status, body, ...(status === 307 && { headers: { location: '/y' } }) };
    const before = asked;
    await expect(ask('POST')).rejects.toMatchObject({ code, effect: 'unknown', retryable: true });
    await expect(ask('GET')).rejects.toMatchObject({ code, effect: 'none', retryable: true });
    expect(asked).toBe(before + 2);
  });

  it.each([
    ['in its own words', 409, '{"code":"TAKEN","message":"it is taken"}', 'TAKEN', 'it is taken', false],
    [
      'with a code that is none',
      400,
      '{"code":"no!","message":"no"}',
      'SERVICE_REFUSED',
      'answered 400',
      false,
    ],
    ['without a word', 404, '', 'SERVICE_REFUSED', 'answered 404', false],
    ['for now', 429, '', 'SERVICE_REFUSED', 'answered 429', true],
  ])('and refuses %s did nothing', async (_what, status, body, code, words, retryable) => {
    next = { status, body };
    await expect(ask('POST')).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words),
      effect: 'none',
      retryable,
      details: { status },
    });
  });

  it('is not asked any more once the attempt is given up', async () => {
    const before = asked;
    const given = ask('POST', AbortSignal.abort());
    await expect(given).rejects.toMatchObject({ code: 'ABORTED', effect: 'none', retryable: true });
    expect(asked).toBe(before);
  });

  it('is where OUTSIDE_WORLD_URL says, which has to be an address', () => {
    expect(outsideWorldUrl({})).toBe('http://127.0.0.1:8425');
    expect(outsideWorldUrl({ OUTSIDE_WORLD_URL: 'https://world.example' })).toBe('https://world.example');
    for (const wrong of ['world', 'ftp://world.example'])
      expect(() => outsideWorldUrl({ OUTSIDE_WORLD_URL: wrong })).toThrow(
        'OUTSIDE_WORLD_URL must be such as',
      );
  });
});
