import { Agent, type OutgoingHttpHeaders, request } from 'node:http';

export interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body?: string | Uint8Array;
}

export interface Answered {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

const ANSWER_WITHIN_MS = 30_000;

/** Many requests over few connections, with no opinion on what they say: fetch would refuse half of the hostile ones. */
export class KeepAliveClient {
  private readonly agent: Agent;
  private readonly port: number;

  constructor(url: string, connectionsMax: number) {
    this.port = Number(new URL(url).port);
    this.agent = new Agent({ keepAlive: true, maxSockets: connectionsMax });
  }

  /** @throws Error the connection was cut, or no answer came within 30 s */
  async send(wanted: SentRequest): Promise<Answered> {
    try {
      return await this.sendOnce(wanted);
    } catch (error) {
      // The server closed the kept connection while this went out on it: what every client repeats, once.
      if (!(error instanceof StaleConnection)) throw error;
      return this.sendOnce(wanted);
    }
  }

  close(): void {
    this.agent.destroy();
  }

  private sendOnce({ method, path, headers: given, body = '' }: SentRequest): Promise<Answered> {
    return new Promise((resolve, reject) => {
      // Said here, because Node sends the body of a DELETE and its like without a word about its length.
      const headers = body.length === 0 ? given : { ...given, 'content-length': Buffer.byteLength(body) };
      const options = { host: '127.0.0.1', port: this.port, agent: this.agent, method, path, headers };
      const sending = request(options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            contentType: response.headers['content-type'] ?? '',
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      });
      sending.setTimeout(ANSWER_WITHIN_MS, () =>
        sending.destroy(new Error(`no answer within ${ANSWER_WITHIN_MS} ms`)),
      );
      sending.on('error', (error) =>
        reject(sending.reusedSocket ? new StaleConnection(String(error), { cause: error }) : error),
      );
      sending.end(body);
    });
  }
}

class StaleConnection extends Error {}
