import { type Choose, exploreOrders, SimWorld, WRITE_FAULTS } from '@action-do/test-support';
import { checkPromises } from '../testing/check-promises.contract.js';
import { SimExecutors } from '../testing/sim-executors.contract.js';

const CLASSES = ['idempotent', 'unsafe', 'transactional', 'verifiable'];
const RUNS_MAX = 60_000;
const ROUNDS_MAX = 200;
const NAMES = ['a', 'b'];

interface Trouble {
  /** One executor dies at some step, and the other takes over what it held. */
  readonly crash?: boolean;
  /** One write is answered with a fault. */
  readonly fault?: boolean;
}

/** The same key asked at both executors; every step, and the trouble if any, where `choose` puts it. */
async function sameKeyAtBoth(action: string, { crash, fault }: Trouble, choose: Choose): Promise<void> {
  const world = new SimWorld();
  const sim = new SimExecutors(world);
  for (const name of NAMES) await sim.start(name);
  for (const name of NAMES) await sim.ask(name, { action });
  let crashLeft = crash === true;
  let faultLeft = fault === true;
  const recover = async (): Promise<void> => {
    const [survivor] = sim.live();
    await sim.recover(survivor?.log.executor ?? '', [...(await sim.streams()).keys()]);
  };
  for (let rounds = 0; rounds < ROUNDS_MAX; rounds++) {
    // To learn that one has written concerns nobody else, so its order among the steps of others makes no difference.
    const learns = world.steps.find(({ kind }) => kind === 'answer');
    const steps = learns ? [learns] : world.steps;
    const ways = steps.map((step) => () => world.release(step));
    const writes = steps.filter(({ kind }) => kind === 'write');
    if (faultLeft)
      for (const step of writes)
        for (const kind of WRITE_FAULTS)
          ways.push(async () => {
            faultLeft = false;
            await world.release(step, kind);
          });
    // The two are alike until one dies, so it may always be the first; what it was writing is lost, or lands later.
    const mayDie = ways.length > 0 && (learns === undefined || learns.owner === 'a');
    if (crashLeft && mayDie)
      for (const landing of writes.some(({ owner }) => owner === 'a') ? [false, true] : [false])
        ways.push(async () => {
          crashLeft = false;
          sim.crash('a', landing);
          await recover();
        });
    if (ways.length > 0) await ways[choose(ways.length)]?.();
    else if (!(await world.tick())) break;
    else if (crash && !crashLeft && rounds % 20 === 0) await recover();
  }
  try {
    await checkPromises(sim);
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n${world.history.join('\n')}`);
  }
}

describe.each(CLASSES)('two executors asked for one %s execution', (action) => {
  it.each<[string, Trouble]>([
    ['in every order', {}],
    ['in every order, with one write in doubt or refused', { fault: true }],
    ['in every order, with one of them dying at any step', { crash: true }],
  ])(
    'keep what is promised %s',
    async (_, trouble) => {
      const runs = await exploreOrders((choose) => sameKeyAtBoth(action, trouble, choose), RUNS_MAX);
      expect(runs).toBeGreaterThan(10);
    },
    120_000,
  );
});
