import { ConfigError } from '@action-do/service-kit';
import { readConfig } from './config.js';

describe('configuration', () => {
  it('has a default for everything', () => {
    expect(readConfig({})).toEqual({
      DO_EVENT_LOG_PORT: 2_113,
      DO_EVENT_LOG_HOST: '127.0.0.1',
      DO_EVENT_LOG_HTTP_PORT: 0,
      DO_DATA_DIR: './data',
      DO_DRAIN_MS: 10_000,
      DO_LOG_LEVEL: 'info',
    });
  });

  it.each(['event-log:1', '10.0.0.7:65535'])('takes %s for where clients are sent', (value) => {
    expect(readConfig({ DO_EVENT_LOG_ADVERTISED: value }).DO_EVENT_LOG_ADVERTISED).toBe(value);
  });

  it('takes an empty value for one that is not set', () => {
    expect(readConfig({ DO_EVENT_LOG_PORT: '', DO_EVENT_LOG_TLS_CERT: '' })).toEqual(readConfig({}));
  });

  it.each([
    ['DO_EVENT_LOG_PORT', 'x'],
    ['DO_EVENT_LOG_PORT', '70000'],
    ['DO_EVENT_LOG_HTTP_PORT', '-1'],
    ['DO_EVENT_LOG_ADVERTISED', 'somewhere'],
    ['DO_EVENT_LOG_ADVERTISED', 'event-log:0'],
    ['DO_EVENT_LOG_ADVERTISED', 'event-log:65536'],
    ['DO_EVENT_LOG_ADVERTISED', 'event-log:99999'],
    ['DO_LOG_LEVEL', 'loud'],
  ])('refuses %s=%s with the name, what is wrong, and an example', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(ConfigError);
    expect(() => readConfig({ [name]: value })).toThrow(
      new RegExp(`^${name}="${value}": .+\\. Example: ${name}=.+`),
    );
  });

  it.each([
    ['DO_EVENT_LOG_TLS_CERT', 'DO_EVENT_LOG_TLS_KEY'],
    ['DO_EVENT_LOG_TLS_KEY', 'DO_EVENT_LOG_TLS_CERT'],
  ])('%s alone is refused: %s belongs to it', (given, missing) => {
    expect(() => readConfig({ [given]: 'file.pem' })).toThrow(
      new RegExp(`^${missing}="": .+belong together`),
    );
  });
});
