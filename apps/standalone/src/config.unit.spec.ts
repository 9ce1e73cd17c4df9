import { ConfigError } from '@action-do/service-kit';
import { readConfig } from './config.js';

describe('configuration', () => {
  it('has a default for everything', () => {
    expect(readConfig({})).toMatchObject({
      DO_HTTP_PORT: 8420,
      DO_HTTP_HOST: '127.0.0.1',
      DO_DATA_DIR: './data',
      DO_TENANT: 'default',
      DO_EVENT_STORE: 'embedded:',
      DO_DATABASE_URL: 'embedded:',
      DO_INSECURE_DEV: '0',
      DO_ACTIONS: '',
      DO_ACTIONS_WATCH: '1',
    });
    expect(readConfig({}).DO_NATS_URL).toBeUndefined();
    expect(readConfig({}).DO_EVENT_LOG_PORT).toBeUndefined();
  });

  it('takes an empty value for one that is not set', () => {
    expect(readConfig({ DO_HTTP_PORT: '', DO_NATS_URL: '' }).DO_HTTP_PORT).toBe(8420);
  });

  it.each([
    ['DO_HTTP_PORT', 'eighty'],
    ['DO_HTTP_PORT', '70000'],
    ['DO_TENANT', 'My Tenant'],
    ['DO_EVENT_LOG_PORT', '70000'],
    ['DO_INSECURE_DEV', 'yes'],
    ['DO_ACTIONS_WATCH', 'yes'],
    ['DO_REQUIRE_NATS_ACL', 'yes'],
    ['DO_HTTP_ALLOW', 'http://a.example'],
    ['DO_EXECUTOR_SLOTS', '0'],
    ['DO_EXECUTOR_QUEUE', '1.5'],
    ['DO_LEASE_MS', '99'],
    ['DO_DRAIN_MS', '-1'],
    ['DO_LOG_LEVEL', 'loud'],
  ])('refuses %s=%s with the name, what is wrong, and an example', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(ConfigError);
    expect(() => readConfig({ [name]: value })).toThrow(
      new RegExp(`^${name}="${value}": .+\\. Example: ${name}=.+`),
    );
  });

  it('never repeats a secret', () => {
    expect(() => readConfig({ DO_MASTER_KEY: 'abcdef' })).toThrow(
      /^DO_MASTER_KEY=\(not shown\): must be 64 hex digits/,
    );
    expect(() => readConfig({ DO_MASTER_KEY: 'abcdef' })).not.toThrow(/abcdef/);
  });

  describe.each(['DO_NATS_URL', 'DO_DATABASE_URL', 'DO_EVENT_STORE'])('of %s', (name) => {
    it.each([
      'esdb://bob:canary@host:2113/x',
      'nats://gw:canary1@h1:4222, nats://gw:canary2@h2:4222',
      'gateway:canary@bus:4222',
      'jdbc:postgresql://h/db?password=canary',
      'postgress://u:canary/x@h/db',
      'mysql://localhost/x',
    ])('never repeats a password, in whatever form it is given: %s', (value) => {
      const read = () => readConfig({ [name]: value });
      expect(read).toThrow(new RegExp(`^${name}=\\(not shown\\): must be .+\\. Example: ${name}=.+`));
      expect(read).not.toThrow(/canary/);
    });
  });

  it.each([' ', '0x10', '1e3', '-1', '+5'])('takes only digits for a number, not %j', (value) => {
    expect(() => readConfig({ DO_HTTP_PORT: value })).toThrow(ConfigError);
  });

  it('names the range of a number', () => {
    expect(() => readConfig({ DO_EXECUTOR_SLOTS: '0' })).toThrow(/must be a whole number from 1 to 1000000/);
  });

  it('names every wrong value at once', () => {
    expect(() => readConfig({ DO_HTTP_PORT: 'x', DO_TENANT: 'X' })).toThrow(/DO_HTTP_PORT[\s\S]*DO_TENANT/);
  });
});
