import { randomInt } from 'node:crypto';
import { canRun, natsServerProgram, postgresProgram } from '@action-do/test-support';
import { services } from './services/services-mode.js';

const runs = canRun(natsServerProgram(), 'nats-server') && canRun(postgresProgram(), 'PostgreSQL');
// Skipped: only where there is no nats-server, or no PostgreSQL.
const suite = runs ? describe : describe.skip;

suite('a hundred executions, each asked for three times at once through two gateways, with two executors', () => {
  it('are a hundred effects, a hundred outcomes, and the same result bytes for all three', async () => {
    const seed = randomInt(2 ** 31);
    const { violations } = await services.run({ seed, rounds: 100, say: () => {} });
    expect({ seed, violations }).toEqual({ seed, violations: [] });
  }, 60_000);
});
