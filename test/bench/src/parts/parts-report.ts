import type { BusFigures } from './measure-bus.js';

/** What each part costs alone and the whole costs together. CPU microseconds, user and system, all threads. */
export interface PartsReport {
  readonly node: string;
  readonly concurrency: number;
  readonly alone: Alone;
  /** An execution on services, by process. */
  readonly services: Readonly<Record<string, number>>;
}

export interface Alone {
  /** An execution by HTTP: gateway, executor and embedded log in one process, without views. */
  readonly oneProcess: number;
  /** A request and its answer over NATS. */
  readonly bus: BusFigures;
  /** An execution's two appends. */
  readonly appends: OnLog;
  /** An event of a log that is read from its beginning. */
  readonly reads: OnLog;
  /** An event projected into PostgreSQL from the embedded log. */
  readonly views: { readonly projector: number; readonly database: number };
}

export interface OnLog {
  readonly inProcess: number;
  readonly client: number;
  /** Of the served log, for the client. */
  readonly server: number;
}
