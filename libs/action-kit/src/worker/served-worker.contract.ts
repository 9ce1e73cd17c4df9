import { clientSubjects, HEADERS, handlerSubjects, problem, TenantName } from '@action-do/contracts';
import { type Bus, type BusHeaders, type BusReply, header, InProcessBus } from '@action-do/messaging';
import type { ActionDefinition } from '../action-definition.js';
import { type Served, serveOn } from './serve-on.js';
import type { WorkerSettings } from './worker-settings.js';

export const TENANT = TenantName.parse('default');
/** Malformed nowhere, valid nowhere. */
export const API_KEY = 'do_live_default-0arvk9dgxf1a_8m7zfsv8c08px0ya1qrxdzq46j8719hf01k2kfy';
const EXECUTION = `exe_${'0'.repeat(31)}1-1`;

const encoder = new TextEncoder();
const quiet = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

export const SETTINGS: WorkerSettings = {
  apiKey: API_KEY,
  concurrency: 4,
  queue: 4,
  drainMs: 5_000,
  startTimeoutMs: 5_000,
  logger: quiet,
};

/** A platform of which a worker sees no more than its registrations and its questions. */
export class PlatformDouble {
  readonly registered: { authorization: string | undefined; name: string }[] = [];
  served: Served | undefined;

  constructor(readonly bus: Bus = new InProcessBus()) {}

  /** Takes every contract, or refuses all with this code. */
  register(refusal?: 'CONTRACT_CONFLICT' | 'UNAUTHENTICATED'): void {
    this.bus.subscribe(clientSubjects.register(TENANT), (message) => {
      const { contract } = JSON.parse(new TextDecoder().decode(message.payload));
      this.registered.push({
        authorization: header(message.headers, HEADERS.authorization),
        name: `${contract.name}@${contract.version}`,
      });
      if (refusal === undefined) message.respond(encoder.encode('{"status":"registered","digest":"d"}'));
      else
        message.respond(encoder.encode(JSON.stringify(problem(refusal))), { [HEADERS.errorCode]: refusal });
    });
  }

  async serve(definitions: readonly ActionDefinition[], over: Partial<WorkerSettings> = {}): Promise<Served> {
    this.served = await serveOn(this.bus, definitions, { ...SETTINGS, ...over });
    return this.served;
  }

  /** Has an attempt performed, as an executor does. */
  run(
    action: string,
    params: unknown,
    over: { attempt?: number; headers?: BusHeaders; execution?: string } = {},
  ) {
    const headers = {
      [HEADERS.executionId]: over.execution ?? EXECUTION,
      [HEADERS.idempotencyKey]: 'effect-key',
      [HEADERS.attempt]: String(over.attempt ?? 1),
      [HEADERS.timeoutMs]: '5000',
      ...over.headers,
    };
    const payload = params instanceof Uint8Array ? params : encoder.encode(JSON.stringify(params));
    return this.bus.request(handlerSubjects.run(TENANT, action, 1), payload, { headers, timeoutMs: 10_000 });
  }

  async ask(action: string, question: object): Promise<unknown> {
    const payload = encoder.encode(JSON.stringify(question));
    return jsonOf(
      await this.bus.request(handlerSubjects.ask(TENANT, action, 1), payload, { timeoutMs: 300 }),
    );
  }

  async end(): Promise<void> {
    await this.served?.worker.close();
    await this.bus.close();
  }
}

export const jsonOf = ({ payload }: BusReply): unknown => JSON.parse(new TextDecoder().decode(payload));
export const codeOf = ({ headers }: BusReply): string | undefined => header(headers, HEADERS.errorCode);
export const executionNamed = (number: number): string => `exe_${String(number).padStart(32, '0')}-1`;
