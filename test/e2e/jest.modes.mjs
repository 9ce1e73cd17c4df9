import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { preset } from '../../jest.preset.mjs';

/** What a user is promised of a running platform, whatever it is made of. The others are about `npm start` itself. */
const SPECS = [
  'concurrency',
  'control',
  'idempotency-table',
  'load-limits',
  'recovery',
  'refusals',
  'shutdown',
  'waiting',
];
/** Of services besides: there the views are PostgreSQL's, and the way to them and to workers is the bus. */
const SPECS_OF_SERVICES = [...SPECS, 'audit', 'bus-callers', 'views-rebuild', 'worker-misbehaves'];
/**
 * What `npm test` takes of each mode; `npm run e2e-whole` takes all, and CI runs that. A start costs most, so it is what
 * starts once and then asks much. Two of each service are services, too: of one of each nothing is left to tell.
 */
const TELLING = {
  nats: [],
  worker: [],
  services: [],
  'services-two': ['idempotency-table'],
  ways: [],
  examples: [],
};
/**
 * What only this mode has, and is for its whole alone: it waits for leases, timeouts, starts, reloads and compilers; `npm test`
 * has no time for that.
 */
const BESIDES = {
  nats: ['generated-client', 'http-service-how-to', 'reload', 'views-rebuild'],
  services: ['ways'],
  'services-two': ['blocked-executor', 'leases', 'services'],
};
/** Modes that are to be run whole. */
const WHOLE = new Set((process.env.ADO_E2E_WHOLE ?? '').split(','));

/** Debian puts daemons where not everybody's PATH leads. */
const PATH = `${process.env.PATH}:/usr/sbin:/usr/local/sbin`;
const hasNats = () => spawnSync('nats-server', ['--version'], { env: { ...process.env, PATH } }).status === 0;
const hasPostgres = () =>
  existsSync('/usr/lib/postgresql') ||
  spawnSync('initdb', ['--version'], { env: { ...process.env, PATH } }).status === 0;

/**
 * The same specs once more with the bus on a real nats-server; in `worker` the actions run in a worker, too. Where the
 * machine has no nats-server they are left out, with a line that says so; in CI that is a failure.
 * @param {'nats' | 'worker'} mode
 */
export const natsModes = (mode) => modeOf(mode, SPECS, { 'nats-server': hasNats });

/**
 * The suite of all ways to offer an action, what other languages do, and how workers misbehave, standalone on NATS; `services`
 * has it, too.
 */
export const waysMode = () =>
  modeOf('ways', ['any-language', 'ways', 'worker-misbehaves'], { 'nats-server': hasNats });

/**
 * The same specs on services, each a process, one or two of each kind.
 * @param {'services' | 'services-two'} mode
 */
export function serviceModes(mode) {
  return modeOf(mode, SPECS_OF_SERVICES, { 'nats-server': hasNats, postgresql: hasPostgres });
}

/** The sample actions, on the platform as `npm start` has it: it starts much, and is run whole or not at all. */
export const examplesMode = () => modeOf('examples', ['examples'], { postgresql: hasPostgres });

function modeOf(mode, all, needs) {
  const telling = TELLING[mode];
  const specs = WHOLE.has(mode) ? [...all, ...(BESIDES[mode] ?? [])] : telling;
  const missing = Object.keys(needs).filter((name) => !needs[name]());
  const words = `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not installed`;
  if (missing.length > 0 && process.env.CI) throw new Error(`${words}: .ci/run has to install it`);
  if (missing.length > 0)
    console.warn(`e2e-${mode} is left out: ${words} (apt-get install ${missing.join(' ')})`);
  return {
    ...preset(`e2e-${mode}`),
    rootDir: new URL('.', import.meta.url).pathname,
    testMatch:
      missing.length === 0 && specs.length > 0
        ? specs.map((name) => `<rootDir>/src/${name}.int.spec.ts`)
        : ['<rootDir>/src/none'],
    setupFiles: mode === 'examples' ? [] : [`<rootDir>/src/modes/${mode}.ts`],
  };
}
