import { type Needs, startHealthServer } from './health-server.js';

async function withServer<T>(needs: () => Promise<Needs>, test: (url: string) => Promise<T>): Promise<T> {
  const server = await startHealthServer({ host: '127.0.0.1', port: 0, needs });
  try {
    return await test(server.url);
  } finally {
    await server.close();
  }
}

async function get(url: string, method = 'GET') {
  const response = await fetch(url, { method });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text) };
}

describe('the health of a service', () => {
  it('is alive whatever it waits for, and ready when all that it needs is there', async () => {
    const needs = { bus: true, log: false };
    await withServer(
      async () => needs,
      async (url) => {
        expect(await get(`${url}/health/live`)).toEqual({ status: 200, body: { status: 'ok' } });
        expect(await get(`${url}/health/ready`)).toEqual({
          status: 503,
          body: { status: 'unavailable', bus: 'up', log: 'down' },
        });
        needs.log = true;
        expect(await get(`${url}/health/ready?now`)).toEqual({
          status: 200,
          body: { status: 'ok', bus: 'up', log: 'up' },
        });
      },
    );
  });

  it('tells of what is more than up or down by its own word', async () => {
    const needs = { bus: true, views: { word: 'standing-by', ready: true } };
    await withServer(
      async () => needs,
      async (url) => {
        const body = { bus: 'up', views: 'standing-by' };
        expect(await get(`${url}/health/ready`)).toEqual({ status: 200, body: { status: 'ok', ...body } });
        needs.views.ready = false;
        expect((await get(`${url}/health/ready`)).status).toBe(503);
      },
    );
  });

  it.each<[string, () => Promise<Needs>]>([
    ['cannot be found out', () => Promise.reject(new Error('broken'))],
    ['is not found out within a second', () => new Promise(() => {})],
  ])('is not ready where that %s', async (_what, needs) => {
    await withServer(needs, async (url) => {
      expect(await get(`${url}/health/ready`)).toEqual({ status: 503, body: { status: 'unavailable' } });
    });
  });

  it('is looked at once for all who ask meanwhile', async () => {
    let [asked, atOnce, most] = [0, 0, 0];
    const needs = async (): Promise<Needs> => {
      asked += 1;
      most = Math.max(most, ++atOnce);
      await new Promise((resolve) => setImmediate(resolve));
      atOnce -= 1;
      return {};
    };
    await withServer(needs, async (url) => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => get(`${url}/health/ready`)));
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      expect([most, asked > 0]).toEqual([1, true]);
    });
  });

  it('is told under no other path and to no other method', async () => {
    await withServer(
      async () => ({}),
      async (url) => {
        expect((await get(`${url}/`)).status).toBe(404);
        expect((await get(`${url}/health/ready`, 'POST')).status).toBe(405);
        expect((await get(`${url}/health/ready`, 'HEAD')).status).toBe(200);
      },
    );
  });

  it('on a port in use is an error that names it', async () => {
    await withServer(
      async () => ({}),
      async (url) => {
        const port = Number(new URL(url).port);
        const second = startHealthServer({ host: '127.0.0.1', port, needs: async () => ({}) });
        await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE', syscall: 'listen' });
      },
    );
  });
});
