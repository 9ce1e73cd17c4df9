import { spawnSync } from 'node:child_process';
import { preset } from '../../jest.preset.mjs';

/** What a user is promised of a running platform, whatever it is made of. The others are about `npm start` itself. */
const SPECS = [
  'concurrency',
  'idempotency-table',
  'load-limits',
  'recovery',
  'refusals',
  'shutdown',
  'waiting',
];

/** Debian puts daemons where not everybody's PATH leads. */
const PATH = `${process.env.PATH}:/usr/sbin:/usr/local/sbin`;
const hasNats = () => spawnSync('nats-server', ['--version'], { env: { ...process.env, PATH } }).status === 0;

/**
 * The same specs once more with the bus on a real nats-server; in `worker` the actions run in a worker, too. Where the
 * machine has no nats-server they are left out, with a line that says so; in CI that is a failure.
 * @param {'nats' | 'worker'} mode
 */
export function natsModes(mode) {
  const runs = hasNats();
  if (!runs && process.env.CI) throw new Error('nats-server is not installed: .ci/run has to install it');
  if (!runs)
    console.warn(`e2e-${mode} is left out: nats-server is not installed (apt-get install nats-server)`);
  return {
    ...preset(`e2e-${mode}`),
    rootDir: new URL('.', import.meta.url).pathname,
    testMatch: runs ? SPECS.map((name) => `<rootDir>/src/${name}.int.spec.ts`) : ['<rootDir>/src/none'],
    setupFiles: [`<rootDir>/src/modes/${mode}.ts`],
  };
}
