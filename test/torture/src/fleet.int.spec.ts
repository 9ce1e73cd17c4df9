import { randomInt } from 'node:crypto';
import { canRun, natsServerProgram, postgresProgram } from '@action-do/test-support';
import { allAmongOthers } from './fleet/modes.js';

const runs = canRun(natsServerProgram(), 'nats-server') && canRun(postgresProgram(), 'PostgreSQL');
// Skipped: only where there is no nats-server, or no PostgreSQL.
const suite = runs ? describe : describe.skip;

suite('services whose processes are killed, paused and stopped, and their bus and their log killed, under load', () => {
  it('lose nothing, do nothing twice, leave nothing open, tell no lie and let nobody hang', async () => {
    const seed = randomInt(2 ** 31);
    // Told first: where it takes too long, nothing else is.
    process.stderr.write(`fleet: seed ${seed}\n`);
    // Each kind of fault once. How soon is for a machine that does nothing else: `npm run torture -- all`.
    const { violations, figures } = await allAmongOthers.run({ seed, rounds: 7, say: () => {} });
    expect({ seed, violations }).toEqual({ seed, violations: [] });
    expect(figures['executions']).toBeGreaterThan(200);
    // Each round may take up to 40 s, and starting and looking through it all another minute.
  }, 360_000);
});
