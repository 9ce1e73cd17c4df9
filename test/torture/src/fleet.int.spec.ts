import { randomInt } from 'node:crypto';
import { canRun, natsServerProgram, postgresProgram } from '@action-do/test-support';
import { allAmongOthers } from './fleet/modes.js';

const runs = canRun(natsServerProgram(), 'nats-server') && canRun(postgresProgram(), 'PostgreSQL');
// Skipped: only where there is no nats-server, or no PostgreSQL.
const suite = runs ? describe : describe.skip;

/**
 * Above what the run allows itself (40 s a fault, a minute for the last calls and one for what is open): a fleet that does
 * not recover is for the checks to tell.
 */
const PATIENCE_MS = 420_000;

suite('services whose processes are killed, paused and stopped, and their bus and their log killed, under load', () => {
  it(
    'lose nothing, do nothing twice, leave nothing open, tell no lie and let nobody hang',
    async () => {
      const seed = randomInt(2 ** 31);
      // Before anything can throw, or take too long: then no expectation below tells it.
      process.stderr.write(`the fleet's seed is ${seed}\n`);
      // Each kind of fault once. How soon is for a machine that does nothing else: `npm run torture -- all`.
      const { violations, figures } = await allAmongOthers.run({ seed, rounds: 7, say: () => {} });
      expect({ seed, violations }).toEqual({ seed, violations: [] });
      expect(figures['executions']).toBeGreaterThan(200);
      expect(figures['stops in order that nothing disturbed']).toBeGreaterThan(0);
    },
    PATIENCE_MS,
  );
});
