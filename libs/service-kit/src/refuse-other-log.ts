import { systemSubjects } from '@action-do/contracts';
import { type Bus, BusInterrupted, BusTimeout, BusUnreachable, NoResponder } from '@action-do/messaging';
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
 * Asks any executor which log it serves. To be called before one listens: the first answer counts, and it could be one's
 * own. The same action with the same params is one execution only within one log.
 * @throws OtherLogOnTheBus; BusUnreachable, BusInterrupted: nobody could be asked, try again
 */
export async function refuseOtherLog(bus: Bus, logId: string): Promise<void> {
  const theirs = await ask(bus, new Uint8Array(0));
  if (theirs !== null && theirs !== logId) throw new OtherLogOnTheBus(logId, theirs);
}

/**
 * The same for whoever listens already: those that serve this log keep silent, so that it takes a second where all is well.
 * Nothing is concluded where the bus is away; it is to be called again when it is back.
 * @throws OtherLogOnTheBus
 */
export async function refuseOtherLogBeside(bus: Bus, logId: string): Promise<void> {
  try {
    const theirs = await ask(bus, new TextEncoder().encode(JSON.stringify({ logId })));
    if (theirs !== null && theirs !== logId) throw new OtherLogOnTheBus(logId, theirs);
  } catch (error) {
    if (!(error instanceof BusUnreachable || error instanceof BusInterrupted)) throw error;
  }
}

/** Tells whoever asks which log is served here; silent to whoever serves the same and looks for others. */
export function tellServedLog(bus: Bus, logId: string): () => void {
  const answer = new TextEncoder().encode(JSON.stringify({ logId }));
  const subscription = bus.subscribe(systemSubjects.servedLog, (message) => {
    if (logIdIn(message.payload) !== logId) message.respond(answer);
  });
  return () => subscription.unsubscribe();
}

/** Null where nobody is there, or somebody is about to end, or talks nonsense. */
async function ask(bus: Bus, question: Uint8Array): Promise<string | null> {
  try {
    const { payload } = await bus.request(systemSubjects.servedLog, question, { timeoutMs: ASK_MS });
    return logIdIn(payload);
  } catch (error) {
    if (error instanceof NoResponder || error instanceof BusTimeout) return null;
    throw error;
  }
}

function logIdIn(payload: Uint8Array): string | null {
  try {
    return ServedLog.parse(JSON.parse(new TextDecoder().decode(payload))).logId;
  } catch {
    return null;
  }
}
