import { ConfigError } from '@action-do/service-kit';
import { insistOnPrograms } from './programs.js';

const nothing = { DO_NATS_URL: undefined, DO_DATABASE_URL: undefined };

describe('what the stack needs of a machine', () => {
  it('is nats-server and PostgreSQL, or servers that are named', () => {
    expect(() => insistOnPrograms(nothing, { nats: true, postgres: true })).not.toThrow();
    const named = { DO_NATS_URL: 'nats://n', DO_DATABASE_URL: 'postgres://p/x' };
    expect(() => insistOnPrograms(named, { nats: false, postgres: false })).not.toThrow();
  });

  it.each([
    [
      { nats: false, postgres: true },
      /no nats-server\. Install: apt-get install nats-server \(.*DO_NATS_URL \(of NATS 2\.9\.23, 2\.10\.2 or newer\)\./,
    ],
    [
      { nats: true, postgres: false },
      /no PostgreSQL\. Install: apt-get install postgresql \(.*DO_DATABASE_URL\./,
    ],
    [
      { nats: false, postgres: false },
      /no nats-server and no PostgreSQL\. Install: apt-get install nats-server postgresql/,
    ],
  ])('is told where it is missing, all of it at once, with what to do: %j', (found, line) => {
    expect(() => insistOnPrograms(nothing, found)).toThrow(ConfigError);
    expect(() => insistOnPrograms(nothing, found)).toThrow(line);
  });
});
