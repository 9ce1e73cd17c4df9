import type { MessagePort } from 'node:worker_threads';

/** What a thread is given: nothing else of the process reaches it. */
export interface ThreadData {
  /** The embedded log that this process holds. */
  readonly log: { readonly folder: string; readonly durable: SharedArrayBuffer };
  readonly viewsUrl: string;
  /** A port of the process's own bus, or a server. */
  readonly bus:
    | { readonly port: MessagePort }
    | { readonly natsUrl: string; readonly natsInbox: string; readonly insecureDev: boolean };
  readonly logLevel: string;
  /** Four bytes: characters of lines that this thread has sent and the process has not taken. */
  readonly linesUnderWay: SharedArrayBuffer;
}

/** Thread to parent: a line of its log, with its end. */
export interface LineMessage {
  readonly line: string;
}
