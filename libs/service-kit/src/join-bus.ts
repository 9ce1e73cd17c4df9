/**
 * The bus of a service that stands on a log. Two platforms on one bus take each other's calls, so it is asked whose bus it is:
 *  J1 before the service listens;
 *  J2 once more whenever the caller says (`lookAgain`): who came in the same second heard no answer either;
 *  J3 after each reconnection: another server may be behind the address by now.
 * At J1 another platform is thrown; at J2 and J3 the service does its work already, and ends at once.
 */
import type { Bus } from '@action-do/messaging';
import { OtherLogOnTheBus, refuseOtherLog, refuseOtherLogBeside } from './refuse-other-log.js';
import { endAtOnce } from './run-service.js';
import { type Waiting, waitFor } from './wait-for.js';

export interface BusToJoin<B extends Bus> {
  /** Called until it works. */
  readonly connect: (onReconnected: () => void) => Promise<B>;
  readonly logId: string;
  /** It is there, and may be another platform's yet. */
  readonly onConnected: (bus: B) => void;
  /** @param why in words; what ends the process, but for tests */
  readonly end?: (why: string) => void;
}

export interface JoinedBus<B extends Bus> {
  readonly bus: B;
  /** Resolves when the answer is known, and what follows from it done. */
  readonly lookAgain: () => Promise<void>;
}

/** @throws OtherLogOnTheBus; what `connect` throws and `waiting` does not call temporary; the reason of its signal */
export async function joinBus<B extends Bus>(
  { connect, logId, onConnected, end = endAtOnce }: BusToJoin<B>,
  waiting: Waiting,
): Promise<JoinedBus<B>> {
  let look = async (): Promise<void> => undefined;
  const bus = await waitFor('the bus', () => connect(() => void look()), waiting);
  look = async () => {
    try {
      await refuseOtherLogBeside(bus, logId);
    } catch (error) {
      // Whatever else went wrong says nothing about whose bus it is.
      if (error instanceof OtherLogOnTheBus) end(error.message);
    }
  };
  onConnected(bus);
  await waitFor('the executors on the bus', () => refuseOtherLog(bus, logId), waiting);
  return { bus, lookAgain: look };
}
