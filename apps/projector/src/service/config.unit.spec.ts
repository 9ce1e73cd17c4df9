import { ConfigError } from '@action-do/service-kit';
import { readConfig } from './config.js';

const NEEDED = {
  DO_NATS_URL: 'nats://127.0.0.1:4222',
  DO_EVENT_STORE: 'esdb://127.0.0.1:2113?tls=false',
  DO_DATABASE_URL: 'postgres://user:canary@127.0.0.1/action_do',
};

describe('what a projector reads from its environment', () => {
  it('has a default for everything but the bus, the log and the database', () => {
    expect(readConfig(NEEDED)).toMatchObject({ DO_HEALTH_PORT: 8_422, DO_LOG_LEVEL: 'info' });
  });

  it('names all that is missing at once', () => {
    expect(() => readConfig({})).toThrow(/DO_NATS_URL=[\s\S]*DO_EVENT_STORE=[\s\S]*DO_DATABASE_URL=/);
  });

  it.each<[string, string, RegExp]>([
    ['DO_EVENT_STORE', 'embedded:./data/log', /an embedded folder is held by one process/],
    ['DO_DATABASE_URL', 'embedded:./data/views', /embedded views are read by the process that writes them/],
    ['DO_DATABASE_URL', 'mysql://bob:canary@host/x', /DO_DATABASE_URL=\(not shown\): must be postgres:/],
  ])('refuses %s=%s with the reason, and repeats no password', (name, value, line) => {
    const read = () => readConfig({ ...NEEDED, [name]: value });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(line);
    expect(read).not.toThrow(/canary/);
  });
});
