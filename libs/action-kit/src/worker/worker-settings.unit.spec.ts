import type { ServeActionsOptions } from '../action-worker.js';
import { readConnection, readSettings } from './worker-settings.js';

describe('the options of serveActions', () => {
  it('that are left out come from the environment', () => {
    const env = { DO_API_KEY: 'k', DO_NATS_URL: 'nats://a', DO_INSECURE_DEV: '1' };
    expect(readSettings({}, env)).toMatchObject({
      apiKey: 'k',
      concurrency: 64,
      queue: 256,
      drainMs: 10_000,
    });
    expect(readConnection({}, env)).toMatchObject({ natsUrl: 'nats://a', insecureDev: true, signals: true });
  });

  it('that are given come before the environment', () => {
    const env = { DO_API_KEY: 'k', DO_NATS_URL: 'nats://a', DO_INSECURE_DEV: '1' };
    expect(readSettings({ apiKey: 'own', queue: 0 }, env)).toMatchObject({ apiKey: 'own', queue: 0 });
    const given = { natsUrl: 'nats://b', insecureDev: false, signals: false };
    expect(readConnection(given, env)).toMatchObject(given);
  });

  it('without a key or a server are refused: API_KEY_MISSING, OPTION_INVALID', () => {
    expect(() => readSettings({}, {})).toThrow(expect.objectContaining({ code: 'API_KEY_MISSING' }));
    expect(() => readSettings({ apiKey: '' }, {})).toThrow(
      expect.objectContaining({ code: 'API_KEY_MISSING' }),
    );
    expect(() => readConnection({}, {})).toThrow(/set DO_NATS_URL/);
  });

  it.each<[ServeActionsOptions, RegExp]>([
    [{ concurrency: 0 }, /concurrency is 0: write a whole number from 1/],
    [{ queue: -1 }, /queue is -1/],
    [{ drainMs: 1.5 }, /drainMs is 1.5/],
    [{ startTimeoutMs: Number.NaN }, /startTimeoutMs is NaN/],
    [{ concurency: 3 } as object, /no option 'concurency'/],
  ])('such as %j are refused, and the message says what to write', (options, message) => {
    expect(() => readSettings({ apiKey: 'k', ...options }, {})).toThrow(message);
  });

  it('take a logger that throws: no line it is told can hurt the worker', () => {
    const broken = (): never => {
      throw new Error('disk full');
    };
    const logger = { debug: broken, info: broken, warn: broken, error: broken };
    expect(() => readSettings({ apiKey: 'k', logger }, {}).logger.warn('hello')).not.toThrow();
  });
});
