import { SimWorld, seededRandom } from '@action-do/test-support';
import { checkPromises } from '../testing/check-promises.contract.js';
import { RandomHistory, type Seen } from '../testing/random-history.contract.js';
import { SimExecutors } from '../testing/sim-executors.contract.js';

/** More of them for a night: ADO_SEEDS=1000000. One again: ADO_SEED=<seed>. */
const SEEDS = Number(process.env['ADO_SEEDS'] ?? 2_000);
const ONLY = process.env['ADO_SEED'];
const ROUNDS_MIN = 20;
const ROUNDS_MORE_MAX = 120;
/** The default number of seeds stops here, a number that was asked for does not. */
const BUDGET_MS = process.env['ADO_SEEDS'] === undefined ? 12_000 : Number.POSITIVE_INFINITY;

async function live(seed: number): Promise<Seen> {
  const random = seededRandom(seed);
  const world = new SimWorld(seed);
  const sim = new SimExecutors(world);
  const history = new RandomHistory(sim, random);
  try {
    await history.run(ROUNDS_MIN + Math.floor(random() * ROUNDS_MORE_MAX));
    await checkPromises(sim, true);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new Error(`ADO_SEED=${seed}: ${said}\n${world.history.join('\n')}`, { cause: error });
  }
  return history.seen;
}

describe('executors in random histories of calls, faults, crashes and wrong takeovers', () => {
  it(
    'keep what is promised',
    async () => {
      const total: Seen = { asked: 0, faults: 0, crashes: 0, zombies: 0 };
      const begin = performance.now();
      const first = ONLY === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(ONLY);
      let lived = 0;
      while (lived < (ONLY === undefined ? SEEDS : 1) && performance.now() - begin < BUDGET_MS) {
        const seen = await live(first + lived++);
        for (const what of ['asked', 'faults', 'crashes', 'zombies'] as const) total[what] += seen[what];
      }
      if (ONLY === undefined)
        for (const count of Object.values(total)) expect(count).toBeGreaterThan(lived / 4);
    },
    2 ** 31 - 1,
  );
});
