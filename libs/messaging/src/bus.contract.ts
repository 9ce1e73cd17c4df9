import type { Bus } from './bus.js';
import type { BusPair } from './bus-contract/bus-pair.contract.js';
import { bytes, patient, settled, textOf } from './bus-contract/bus-probe.contract.js';
import { describeContent } from './bus-contract/content.contract.js';
import { describeDelivery } from './bus-contract/delivery.contract.js';
import { describeEnding } from './bus-contract/ending.contract.js';
import { describeRequests } from './bus-contract/requests.contract.js';

/** Two connections to one bus; the same object twice where the adapter is the bus itself. Nobody else is on it. */
export type MakeBuses = () => Promise<readonly [Bus, Bus]>;

/**
 * The rules of the port, for every adapter: `makeBuses` runs before each case, and the suite closes what it gave.
 * Each case runs twice, with the parts of asker and answerer both ways round.
 */
export function describeBus(name: string, makeBuses: MakeBuses): void {
  describe.each([
    ['the first connection asks', 0, 1],
    ['the second connection asks', 1, 0],
  ] as const)(`${name}, %s`, (_title, askerIndex, answererIndex) => {
    let buses: readonly [Bus, Bus];

    beforeEach(async () => {
      buses = await makeBuses();
    });
    afterEach(async () => {
      await Promise.all(buses.map((bus) => bus.close()));
    });

    const pair: BusPair = {
      get asker() {
        return buses[askerIndex];
      },
      get answerer() {
        return buses[answererIndex];
      },
      ready: () => settled(...buses),
      ask: async (subject, text = '') => textOf(await pair.asker.request(subject, bytes(text), patient)),
    };
    describeDelivery(pair);
    describeContent(pair);
    describeRequests(pair);
    describeEnding(pair);
  });
}
