import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import type { Answer } from '../history/history.js';

export interface Sending {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Behind it nobody waits any longer. */
  readonly withinMs: number;
}

export type Reply =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly text: string;
    }
  | { readonly kind: 'lost'; readonly lost: NonNullable<Answer['lost']>; readonly words: string };

/** A server that closes a kept connection does so before it can have read what was just sent, or else it has cut it. */
const STALE_WITHIN_MS = 50;
const NO_CONNECTION = /^(ECONNREFUSED|ECONNABORTED)$/;

/** One gateway, over connections that are kept. Nothing is repeated here, and nothing is thrown: no answer is one, too. */
export class GatewayClient {
  private readonly agent: Agent;
  private readonly port: number;

  constructor(url: string, connectionsMax: number) {
    this.port = Number(new URL(url).port);
    this.agent = new Agent({ keepAlive: true, maxSockets: connectionsMax });
  }

  send({ method, path, headers, body, withinMs }: Sending): Promise<Reply> {
    return new Promise((resolve) => {
      const { agent, port } = this;
      const sentAtMs = performance.now();
      const all = { ...headers, 'content-length': Buffer.byteLength(body) };
      let silent = false;
      const sending = request({ host: '127.0.0.1', port, agent, method, path, headers: all }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', (error) => resolve({ kind: 'lost', lost: 'cut', words: String(error) }));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ kind: 'answer', status: response.statusCode ?? 0, headers: response.headers, text });
        });
      });
      sending.setTimeout(withinMs, () => {
        silent = true;
        sending.destroy();
      });
      sending.on('error', (error: NodeJS.ErrnoException) => {
        const soon = performance.now() - sentAtMs < STALE_WITHIN_MS;
        const cut = sending.reusedSocket && soon ? 'stale' : 'cut';
        const lost = NO_CONNECTION.test(error.code ?? '') ? 'refused' : cut;
        resolve({ kind: 'lost', lost: silent ? 'silent' : lost, words: String(error) });
      });
      sending.end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
