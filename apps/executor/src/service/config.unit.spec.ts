import { ConfigError } from '@action-do/service-kit';
import { readConfig } from './config.js';

const DIGEST = 'ab'.repeat(32);
const NEEDED = {
  DO_NATS_URL: 'nats://127.0.0.1:4222',
  DO_EVENT_STORE: 'esdb://127.0.0.1:2113?tls=false',
  DO_MASTER_KEY: 'cd'.repeat(32),
};

describe('what an executor reads from its environment', () => {
  it('has a default for everything but the bus, the log and the master key', () => {
    expect(readConfig(NEEDED)).toMatchObject({
      DO_TENANT: 'default',
      DO_ACTIONS: '',
      DO_EXECUTOR_SLOTS: 256,
      DO_STALL_MS: 30_000,
      DO_HEALTH_HOST: '127.0.0.1',
      DO_HEALTH_PORT: 8_421,
    });
    expect(readConfig(NEEDED).DO_ROOT_KEY_DIGEST).toBeUndefined();
  });

  it('takes the first key by its id and digest', () => {
    const env = { ...NEEDED, DO_ROOT_KEY_DIGEST: `acme-a1b2c3d4e5f6:${DIGEST}` };
    expect(readConfig(env).DO_ROOT_KEY_DIGEST).toEqual({
      keyId: 'acme-a1b2c3d4e5f6',
      tenant: 'acme',
      digest: DIGEST,
    });
  });

  it('names all that is missing at once', () => {
    expect(() => readConfig({})).toThrow(/DO_NATS_URL=[\s\S]*DO_EVENT_STORE=[\s\S]*DO_MASTER_KEY=""/);
  });

  it.each<[string, string, RegExp]>([
    [
      'DO_EVENT_STORE',
      'embedded:./data/log',
      /an embedded folder is held by one process.+apps\/event-log serves/,
    ],
    ['DO_MASTER_KEY', 'canary', /\(not shown\): must be 64 hex digits, the same for all executors/],
    ['DO_ROOT_KEY_DIGEST', `do_live_acme-a1b2c3d4e5f6_canary`, /\(not shown\): .*the digest, not the key/],
  ])('refuses %s=%s with the reason, and repeats no secret', (name, value, line) => {
    const read = () => readConfig({ ...NEEDED, [name]: value });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(line);
    expect(read).not.toThrow(/canary/);
  });
});
