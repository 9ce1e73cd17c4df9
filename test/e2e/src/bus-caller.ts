import type { AnswerBody } from '@action-do/test-support';
import { connect, type Msg, headers as makeHeaders, type NatsConnection } from 'nats';

/** Names may repeat. */
export type BusHeaderLines = readonly (readonly [name: string, value: string])[];

export interface BusAnswer {
  readonly header: (name: string) => string | undefined;
  /** The body as it came, for comparing bytes. */
  readonly text: string;
  readonly body: AnswerBody;
}

const WAIT_MS = 20_000;

/** Calls the platform as any program on the bus can: with a client of NATS, and with nothing of ours. */
export class BusCaller {
  private constructor(
    private readonly connection: NatsConnection,
    private readonly apiKey: string,
  ) {}

  static async connect(natsUrl: string, apiKey: string): Promise<BusCaller> {
    return new BusCaller(await connect({ servers: natsUrl, name: 'stranger' }), apiKey);
  }

  /** One request, never repeated, with the key and these headers. */
  ask(subject: string, body: string | Uint8Array | object, lines: BusHeaderLines = []): Promise<BusAnswer> {
    return this.send(subject, body, [['Authorization', `Bearer ${this.apiKey}`], ...lines]);
  }

  /** As it is given: no key is added. @throws NatsError nobody listens, or nobody answered */
  async send(subject: string, body: string | Uint8Array | object, lines: BusHeaderLines): Promise<BusAnswer> {
    const given = makeHeaders();
    for (const [name, value] of lines) given.append(name, value);
    const bytes = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
    return read(await this.connection.request(subject, bytes, { timeout: WAIT_MS, headers: given }));
  }

  close(): Promise<void> {
    return this.connection.close();
  }
}

function read(message: Msg): BusAnswer {
  const text = message.string();
  return { header: (name) => message.headers?.get(name) || undefined, text, body: JSON.parse(text) };
}
