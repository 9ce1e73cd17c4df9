import { systemSubjects } from '@action-do/contracts';
import { type Bus, BusTimeout, NoResponder } from '@action-do/messaging';
import { z } from 'zod';

const ASK_MS = 1_000;
const ServedLog = z.object({ logId: z.string() });

/** Two platforms on one bus: each would take calls that are meant for the other. */
export class OtherLogOnTheBus extends Error {
  readonly code = 'OTHER_LOG_ON_THE_BUS';
  constructor(ours: string, theirs: string) {
    super(
      `another platform answers on this bus: its log is ${theirs}, this one is ${ours}. Each would take calls that are ` +
        'meant for the other. Give each its own NATS server or account',
    );
    this.name = 'OtherLogOnTheBus';
  }
}

/**
 * To be called before executors listen. The same action with the same params is one execution only within one log.
 * @throws OtherLogOnTheBus
 */
export async function refuseOtherLog(bus: Bus, logId: string): Promise<void> {
  try {
    const { payload } = await bus.request(systemSubjects.servedLog, new Uint8Array(0), { timeoutMs: ASK_MS });
    const theirs = ServedLog.safeParse(JSON.parse(new TextDecoder().decode(payload)));
    if (theirs.success && theirs.data.logId !== logId) throw new OtherLogOnTheBus(logId, theirs.data.logId);
  } catch (error) {
    // Nobody is there, or somebody is about to end.
    if (error instanceof NoResponder || error instanceof BusTimeout || error instanceof SyntaxError) return;
    throw error;
  }
}
