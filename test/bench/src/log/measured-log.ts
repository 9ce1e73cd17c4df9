import { processCpuUs } from '../process-cpu.js';
import { inProcessOfItsOwn } from '../views/bench-process.js';
import type { Place } from './log-arguments.js';
import { type ServedLog, serveLog } from './served-log.js';

/** A log that processes of this bench measure, each for itself. */
export interface MeasuredLog {
  /** Of the server's process; 0 where whoever measures opens the log itself. */
  readonly serverPid: number;
  /** CPU of the server so far, microseconds; 0 where there is none. */
  serverCpuUs(): number;
  /** @param what as `measure-log.process.ts` names it @throws Error the process ended without a result */
  measure<Result>(what: string, ...numbers: readonly number[]): Promise<Result>;
  end(): Promise<void>;
}

export async function openMeasuredLog(place: Place, folder: string): Promise<MeasuredLog> {
  const served: ServedLog | null = place === 'official client' ? await serveLog(folder) : null;
  const url = served?.url ?? `embedded:${folder}`;
  return {
    serverPid: served?.pid ?? 0,
    serverCpuUs: () => (served === null ? 0 : processCpuUs(served.pid)),
    measure: (what, ...numbers) =>
      inProcessOfItsOwn('../log/measure-log.process.ts', [url, what, ...numbers.map(String)]),
    end: async () => served?.end(),
  };
}
