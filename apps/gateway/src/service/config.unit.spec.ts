import { ConfigError } from '@action-do/service-kit';
import { readConfig } from './config.js';

const NEEDED = { DO_NATS_URL: 'nats://127.0.0.1:4222' };

describe('what a gateway reads from its environment', () => {
  it('has a default for everything but the bus', () => {
    expect(readConfig(NEEDED)).toEqual({
      DO_HTTP_PORT: 8_420,
      DO_HTTP_HOST: '127.0.0.1',
      DO_NATS_URL: 'nats://127.0.0.1:4222',
      DO_INSECURE_DEV: '0',
      DO_REQUIRE_NATS_ACL: '0',
      DO_DRAIN_MS: 10_000,
      DO_LOG_LEVEL: 'info',
    });
  });

  it.each([
    [{}, /^DO_NATS_URL="": must be nats:\/\/.+: services talk over NATS alone\. Example: DO_NATS_URL=nats:/],
    [{ DO_NATS_URL: '127.0.0.1' }, /^DO_NATS_URL=\(not shown\): must be nats:/],
    [{ ...NEEDED, DO_HTTP_PORT: 'x' }, /^DO_HTTP_PORT="x": must be a whole number/],
  ])('refuses %j with the name, what is wrong, and an example', (env, line) => {
    expect(() => readConfig(env)).toThrow(ConfigError);
    expect(() => readConfig(env)).toThrow(line);
  });
});
