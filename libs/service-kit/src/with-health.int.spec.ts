import { withHealth } from './with-health.js';

const config = { DO_HEALTH_HOST: '127.0.0.1', DO_HEALTH_PORT: 0 };
const askedAt = async (url: string): Promise<unknown> => (await fetch(`${url}/health/ready`)).json();

it('a service can be asked from the first moment of its start to the last of its end', async () => {
  const answers: unknown[] = [];
  let where = '';
  const running = await withHealth(config, ['bus', 'log'], async ({ needs, url }) => {
    where = url;
    answers.push(await askedAt(url));
    needs.log = async () => true;
    answers.push(await askedAt(url));
    needs.bus = async () => ({ word: 'coming', ready: true });
    return { readyMessage: 'ready', close: async () => void answers.push(await askedAt(url)) };
  });
  await running.close();
  expect(answers).toEqual([
    { status: 'unavailable', bus: 'down', log: 'down' },
    { status: 'unavailable', bus: 'down', log: 'up' },
    { status: 'ok', bus: 'coming', log: 'up' },
  ]);
  await expect(fetch(where)).rejects.toThrow();
});

it.each(['start', 'close'])('a %s that fails is told as it is, and lets go of the port', async (what) => {
  let where = '';
  const fails = async (): Promise<never> => {
    throw new Error('no');
  };
  const lived = async (): Promise<void> => {
    const running = await withHealth(config, [], async ({ url }) => {
      where = url;
      return what === 'start' ? fails() : { readyMessage: 'ready', close: fails };
    });
    await running.close();
  };
  await expect(lived()).rejects.toThrow('no');
  expect(where).not.toBe('');
  await expect(fetch(where)).rejects.toThrow();
});
