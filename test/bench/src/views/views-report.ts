/** What projecting a log cost, per event where it can be. */
export interface Projected {
  readonly events: number;
  readonly perSecond: number;
  /** CPU microseconds an event, of the projector's process. */
  readonly cpuUs: number;
  /** Largest resident memory seen, and what of it no file backs. The bench's own compiler is in it. MiB. */
  readonly residentMib: number;
  readonly ownMib: number;
  /** What of the resident memory at the end is pages of the log's file, which the kernel lends. MiB. */
  readonly logMib: number;
}

export interface Asked {
  readonly query: string;
  /** Of the answers: that a query found nothing would make it look fast. */
  readonly rowsMean: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface Opened {
  /** From nothing until the writer knows where to go on. */
  readonly writerMs: number;
  /** From nothing until the first page is there. */
  readonly readerMs: number;
}

export interface EngineReport {
  readonly engine: string;
  readonly projected: Projected;
  /** CPU microseconds an event, of the database's own processes; null where there are none. */
  readonly serverCpuUs: number | null;
  readonly bytesAnEvent: number;
  readonly opened: Opened;
  readonly asked: readonly Asked[];
}
