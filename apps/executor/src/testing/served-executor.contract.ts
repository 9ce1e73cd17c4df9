import {
  ActionName,
  accessStream,
  clientSubjects,
  ErrorCode,
  HEADERS,
  Problem,
  parseApiKey,
  TenantName,
} from '@action-do/contracts';
import { InMemoryEventStore } from '@action-do/event-store';
import { type BusReply, header, InProcessBus } from '@action-do/messaging';
import type { ActionDefinition } from '@do-sdk/actions';
import { digestApiKey, makeApiKey } from '../access/api-key-secret.js';
import { Executor, type ExecutorParts } from '../executor.js';
import { startExecutor } from '../start-executor.js';
import { systemChance, systemClock } from '../system-ports.js';
import { masterKey, silent, TENANT } from './sim-executors.contract.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export interface Answer {
  readonly json: Record<string, unknown>;
  readonly code: string | undefined;
  readonly how: string | undefined;
  readonly id: string | undefined;
  readonly reply: BusReply;
}

/** An executor on a bus, and a client beside it that has a key and nothing of ours. */
export class ServedExecutor {
  readonly bus = new InProcessBus({ onHandlerError: () => {} });
  readonly made = makeApiKey(TENANT);
  readonly executor: Executor;
  private closing: (() => Promise<unknown>)[] = [];
  nowMs = Date.now();

  constructor(
    actions: readonly ActionDefinition[] = [],
    readonly store = new InMemoryEventStore(),
    parts: Partial<ExecutorParts> = {},
  ) {
    this.executor = new Executor({
      store,
      bus: this.bus,
      masterKey,
      actions,
      clock: { ...systemClock, nowMs: () => this.nowMs },
      chance: systemChance,
      logger: silent,
      name: 'e1',
      slots: 4,
      queue: 4,
      ...parts,
    });
  }

  static async start(
    actions: readonly ActionDefinition[] = [],
    parts: Partial<ExecutorParts> = {},
  ): Promise<ServedExecutor> {
    const served = new ServedExecutor(actions, new InMemoryEventStore(), parts);
    await served.addKey(served.made.key);
    await served.executor.start();
    const service = await startExecutor(served.executor, served.bus);
    served.closing = [() => served.executor.stop(0), () => service.close(), () => served.bus.close()];
    return served;
  }

  /** Records a key as the log has it, under the id that it names. */
  async addKey(key: string): Promise<void> {
    const parsed = parseApiKey(key);
    if (parsed === null) throw new Error('this is no key');
    const { keyId, tenant } = parsed;
    const data = { keyId, digest: digestApiKey(key), name: 'test', atMs: 1 };
    const event = { id: systemChance.uuid(), type: 'KeyCreated', data, metadata: {} };
    await this.store.append(accessStream(TenantName.parse(tenant), keyId), [event], 'no-stream');
  }

  async close(): Promise<void> {
    for (const close of this.closing) await close();
  }

  async ask(
    subject: string,
    body: unknown,
    headers: Record<string, string> = { [HEADERS.authorization]: `Bearer ${this.made.key}` },
  ): Promise<Answer> {
    const payload = body instanceof Uint8Array ? body : encoder.encode(JSON.stringify(body));
    const reply = await this.bus.request(subject, payload, { headers, timeoutMs: 10_000 });
    const json: Record<string, unknown> = JSON.parse(decoder.decode(reply.payload));
    return {
      json,
      code: header(reply.headers, HEADERS.errorCode),
      how: header(reply.headers, HEADERS.idempotencyStatus),
      id: header(reply.headers, HEADERS.executionId),
      reply,
    };
  }

  execute(body: unknown, headers: Record<string, string> = {}, action = 'pay'): Promise<Answer> {
    const authorization = { [HEADERS.authorization]: `Bearer ${this.made.key}` };
    return this.ask(clientSubjects.execute(TENANT, ActionName.parse(action)), body, {
      ...authorization,
      ...headers,
    });
  }
}

/** Throws unless an answer is either none of an error, or an error as everybody gets them. */
export function checkTyped({ json, code, reply }: Answer): void {
  if (code === undefined) return;
  ErrorCode.parse(code);
  const { code: said, title } = Problem.parse(json);
  if (said !== code) throw new Error(`the header says ${code}, the body ${said}`);
  if (header(reply.headers, HEADERS.errorTitle) !== title) throw new Error('the title differs');
  if (!/^(true|false)$/.test(header(reply.headers, HEADERS.shouldRetry) ?? ''))
    throw new Error('nothing says whether to try again');
  if (header(reply.headers, HEADERS.idempotencyStatus) === undefined)
    throw new Error('nothing says how it came about');
}
