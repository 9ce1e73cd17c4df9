import type { EventStore } from '@action-do/event-store';
import { mappedMib, processMemoryMib } from '../process-cpu.js';
import type { Memory, MemoryBehind, Replayed } from './log-report.js';

const LOOK_AT_MEMORY_EVERY = 5_000;
const LOG_FILE = '.mdb';

/**
 * The whole log from its beginning, as a projector that builds its views follows it.
 * @param quarter events to a row of the memory @param serverPid 0 where the reader opens the log itself
 */
export async function measureReplay(
  store: EventStore,
  quarter: number,
  serverPid: number,
): Promise<Replayed> {
  const reader = new Watched(process.pid);
  const server = serverPid === 0 ? null : new Watched(serverPid);
  const memory: MemoryBehind[] = [];
  const stop = new AbortController();
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  let events = 0;
  for await (const { kind } of store.subscribe({ signal: stop.signal })) {
    if (kind === 'caught-up') break;
    if (kind !== 'event') continue;
    events += 1;
    if (events % LOOK_AT_MEMORY_EVERY === 0) {
      reader.look();
      server?.look();
    }
    if (events % quarter === 0)
      memory.push({ events, reader: reader.memory(), server: server?.memory() ?? null });
  }
  const seconds = (performance.now() - startedMs) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return { events, perSecond: events / seconds, cpuUs: (user + system) / events, memory };
}

class Watched {
  private ownMax = 0;

  constructor(private readonly pid: number) {}

  look(): void {
    this.ownMax = Math.max(this.ownMax, processMemoryMib(this.pid).own);
  }

  /** With it the next row begins. */
  memory(): Memory {
    this.look();
    const { ownMax } = this;
    this.ownMax = 0;
    return { ownMax, resident: processMemoryMib(this.pid).resident, log: mappedMib(this.pid, LOG_FILE) };
  }
}
