import { processCpuUs } from '../process-cpu.js';
import { startChild } from '../started-child.js';
import { inProcessOfItsOwn } from '../views/bench-process.js';
import type { Place } from './log-arguments.js';

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
  const server =
    place === 'official client'
      ? await startChild<number>(new URL('serve.process.ts', import.meta.url), [folder])
      : null;
  const url = server ? `esdb://127.0.0.1:${server.ready}?tls=false` : `embedded:${folder}`;
  return {
    serverPid: server?.pid ?? 0,
    serverCpuUs: () => (server ? processCpuUs(server.pid) : 0),
    measure: (what, ...numbers) =>
      inProcessOfItsOwn('../log/measure-log.process.ts', [url, what, ...numbers.map(String)]),
    end: async () => server?.end(),
  };
}
