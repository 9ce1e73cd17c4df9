import { natsServerProgram, postgresProgram } from '@action-do/local-servers';
import { ConfigError } from '@action-do/service-kit';
import type { StackConfig } from './config.js';

type Named = Pick<StackConfig, 'DO_NATS_URL' | 'DO_DATABASE_URL'>;

/** Debian's own is older: the stack lets one pass that it started itself, on loopback, and no other. */
const NAMED_NATS = ' (of NATS 2.9.23, 2.10.2 or newer)';

/** What this machine has of the servers that the stack stands on. */
const has = () => ({ nats: natsServerProgram() !== null, postgres: postgresProgram() !== null });

/** @throws ConfigError something is neither installed nor named: all of it at once, with what to do */
export function insistOnPrograms(config: Named, found: ReturnType<typeof has> = has()): void {
  const missing = [
    ...(found.nats || config.DO_NATS_URL !== undefined
      ? []
      : [{ what: 'nats-server', apt: 'nats-server', brew: 'nats-server', variable: 'DO_NATS_URL' }]),
    ...(found.postgres || config.DO_DATABASE_URL !== undefined
      ? []
      : [{ what: 'PostgreSQL', apt: 'postgresql', brew: 'postgresql@16', variable: 'DO_DATABASE_URL' }]),
  ];
  if (missing.length === 0) return;
  const list = (pick: (each: (typeof missing)[number]) => string, between: string): string =>
    missing.map(pick).join(between);
  throw new ConfigError([
    `this machine has no ${list(({ what }) => what, ' and no ')}. Install: apt-get install ${list(({ apt }) => apt, ' ')} ` +
      `(Debian, Ubuntu), brew install ${list(({ brew }) => brew, ' ')} (macOS); or name servers that run: ` +
      `${list(({ variable }) => variable, ', ')}${found.nats ? '' : NAMED_NATS}. \`npm start\` needs neither`,
  ]);
}
